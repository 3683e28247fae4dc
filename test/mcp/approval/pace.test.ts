import { describe, expect, test } from '@jest/globals'
import type { Approval } from '../../../lambdas/mcp/approval/approval.ts'
import { askAgainAfter, backoff, nextPollAt, workflowWait } from '../../../lambdas/mcp/approval/pace.ts'
import { pendingApproval } from './approval-fixture.ts'

const second = 1000

function pendingFor(
  age: number,
  over: { interval?: number; failures?: number; expiresIn?: number } = {},
): Approval {
  const { interval = 2, failures = 0, expiresIn = 3600 } = over
  const approval = pendingApproval()
  return {
    ...approval,
    createdAt: 0,
    failures,
    nextStepAt: nextPollAt(age * second, interval),
    request: { ...approval.request, interval, requestedAt: 0, expiresAt: expiresIn * second },
  }
}

describe('the workflow waits', () => {
  test.each([
    [0, 2, 5],
    [59, 2, 5],
    [60, 2, 10],
    [179, 2, 10],
    [180, 2, 15],
    [900, 2, 60],
    [0, 5, 6],
    [0, 12, 13],
    [900, 90, 91],
  ])('at the age of %i s with an interval of %i s: %i s', (age, interval, expected) => {
    expect(workflowWait(pendingFor(age, { interval }), age * second)).toBe(expected)
  })

  test('no longer than until just before the request expires', () => {
    expect(workflowWait(pendingFor(110, { expiresIn: 120 }), 110 * second)).toBe(8)
  })

  test('but never less than the interval, even then', () => {
    expect(workflowWait(pendingFor(117, { expiresIn: 120, interval: 5 }), 117 * second)).toBe(6)
  })

  test('until a lease has run out', () => {
    const approval = { ...pendingFor(0), leasedUntil: 22 * second }

    expect(workflowWait(approval, 0)).toBe(22)
  })

  test('as long as failures ask for', () => {
    const approval = { ...pendingFor(0, { failures: 4 }), nextStepAt: 17_300 }

    expect(workflowWait(approval, 0)).toBe(18)
  })
})

test('failures double the wait up to a minute, and half of it is random', () => {
  const waits = [1, 2, 3, 4, 5, 6, 20].map((failures) => [
    backoff(failures, () => 0),
    backoff(failures, () => 1),
  ])

  expect(waits).toEqual([
    [1250, 2500],
    [2500, 5000],
    [5000, 10_000],
    [10_000, 20_000],
    [20_000, 40_000],
    [30_000, 60_000],
    [30_000, 60_000],
  ])
})

test.each([
  ['young', 0, 2, 3],
  ['young, long interval', 0, 7, 8],
  ['older than a minute', 90, 2, 5],
  ['absurd interval', 0, 300, 15],
])('a person is told to ask again: %s', (_case, age, interval, expected) => {
  expect(askAgainAfter(pendingFor(age, { interval }), age * second)).toBe(expected)
})
