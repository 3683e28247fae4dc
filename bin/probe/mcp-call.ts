import { type Answer, readAnswer } from './answer.ts'
import type { Deployed } from './deployed.ts'
import { NotAskedError } from './not-asked.ts'

const notDeployed = 'no deployed MyHotels is known (name a stage with --stage that was deployed from here)'

/** @throws {NotAskedError} when there is no address */
export function mcpUrlOf({ mcpUrl }: Deployed): string {
  if (mcpUrl === undefined) throw new NotAskedError(notDeployed)
  return mcpUrl
}

/** @throws {NotAskedError} when there is no address */
export function hotelApiUrlOf({ hotelApiUrl }: Deployed): string {
  if (hotelApiUrl === undefined) throw new NotAskedError(notDeployed)
  return hotelApiUrl
}

/** A tool call that nobody is signed in for. */
export async function mcpCall(deployed: Deployed, fetchIt: typeof fetch, tool: string): Promise<Answer> {
  const response = await fetchIt(mcpUrlOf(deployed), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2025-11-25',
      'user-agent': 'myhotels-probe',
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: tool, arguments: { city: 'Milan' } },
    }),
    signal: AbortSignal.timeout(20_000),
  })
  return readAnswer(response)
}
