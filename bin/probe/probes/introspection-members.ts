import { member, text } from '../answer.ts'
import type { Probe } from '../probe.ts'

const needed = ['active', 'act', 'aud', 'client_id', 'exp', 'iss', 'scope', 'sub'] as const

export const introspectionMembers: Probe = {
  id: 'introspection-members',
  about: 'PingOne',
  asks: 'What does introspection say of a person’s token to the resource that it is for?',
  expects: 'Every claim of the token, the mapped ones among them: `act`, `aud`, `client_id`, `scope`, `sub`.',
  otherwise: {
    means: 'The policy denies every signed-in call: it trusts introspection alone.',
    change: 'The attributes in `lambdas/identity/desired-state/trust-framework.ts`.',
  },
  async ask({ pingOne, playground, record }) {
    const mcp = await playground.mcp()
    const token = text(await playground.signedIn(), 'access_token')
    const answer = await pingOne.post('introspect', { token }, { clientId: mcp.id, clientSecret: mcp.secret })
    record('answer', answer)
    const missing = needed.filter((name) => member(answer, name) === undefined)
    const isActive = member(answer, 'active') === true
    return {
      asExpected: isActive && missing.length === 0 && typeof member(answer, 'act', 'sub') === 'string',
      saw: isActive
        ? missing.length === 0
          ? 'active, and nothing is missing'
          : `active, without ${missing.join(', ')}`
        : 'not active',
    }
  },
}
