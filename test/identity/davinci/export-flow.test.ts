import { expect, test } from '@jest/globals'
import { checkFlow } from '../../../lambdas/identity/davinci/check-flow.ts'
import { exportFlow } from '../../../lambdas/identity/davinci/export-flow.ts'
import { describeApprovalFlow } from '../../../lambdas/identity/desired-state/approval-flow/describe-approval-flow.ts'
import { issuer } from './approval-flow-graph.ts'

const desired = describeApprovalFlow({ approval: { authentication: 'password' }, issuer })

test("the export names PingOne's own connector instances and the environment's forms, and passes the check", () => {
  const exported = exportFlow(desired, (key) => (key.startsWith('form.') ? `id-of-${key}` : undefined))

  const forms = new Map(Object.entries(exported?.forms as object))
  expect([...forms.keys()]).toEqual(['id-of-form.signIn', 'id-of-form.decide', 'id-of-form.approved'])
  expect(checkFlow(exported, { forms })).toEqual([])
  expect(JSON.stringify(exported)).not.toContain('connectorInstance.')
  expect(JSON.stringify(exported)).toContain('"connectionId":"94141bf2f1b9b59a5f5365ff135e02bb"')
})

test("the export has the members that the console's import and the flow linter read", () => {
  const exported = exportFlow(desired, () => undefined)

  expect(exported).toMatchObject({
    companyId: '',
    customerId: '',
    flowId: expect.stringMatching(/^[0-9a-f]{32}$/),
    name: 'MyHotels Booking Approval',
    connectorIds: expect.arrayContaining(['pingOneSSOConnector', 'flowConnector']),
    connections: [],
    variables: [],
    settings: { pingOneFlow: true, cibaFlow: true },
    trigger: { type: 'AUTHENTICATION', subtype: 'CIBA' },
  })
})

test('without a flow there is nothing to export', () => {
  expect(exportFlow([], () => undefined)).toBeUndefined()
})
