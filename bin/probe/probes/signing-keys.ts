import { member, readAnswer } from '../answer.ts'
import type { Probe } from '../probe.ts'

export const signingKeys: Probe = {
  id: 'signing-keys',
  about: 'PingOne',
  asks: 'Which keys sign tokens?',
  expects: 'RSA keys, each with a key id of its own, at `<issuer>/jwks`.',
  otherwise: {
    means: 'No token can be verified: every signed-in call is refused.',
    change: 'Algorithms and the address of the keys stand in `lambdas/oauth/verify-access-token.ts`.',
  },
  async ask({ pingOne, record }) {
    const answer = await readAnswer(await pingOne.fetch(`${pingOne.issuer}/jwks`))
    record('keys', answer)
    const keys = member(answer, 'keys')
    const list = (Array.isArray(keys) ? keys : []) as Record<string, unknown>[]
    const ids = new Set(list.map(({ kid }) => kid).filter((kid) => typeof kid === 'string'))
    const rsa = list.filter(({ kty, alg }) => kty === 'RSA' && (alg === undefined || alg === 'RS256'))
    return {
      asExpected: list.length > 0 && ids.size === list.length && rsa.length === list.length,
      saw: `${list.length} keys, ${rsa.length} of them RSA for RS256, ${ids.size} key ids`,
    }
  },
}
