// The hotel API's own question to the policy, about exactly what it would book. Nobody who calls it decides for it.
import type { Decide, Permit } from '../../decision/permit.ts'
import { presentQuote, type QuoteTerms } from '../quoting/quote.ts'

/** The name by which the policy knows this API. */
export const decisionService = 'myhotels-hotelapi'

export type BookingQuestion = {
  operation: 'create_booking' | 'confirm_booking'
  /** What is booked: read from the table, never from the request. */
  quote: QuoteTerms
  /** What this API counts of the person, and what the caller's policy wants; for a new booking alone. */
  limits?: { person: Record<string, number>; approvalRequired: boolean }
  /** The token that the request came with: whose booking it is, and through whom. */
  token: string
  correlationId: string
}

/**
 * Whether this person may book this quote, and whether only their own approval completes it.
 *
 * @throws {DecisionDeniedError} @throws {DecisionUnavailableError} @throws {InvalidTokenError}
 */
export function decideBooking(decide: Decide, question: BookingQuestion): Promise<Permit> {
  const { limits } = question
  const { quoteId, hotelId, startDate, nights, nightlyRate, totalPrice, currency } = presentQuote(
    question.quote,
  )
  return decide({
    resource: question.operation,
    parameters: {
      ...{ quoteId, hotelId, startDate, nights, nightlyRate, totalPrice, currency },
      ...(limits === undefined ? {} : { approvalRequired: limits.approvalRequired }),
    },
    ...(limits === undefined ? {} : { person: limits.person }),
    bearerToken: question.token,
    correlationId: question.correlationId,
    canFulfil: ['USER-AZ-REQUIRED'],
  })
}
