import { flowChecks } from './checks.ts'
import { type FlowSurroundings, parseFlow } from './parse-flow.ts'

/**
 * What would keep a flow from running on PingOne, or let the wrong person approve. The Management API takes and keeps
 * almost anything, and a flow with a fault stops without a word; so it is looked at before it is sent.
 *
 * @param source as the Management API takes it, or as the console exports it
 * @returns a sentence for each fault; none when the flow will do
 */
export function checkFlow(source: unknown, surroundings: FlowSurroundings): string[] {
  const flow = parseFlow(source, surroundings)
  if (Array.isArray(flow)) return flow
  for (const checks of flowChecks) {
    const found = checks.flatMap((check) => check(flow))
    // What is wrong with the graph itself makes later sentences meaningless.
    if (found.length > 0) return found
  }
  return []
}
