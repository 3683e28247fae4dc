import { brief, member } from '../answer.ts'
import { makeFlow } from '../make-flow.ts'
import type { Probe } from '../probe.ts'

export const flowSettings: Probe = {
  id: 'flow-settings',
  about: 'PingOne',
  asks: 'Are the settings by which a flow is one for CIBA kept when they come by the API?',
  expects:
    'The trigger `AUTHENTICATION` with subtype `CIBA` and `settings.cibaFlow` are there when the flow is read.',
  otherwise: {
    means: 'Where the trigger is lost no approval can start; without `cibaFlow` alone nothing may change.',
    change:
      '`lambdas/identity/desired-state/approval-flow/describe-approval-flow.ts`, or the two switches in the console.',
  },
  async ask(tools) {
    const made = await makeFlow(tools, { settings: { logLevel: 2, cibaFlow: true } })
    if (made.status !== 201) return { asExpected: false, saw: brief(made) }
    const read = await tools.pingOne.api('GET', `flows/${member(made, 'id')}`)
    tools.record('read', {
      ...read,
      body: { settings: member(read, 'settings'), trigger: member(read, 'trigger') },
    })
    const subtype = member(read, 'trigger', 'subtype')
    const flag = member(read, 'settings', 'cibaFlow')
    return {
      asExpected: subtype === 'CIBA' && (flag === true || flag === 'true'),
      saw: `subtype ${String(subtype)}, cibaFlow ${String(flag)}`,
    }
  },
}
