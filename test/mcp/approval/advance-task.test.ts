import { spawnSync } from 'node:child_process'
import { describe, expect, test } from '@jest/globals'
import { createAdvanceTask } from '../../../lambdas/mcp/approval/advance-task.ts'
import type { Approval } from '../../../lambdas/mcp/approval/approval.ts'
import { changed } from '../../../lambdas/mcp/approval/approval.ts'
import type { Approvals } from '../../../lambdas/mcp/approval/approvals.ts'
import { pendingApproval } from './approval-fixture.ts'

const taskFor = (approval: Approval | undefined) =>
  createAdvanceTask({ clock: () => 0, approvals: { advance: async () => approval } as unknown as Approvals })

const { transactionId } = pendingApproval()
const closing = changed(pendingApproval(), { status: 'closing', outcome: 'denied' }, 'w')

describe('the task of the workflow', () => {
  test.each([
    ['waits', pendingApproval(), { status: 'waiting', waitSeconds: 5 }],
    ['comes back at once for what is due', closing, { status: 'waiting', waitSeconds: 1 }],
    ['says how it ended', changed(closing, { status: 'denied' }, 'w'), { status: 'denied' }],
    ['ends when the record is gone', undefined, { status: 'expired' }],
  ])('%s', async (_case, approval, answer) => {
    expect(await taskFor(approval)({ transactionId })).toEqual(answer)
  })

  test.each([[undefined], [{}], [{ transactionId: 7 }], [{ transactionId: '../x' }]])(
    'refuses the input %j',
    async (input) => {
      await expect(taskFor(pendingApproval())(input)).rejects.toThrow()
    },
  )
})

test('the function does not start without its environment, and names what is missing', () => {
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', "await import('./lambdas/mcp/approval/advance-handler.ts')"],
    { env: { PATH: process.env.PATH, ISSUER: 'https://auth.pingone.eu/e/as' }, encoding: 'utf8' },
  )

  expect(status).not.toBe(0)
  expect(stderr).toContain('APPROVAL_TABLE')
  expect(stderr).not.toMatch(/"path": \[\s*"ISSUER"/)
})
