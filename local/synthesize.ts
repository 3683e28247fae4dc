// Synthesizes the real CDK application, as the CDK CLI would: the app as a child process, told where to write.
import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { type Configuration, merge, parseConfiguration } from '../lib/configuration.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The app could not be synthesized; the message is what it said. */
export class SynthesisError extends Error {
  override readonly name = 'SynthesisError'
}

/**
 * Writes the cloud assembly of a stage to `directory`.
 *
 * @param options.configuration laid over what `cdk.json` says of the stage; nothing else differs from a deployment
 * @returns the configuration of the stage
 * @throws {ConfigurationError | SynthesisError}
 */
export async function synthesize(options: {
  directory: string
  /** @default the one that `cdk.json` names */
  stage?: string
  configuration: Record<string, unknown>
}): Promise<Configuration> {
  const { context } = JSON.parse(await readFile(`${root}cdk.json`, 'utf8')) as {
    context: { stage: string; myhotels: Record<string, Record<string, unknown>> }
  }
  const { stage = context.stage } = options
  const values = merge(context.myhotels[stage] ?? {}, options.configuration)
  const configuration = parseConfiguration(stage, values)
  const child = spawn(process.execPath, ['bin/myhotels.ts'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      // Takes seconds, and finds nothing here that `npm test` and `npm run deploy` do not find.
      CDK_VALIDATION: 'false',
      CDK_OUTDIR: options.directory,
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, stage, myhotels: { [stage]: values } }),
    },
  })
  const said: Buffer[] = []
  child.stdout.on('data', (chunk) => said.push(chunk))
  child.stderr.on('data', (chunk) => said.push(chunk))
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  if (status !== 0)
    throw new SynthesisError(`The CDK app does not synthesize:\n${Buffer.concat(said).toString().trim()}`)
  return configuration
}
