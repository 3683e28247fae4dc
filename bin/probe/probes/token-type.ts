import { claimsOf, headerOf, text } from '../answer.ts'
import type { Probe } from '../probe.ts'

const ofIdTokens = ['nonce', 'at_hash', 'c_hash', 's_hash', 'events']

export const tokenType: Probe = {
  id: 'token-type',
  about: 'PingOne',
  asks: 'What tells an access token from other tokens?',
  expects: 'Its `typ` is missing, `JWT` or `at+jwt`, and it has no claim that belongs to ID tokens.',
  otherwise: {
    means: 'Every token is refused.',
    change: '`requireAccessToken` in `lambdas/oauth/verify-access-token.ts`.',
  },
  async ask({ playground, record }) {
    const token = { token: text(await playground.signedIn(), 'access_token') }
    record('token', token)
    const { typ, alg } = headerOf(token)
    const foreign = ofIdTokens.filter((name) => claimsOf(token)[name] !== undefined)
    const isKnown = typ === undefined || /^(application\/)?at\+jwt$|^jwt$/i.test(String(typ))
    return {
      asExpected: isKnown && alg === 'RS256' && foreign.length === 0,
      saw: `typ ${typ === undefined ? 'is missing' : String(typ)}, alg ${String(alg)}${foreign.length > 0 ? `, with ${foreign.join(', ')}` : ''}`,
    }
  },
}
