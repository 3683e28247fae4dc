// The hotel API answers in form, and says what it should not.
import { describe, expect, test } from '@jest/globals'
import { type Approval, type ApprovalIn, changed } from '../../../lambdas/mcp/approval/approval.ts'
import type { ApprovalTable } from '../../../lambdas/mcp/approval/approval-table.ts'
import { type ApprovalsDependencies, createApprovals } from '../../../lambdas/mcp/approval/approvals.ts'
import type { BookingIntents, Intent } from '../../../lambdas/mcp/booking/booking-intents.ts'
import { HotelApiUnavailableError } from '../../../lambdas/mcp/hotel-api/call-hotel-api.ts'
import { pendingApproval } from './approval-fixture.ts'

const { transactionId, quote, intentExpiresAt } = pendingApproval()
const sealedToken = { key: 'k', iv: 'i', ciphertext: 'c', tag: 't' }
const approved = changed(
  pendingApproval(),
  { status: 'approved', request: pendingApproval().request, sealedToken },
  'w-3',
) as ApprovalIn<'approved'>

const intentThatIs = (status: Intent['status']): Intent => ({
  transactionId,
  status,
  approval: 'required',
  quote,
  expiresAt: new Date(intentExpiresAt).toISOString(),
})

function never(): never {
  throw new Error('Nobody should have asked for this')
}

function tableOf(first: Approval): ApprovalTable & { now: () => Approval } {
  let kept = first
  return {
    now: () => kept,
    read: async () => kept,
    create: async () => false,
    async replace(from, to) {
      if (from.version !== kept.version) return false
      kept = to
      return true
    },
  }
}

function approvalsOn(
  table: ApprovalTable,
  intents: Partial<BookingIntents>,
  { now = 1000 }: { now?: number } = {},
) {
  const dependencies: ApprovalsDependencies = {
    table,
    clock: () => now,
    random: () => 0,
    wait: async () => {},
    bindingMessage: never,
    ciba: { start: never, poll: never },
    seal: { seal: never, unseal: async () => 'proof' },
    intents: {
      quote: never,
      create: never,
      find: never,
      read: never,
      confirm: never,
      close: never,
      ...intents,
    },
    workflowToken: { get: async () => 'workflow', forget() {} },
    startWorkflow: undefined,
    logger: { info() {}, warn() {} },
  }
  return createApprovals(dependencies)
}

describe('a confirmation that confirms nothing', () => {
  test('leaves the proof where it is, and is tried again', async () => {
    const table = tableOf(approved)
    const approvals = approvalsOn(table, { confirm: async () => intentThatIs('pending') })

    const after = await approvals.advance(transactionId)

    expect(after).toMatchObject({ status: 'approved', sealedToken, failures: 1, leasedUntil: 0 })
  })

  test.each(['denied', 'expired', 'cancelled'] as const)('because it is %s ends so', async (status) => {
    const table = tableOf(approved)
    const intents = {
      confirm: async () => intentThatIs(status),
      close: async () => intentThatIs(status),
    }

    const after = await approvalsOn(table, intents).advance(transactionId)

    expect(after?.status).toBe(status)
    expect(table.now()).not.toHaveProperty('sealedToken')
  })
})

describe('a hotel API that is away', () => {
  const away = async () => {
    throw new HotelApiUnavailableError('no answer')
  }

  test('does not cost the proof while the booking lives', async () => {
    const table = tableOf(approved)

    await approvalsOn(table, { confirm: away }, { now: intentExpiresAt - 1 }).advance(transactionId)

    expect(table.now()).toMatchObject({ status: 'approved', sealedToken })
  })

  test('past the booking’s time leaves no token lying about', async () => {
    const table = tableOf(approved)

    await approvalsOn(table, { confirm: away, close: away }, { now: intentExpiresAt }).advance(transactionId)

    expect(table.now()).toMatchObject({ status: 'closing', outcome: 'expired' })
    expect(table.now()).not.toHaveProperty('sealedToken')
  })

  test('says later that the booking was confirmed after all', async () => {
    const table = tableOf(approved)
    const intents = { confirm: away, close: async () => intentThatIs('confirmed') }

    const after = await approvalsOn(table, intents, { now: intentExpiresAt }).advance(transactionId)

    expect(after?.status).toBe('confirmed')
  })
})

test('what is withdrawn is the workflow’s to close, and its proof is gone', async () => {
  const table = tableOf(approved)

  await approvalsOn(table, {}).withdraw(transactionId)

  expect(table.now()).toMatchObject({ status: 'closing', outcome: 'cancelled', leasedUntil: 0 })
  expect(table.now()).not.toHaveProperty('sealedToken')
})

test('an id that stands for somebody else’s booking shows and moves nothing of it', async () => {
  const table = tableOf(approved)
  const approvals = approvalsOn(table, {})

  const starting = approvals.start({ intent: intentThatIs('pending'), subject: 'ben', correlationId: 'c' })

  await expect(starting).rejects.toMatchObject({ code: 'approval_unavailable' })
  expect(table.now()).toBe(approved)
})
