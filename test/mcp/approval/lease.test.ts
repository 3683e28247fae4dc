// What a step may take when everything that it asks is slow: the deadlines of its actions, one after the other.
import { describe, expect, test } from '@jest/globals'
import { cibaLimits } from '../../../lambdas/mcp/approval/ciba.ts'
import { awsLimits } from '../../../lambdas/mcp/approval/compose-approvals.ts'
import { leaseFor } from '../../../lambdas/mcp/approval/steps/step.ts'
import { workflowTokenLimits } from '../../../lambdas/mcp/approval/workflow-token.ts'
import { hotelApiLimits } from '../../../lambdas/mcp/hotel-api/call-hotel-api.ts'
import { signingLimits } from '../../../lambdas/oauth/client-key.ts'

const signing = signingLimits.deadline
/** An assertion that is not taken any more is replaced once. */
const twice = (request: number) => 2 * (signing + request)
// Between two attempts AWS's clients wait up to half a second.
const aws =
  awsLimits.maxAttempts * awsLimits.requestHandler.requestTimeout + (awsLimits.maxAttempts - 1) * 500
const hotelApi = hotelApiLimits.deadline

describe('the lease outlasts', () => {
  test.each([
    ['starting the workflow, then asking PingOne to ask', aws + twice(cibaLimits.deadline)],
    ['a poll, then a seal that fails, then the confirmation', twice(cibaLimits.deadline) + aws + hotelApi],
    ['opening a seal, then the confirmation', aws + hotelApi],
    ['the token that closes, then closing', twice(workflowTokenLimits.deadline) + hotelApi],
  ])('%s', (_step, milliseconds) => {
    expect(milliseconds).toBeLessThan(leaseFor)
  })
})
