import { brief, member } from '../answer.ts'
import { makeFlow } from '../make-flow.ts'
import type { Probe } from '../probe.ts'

export const unknownFlowProperties: Probe = {
  id: 'unknown-flow-properties',
  about: 'PingOne',
  asks: 'What becomes of a property that a connector of a flow does not know?',
  expects: 'DaVinci keeps it and says nothing, so only a check of our own notices it.',
  otherwise: {
    means: 'DaVinci checks flows itself, and a deployment of a broken flow fails with its words.',
    change:
      '`lambdas/identity/davinci` may check less; `local/pingone/management/davinci` must then refuse too.',
  },
  async ask(tools) {
    const made = await makeFlow(tools, { settings: { logLevel: 2 } })
    tools.record('answer', { ...made, body: { graphData: 'left out', id: member(made, 'id') } })
    if (made.status !== 201) return { asExpected: false, saw: brief(made) }
    const read = await tools.pingOne.api('GET', `flows/${member(made, 'id')}`)
    const isKept = JSON.stringify(read.body).includes('aPropertyThatNobodyKnows')
    return {
      asExpected: isKept,
      saw: isKept ? 'taken and kept without a word' : 'taken, and not there when it is read again',
    }
  },
}
