import { randomUUID } from 'node:crypto'
import { brief } from '../answer.ts'
import { createAssertionClient } from '../assertion-client.ts'
import type { Probe } from '../probe.ts'

export const assertionReplay: Probe = {
  id: 'assertion-replay',
  about: 'PingOne',
  asks: 'Is a client assertion taken twice?',
  expects: 'Yes: PingOne does not look at `jti`, so an assertion can be kept for its few minutes.',
  otherwise: {
    means:
      'Calls that send an assertion again are refused once, and sent once more with a new one: an attempt and a signature more.',
    change: '`keptFor` in `lambdas/oauth/oauth-client.ts` becomes 0: a signature for each call.',
  },
  async ask(tools) {
    const ask = await createAssertionClient(tools)
    const assertion = { aud: `${tools.pingOne.issuer}/token`, jti: randomUUID() }
    const [first, second] = [await ask(assertion), await ask(assertion)]
    tools.record('second use', second)
    return {
      asExpected: first.status === 200 && second.status === 200,
      saw: `first ${brief(first)}, second ${brief(second)}`,
    }
  },
}
