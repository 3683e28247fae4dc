// What `npm run pingone -- apply` or a deployment has made in PingOne, as far as a probe uses it.

import { NotAskedError } from './not-asked.ts'
import type { PingOne } from './pingone.ts'

export const notSetUp = 'MyHotels is not set up in this environment ("npm run pingone -- apply" does it)'

/** The path of the MCP server's decision endpoint. @throws {NotAskedError} */
export async function decisionEndpointPath({ management }: PingOne): Promise<string> {
  const all = await management.list('decisionEndpoints', 'decisionEndpoints')
  const found = all.find(({ name }) => name === 'MyHotels MCP')
  if (found === undefined) throw new NotAskedError(notSetUp)
  return `decisionEndpoints/${found.id}`
}
