import { describe, expect, test } from '@jest/globals'
import { assertFlows, FlowUnfitError } from '../../../lambdas/identity/davinci/assert-flows.ts'
import { describeDesiredState } from '../../../lambdas/identity/desired-state/describe-desired-state.ts'
import type { DesiredObject } from '../../../lambdas/identity/desired-state/desired-object.ts'
import { approvalAuthentications, defaultSettings } from '../../../lambdas/identity/settings.ts'
import { issuer } from './approval-flow-graph.ts'

const describeState = (authentication = defaultSettings.approval.authentication) =>
  describeDesiredState({
    settings: { ...defaultSettings, approval: { authentication } },
    issuer,
    environmentId: '11111111-2222-4333-8444-555555555555',
  })

describe('before anything is deployed', () => {
  test.each(approvalAuthentications)('the flow with %s is looked at, and will do', (authentication) => {
    const desired = describeState(authentication as 'password')

    expect(() => assertFlows(desired)).not.toThrow()
    expect(desired.filter(({ kind }) => kind === 'flow')).toHaveLength(1)
  })

  test('a flow whose form is not deployed is refused, by name, with what is wrong and what to do', () => {
    const desired: DesiredObject[] = describeState().filter(({ key }) => key !== 'form.decide')

    const attempt = () => assertFlows(desired)

    expect(attempt).toThrow(FlowUnfitError)
    expect(attempt).toThrow(
      /^Nothing was changed, because the DaVinci flow "MyHotels Booking Approval" would not do what it should\. .*form\.decide, which there is not.* deploy again\.$/,
    )
  })

  test('a flow that calls an instance of no connector of the environment is refused', () => {
    const desired: DesiredObject[] = describeState().filter(({ key }) => key !== 'connectorInstance.forms')

    expect(() => assertFlows(desired)).toThrow(/no connector instance of pingOneFormsConnector/)
  })
})
