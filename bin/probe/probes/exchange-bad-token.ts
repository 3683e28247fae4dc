import { brief, text } from '../answer.ts'
import { exchange } from '../exchange.ts'
import type { Probe } from '../probe.ts'

export const exchangeBadToken: Probe = {
  id: 'exchange-bad-token',
  about: 'PingOne',
  asks: 'How is an exchange of a revoked token, or of no token at all, refused?',
  expects: '400 `invalid_grant` for both.',
  otherwise: {
    means:
      'A person whose token has ended early is not asked to sign in again, but told that MyHotels is at fault.',
    change: '`readGranted` in `lambdas/mcp/exchange/exchange.ts`.',
  },
  async ask(tools) {
    const { pingOne, playground, record } = tools
    const made = await exchange(tools, 'not.a.token')
    record('no token', made)
    const token = text(await playground.signedIn(), 'access_token')
    const connector = await playground.connector()
    await pingOne.post('revoke', { token, token_type_hint: 'access_token' }, connector)
    const revoked = await exchange(tools, token)
    record('revoked token', revoked)
    return {
      asExpected: [made, revoked].every((answer) => text(answer, 'error') === 'invalid_grant'),
      saw: `no token: ${brief(made)}; revoked: ${brief(revoked)}`,
    }
  },
}
