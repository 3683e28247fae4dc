import type { ApprovalIn } from '../../../lambdas/mcp/approval/approval.ts'

/** An approval that waits for its person. */
export function pendingApproval(): ApprovalIn<'pending'> {
  return {
    status: 'pending',
    transactionId: '3f0c1f5e-0d0e-4d5b-8f58-6f2f3e1b9c11',
    subject: 'anna',
    quote: {
      quoteId: 'q-1',
      hotelId: 'milan-la-ringhiera',
      hotelName: 'La Ringhiera',
      city: 'Milan',
      startDate: '2026-12-24',
      endDate: '2026-12-27',
      nights: 3,
      nightlyRate: 125,
      totalPrice: 375,
      currency: 'EUR',
    },
    createdAt: 0,
    intentExpiresAt: 1_800_000,
    correlationId: 'c-1',
    requests: 1,
    failures: 0,
    nextStepAt: 0,
    leasedUntil: 0,
    version: 2,
    writeId: 'w-2',
    ttl: 604_800,
    request: {
      authReqId: 'r-1',
      bindingMessage: '7F3A92C2',
      requestedAt: 0,
      expiresAt: 120_000,
      interval: 2,
    },
  }
}
