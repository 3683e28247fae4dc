import { describe, expect, test } from '@jest/globals'
import {
  type Approval,
  type ApprovalStatus,
  approvalSchema,
  type Change,
  changed,
  isTerminal,
  mayBecome,
  updated,
} from '../../../lambdas/mcp/approval/approval.ts'
import { pendingApproval } from './approval-fixture.ts'

const states = Object.keys({
  starting: 0,
  pending: 0,
  approved: 0,
  closing: 0,
  confirmed: 0,
  denied: 0,
  expired: 0,
  cancelled: 0,
} satisfies Record<ApprovalStatus, 0>) as ApprovalStatus[]

const sealed: Change = {
  status: 'approved',
  request: pendingApproval().request,
  sealedToken: { key: 'a', iv: 'b', ciphertext: 'c', tag: 'd' },
}

describe('the life cycle of an approval', () => {
  test('has four ends, and nothing follows them', () => {
    const ends = states.filter((status) => states.every((next) => !mayBecome(status, next)))

    expect(ends).toEqual(['confirmed', 'denied', 'expired', 'cancelled'])
  })

  test('ends denied, expired or cancelled only after the hotels were told', () => {
    for (const end of ['denied', 'expired', 'cancelled'] as const) {
      expect(states.filter((status) => mayBecome(status, end))).toEqual(['closing'])
    }
  })

  test('never asks again: nothing goes back to the question', () => {
    expect(states.filter((status) => mayBecome(status, 'starting'))).toEqual([])
  })

  test('refuses a change that it does not know', () => {
    expect(() => changed(pendingApproval(), { status: 'denied' }, 'w')).toThrow(TypeError)
  })
})

test('a change counts the version, gives up the lease and forgets failures', () => {
  const leased = { ...pendingApproval(), leasedUntil: 5000, failures: 3 }

  expect(changed(leased, { status: 'closing', outcome: 'denied' }, 'w-3')).toMatchObject({
    status: 'closing',
    version: 3,
    writeId: 'w-3',
    leasedUntil: 0,
    failures: 0,
  })
})

test('the sealed token is gone in the write that records what became of it', () => {
  const approved = changed(pendingApproval(), sealed, 'w-3')

  const confirmed = changed(approved, { status: 'confirmed', confirmationCode: 'MH-2345-6789' }, 'w-4')

  expect(approved).toHaveProperty('sealedToken')
  expect(confirmed).not.toHaveProperty('sealedToken')
  expect(confirmed).not.toHaveProperty('request')
  expect(isTerminal(confirmed)).toBe(true)
})

test('an update stays in its state', () => {
  expect(updated(pendingApproval(), { failures: 1 }, 'w')).toMatchObject({
    status: 'pending',
    failures: 1,
    version: 3,
  })
})

test('every state survives the table', () => {
  const approved = changed(pendingApproval(), sealed, 'w')
  const closing = changed(pendingApproval(), { status: 'closing', outcome: 'expired', answerLost: true }, 'w')
  const all: Approval[] = [
    pendingApproval(),
    approved,
    closing,
    changed(approved, { status: 'confirmed' }, 'w'),
    ...(['denied', 'expired', 'cancelled'] as const).map((status) => changed(closing, { status }, 'w')),
  ]

  for (const approval of all) expect(approvalSchema.parse(structuredClone(approval))).toEqual(approval)
})
