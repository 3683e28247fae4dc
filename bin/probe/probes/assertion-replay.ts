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
    means: 'Every call of PingOne needs a signature of its own, which costs time and money.',
    change: 'Sign for each call, where MyHotels keeps assertions in `lambdas/oauth`.',
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
