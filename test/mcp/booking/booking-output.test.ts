import { expect, test } from '@jest/globals'
import { answerForApproval } from '../../../lambdas/mcp/booking/booking-output.ts'
import { pendingApproval } from '../approval/approval-fixture.ts'

const now = Date.UTC(2026, 10, 23)

test('a pending booking tells the model in words how to go on: some hosts show it no structured content', () => {
  const approval = pendingApproval()

  const { structuredContent, text, textForModel } = answerForApproval(approval, now)

  expect(textForModel).toContain('finalize_booking')
  expect(textForModel).toContain(approval.transactionId)
  expect(textForModel).toContain(`${structuredContent.booking.pollAfterSeconds} seconds`)
  // The person reads these, and calls no tools.
  for (const words of [text, structuredContent.booking.message])
    expect(words).not.toContain('finalize_booking')
})

test('a booking that has ended needs no more calls', () => {
  const approval = { ...pendingApproval(), status: 'confirmed' as const, confirmationCode: 'MH-ABCD-EFGH' }

  expect(answerForApproval(approval, now)).not.toHaveProperty('textForModel')
})

test('a booking whose email could not be sent says so, and when to try again', () => {
  const { request: _, ...approval } = { ...pendingApproval(), status: 'starting' as const, failures: 1 }

  const withProblem = answerForApproval({ ...approval, problem: 'email_not_sent' }, now).text
  const without = answerForApproval(approval, now).text

  expect(withProblem).toContain('The email that asks for your approval could not be sent')
  expect(withProblem).toContain('tomorrow')
  expect(without).not.toContain('email')
})
