import { describe, expect, test } from '@jest/globals'
import type { CibaPolled } from '../../../lambdas/mcp/approval/ciba.ts'
import { collectApproval } from '../../../lambdas/mcp/approval/steps/collect-approval.ts'
import { leaseFor, type StepDependencies } from '../../../lambdas/mcp/approval/steps/step.ts'
import { pendingApproval } from './approval-fixture.ts'

const now = 10_000
const held = { ...pendingApproval(), leasedUntil: now + leaseFor + pendingApproval().request.interval * 1000 }

const collect = (answer: CibaPolled) =>
  collectApproval(
    held,
    {
      clock: () => now,
      random: () => 0,
      ciba: { poll: async () => answer },
      logger: { info() {}, warn() {} },
    } as unknown as StepDependencies,
    undefined,
  )

describe('the interval between polls', () => {
  test.each<[string, CibaPolled, number]>([
    ['stays while the person thinks', { kind: 'pending' }, 2],
    ['grows for good when PingOne says slow_down', { kind: 'slow_down' }, 7],
    [
      'grows for good when nobody heard what PingOne said',
      { kind: 'failed', detail: 'token: NoAnswerError' },
      7,
    ],
  ])('%s', async (_case, answer, interval) => {
    const outcome = await collect(answer)

    expect(outcome).toMatchObject({ kind: 'update', update: { request: { interval }, leasedUntil: 0 } })
    const { nextStepAt } = (outcome as { update: { nextStepAt: number } }).update
    expect(nextStepAt).toBeGreaterThanOrEqual(now + interval * 1000)
  })
})
