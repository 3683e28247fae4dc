import { readFileSync } from 'node:fs'
import * as z from 'zod'

const outputsSchema = z.record(z.string(), z.record(z.string(), z.string()))

/** Where `npm run deploy` has the CDK CLI write what the stacks give out. */
export const outputsFile = (stage: string) => `cdk.out/outputs-${stage}.json`

/**
 * What the stacks of a stage gave out when they were last deployed from here, for example `McpUrl`.
 *
 * @returns undefined when there is no such file, or none that the CLI wrote
 */
export function readStageOutputs(stage: string): Record<string, string> | undefined {
  try {
    const { data } = outputsSchema.safeParse(JSON.parse(readFileSync(outputsFile(stage), 'utf8')))
    return data && Object.assign({}, ...Object.values(data))
  } catch {
    return undefined
  }
}
