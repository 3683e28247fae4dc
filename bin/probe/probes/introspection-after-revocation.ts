import { member, text } from '../answer.ts'
import type { Probe } from '../probe.ts'

export const introspectionAfterRevocation: Probe = {
  id: 'introspection-after-revocation',
  about: 'PingOne',
  asks: 'Does introspection know at once that a token was revoked?',
  expects: 'Yes: `active` is false in the next request.',
  otherwise: {
    means: 'A revoked token goes on being good for reading and booking until it expires.',
    change: 'Shorten `accessTokenValiditySeconds` in `lambdas/identity/desired-state/resources.ts`.',
  },
  async ask({ pingOne, playground, record }) {
    const mcp = await playground.mcp()
    const connector = await playground.connector()
    const token = text(await playground.signedIn(), 'access_token')
    const revoked = await pingOne.post('revoke', { token, token_type_hint: 'access_token' }, connector)
    const answer = await pingOne.post('introspect', { token }, { clientId: mcp.id, clientSecret: mcp.secret })
    record('answer', answer)
    const isActive = member(answer, 'active')
    return {
      asExpected: revoked.status === 200 && isActive === false,
      saw: `revocation ${revoked.status}, then active is ${String(isActive)}`,
    }
  },
}
