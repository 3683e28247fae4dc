import { brief } from '../answer.ts'
import type { Probe } from '../probe.ts'

export const policyEditor: Probe = {
  id: 'policy-editor',
  about: 'PingOne',
  asks: 'May a worker read and write policies (Early Access)?',
  expects: 'Yes, 200.',
  otherwise: {
    means: 'Policies cannot be deployed: every tool call is denied until they are imported by hand.',
    change: 'Ask Ping for the feature, or follow "Import the policies by hand" in `docs/pingone.md`.',
  },
  async ask({ pingOne }) {
    const answer = await pingOne.api('GET', 'authorizationVersions?limit=1')
    return { asExpected: answer.status === 200, saw: brief(answer) }
  },
}
