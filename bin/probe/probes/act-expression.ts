import { claimsOf, text } from '../answer.ts'
import type { Probe } from '../probe.ts'

export const actExpression: Probe = {
  id: 'act-expression',
  about: 'PingOne',
  asks: 'What do the claims of the MCP server’s resource become when a person signs in?',
  expects:
    '`act` is an object with the client’s id, `groups` a list, `given_name` a text; none is the text of its expression.',
  otherwise: {
    means: 'The MCP server refuses every token, or the policy finds no group.',
    change: 'The expressions stand in `lambdas/identity/desired-state/resources.ts`.',
  },
  async ask({ playground, record }) {
    const { clientId } = await playground.connector()
    const token = { token: text(await playground.signedIn(), 'access_token') }
    record('token', token)
    const { act, groups, given_name: givenName } = claimsOf(token)
    const isActor = JSON.stringify(act) === JSON.stringify({ sub: clientId })
    const isList = groups === undefined || Array.isArray(groups)
    return {
      asExpected: isActor && isList && typeof givenName === 'string' && !givenName.includes('{'),
      saw: `act ${isActor ? 'names the client' : describe(act)}, groups ${describe(groups)}, given_name ${describe(givenName)}`,
    }
  },
}

function describe(value: unknown): string {
  if (value === undefined) return 'is missing'
  if (Array.isArray(value)) return 'is a list'
  if (typeof value === 'string') return value.includes('{') ? 'is the text of the expression' : 'is a text'
  return `is ${value === null ? 'null' : typeof value === 'object' ? 'another object' : typeof value}`
}
