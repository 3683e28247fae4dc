import { brief } from '../answer.ts'
import { createAssertionClient } from '../assertion-client.ts'
import type { Probe } from '../probe.ts'

export const privateKeyJwt: Probe = {
  id: 'private-key-jwt',
  about: 'PingOne',
  asks: 'Which audiences of a client assertion are taken?',
  expects: 'The token endpoint and the issuer; no other.',
  otherwise: {
    means: 'Clients with keys cannot authenticate, or an assertion for somebody else is taken here too.',
    change: 'The audience of assertions in `lambdas/oauth/oauth-client.ts`.',
  },
  async ask(tools) {
    const { issuer } = tools.pingOne
    const ask = await createAssertionClient(tools)
    const [endpoint, byIssuer, foreign] = [
      await ask({ aud: `${issuer}/token` }),
      await ask({ aud: issuer }),
      await ask({ aud: 'https://auth.example.com/as/token' }),
    ]
    tools.record('token endpoint', endpoint)
    tools.record('issuer', byIssuer)
    tools.record('foreign', foreign)
    return {
      asExpected: endpoint.status === 200 && byIssuer.status === 200 && foreign.status >= 400,
      saw: `token endpoint ${brief(endpoint)}, issuer ${brief(byIssuer)}, another ${brief(foreign)}`,
    }
  },
}
