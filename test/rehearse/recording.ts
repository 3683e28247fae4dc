// What the CDK CLI asked AWS for when it was recorded, step by step: names of operations and members, no values.
import { readFileSync, writeFileSync } from 'node:fs'
import * as z from 'zod'
import type { Call } from './wire.ts'

const file = new URL('fixtures/cdk-cli.json', import.meta.url)

const recordingSchema = z.object({
  madeWith: z.object({ cli: z.string(), library: z.string(), command: z.string() }),
  /** By step: the calls in the order in which each came first, services apart, since the CLI asks several at once. */
  steps: z.record(z.string(), z.record(z.string(), z.array(z.string()))),
})

export type Recording = z.infer<typeof recordingSchema>

export const readRecording = (): Recording => recordingSchema.parse(JSON.parse(readFileSync(file, 'utf8')))

export function writeRecording(steps: Recording['steps']): void {
  const { devDependencies, dependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
  const recording: Recording = {
    madeWith: {
      cli: devDependencies['aws-cdk'],
      library: dependencies['aws-cdk-lib'],
      command: 'npm run rehearse -- --record',
    },
    steps,
  }
  writeFileSync(file, `${JSON.stringify(recording, null, 2)}\n`)
}

/** `CreateChangeSet(Capabilities, Parameters.ParameterKey, …)` for each kind of call, by service. */
export function shapesOf(calls: readonly Call[]): Record<string, string[]> {
  const shapes: Record<string, string[]> = {}
  for (const { service, operation, input } of calls) {
    const shape = `${operation}(${[...membersOf(input)].sort().join(', ')})`
    shapes[service] ??= []
    if (!shapes[service].includes(shape)) shapes[service].push(shape)
  }
  return Object.fromEntries(Object.entries(shapes).sort())
}

/** Members with those below them; the elements of a list count as one. */
function membersOf(value: unknown, above = ''): Set<string> {
  if (Array.isArray(value)) return new Set(value.flatMap((one) => [...membersOf(one, above)]))
  if (typeof value !== 'object' || value === null) return new Set(above === '' ? [] : [above])
  if (Object.keys(value).length === 0 && above !== '') return new Set([above])
  return new Set(
    Object.entries(value).flatMap(([name, below]) => [
      ...membersOf(below, above === '' ? name : `${above}.${name}`),
    ]),
  )
}

/** Asked on a timer while something goes on, so now before and now after what else is asked meanwhile. */
const isPolled = (call: string) => call.startsWith('cloudformation DescribeStackEvents')

/**
 * What is asked now and was not then, and the other way round, and a service whose calls come in another order, by their
 * first occurrence: how often each comes depends on how long things take. Nothing when both are the same.
 */
export function differences(then: Record<string, string[]> = {}, now: Record<string, string[]>): string[] {
  const lines = (shapes: Record<string, string[]>) =>
    Object.entries(shapes).flatMap(([service, calls]) => calls.map((call) => `${service} ${call}`))
  const [before, after] = [lines(then), lines(now)]
  return [
    ...after.filter((call) => !before.includes(call)).map((call) => `asks anew: ${call}`),
    ...before.filter((call) => !after.includes(call)).map((call) => `asks no longer: ${call}`),
    ...Object.keys(now)
      .map((service) => {
        const inOrder = (calls: string[], others: string[]) =>
          calls.filter((call) => call.startsWith(`${service} `) && others.includes(call) && !isPolled(call))
        return { was: inOrder(before, after), is: inOrder(after, before) }
      })
      .filter(({ was, is }) => was.join() !== is.join())
      .map(({ is }) => `asks in another order: ${is.join('; ')}`),
  ]
}
