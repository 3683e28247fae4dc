import { type ChildProcess, spawn } from 'node:child_process'

/**
 * Hands over to the CDK CLI, which speaks to the terminal itself.
 *
 * @param hear gets what the CLI says as well, where it speaks to no terminal
 * @returns its exit status; 1, after a sentence, when it did not start
 */
export function runCdk(parameters: readonly string[], hear?: (words: string) => void): Promise<number> {
  const output = process.stdout.isTTY || hear === undefined ? 'inherit' : 'pipe'
  const child: ChildProcess = spawn('cdk', parameters, {
    stdio: ['inherit', output, output],
    env: { ...process.env, CDK_DISABLE_CLI_TELEMETRY: 'true' },
  })
  for (const [from, to] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ] as const) {
    from?.on('data', (words: Buffer) => {
      to.write(words)
      hear?.(words.toString())
    })
  }
  return new Promise((resolve) => {
    child.on('error', (error) => {
      console.error(`The CDK CLI did not start: ${error.message}. Run "npm install" first.`)
      resolve(1)
    })
    child.on('close', (status) => resolve(status ?? 1))
  })
}
