// What prepare_booking and finalize_booking answer: one booking as it now is.
import * as z from 'zod'
import { bookingStatuses } from '../../booking/life-cycle.ts'
import { type Approval, isTerminal } from '../approval/approval.ts'
import { askAgainAfter } from '../approval/pace.ts'
import type { Intent, Quote } from './booking-intents.ts'

export const bookingOutputSchema = z.object({
  booking: z.object({
    transactionId: z.string(),
    status: z.enum(bookingStatuses),
    hotelId: z.string(),
    hotelName: z.string(),
    city: z.string(),
    startDate: z.string().describe('YYYY-MM-DD'),
    endDate: z.string().describe('YYYY-MM-DD, the day of departure'),
    nights: z.int(),
    nightlyRate: z.number(),
    totalPrice: z.number(),
    currency: z.string(),
    confirmationCode: z.string().optional(),
    bindingMessage: z
      .string()
      .optional()
      .describe('Also shown where the person approves: the two must be the same'),
    approvalExpiresAt: z.string().optional().describe('ISO 8601'),
    pollAfterSeconds: z
      .int()
      .optional()
      .describe('While pending: call finalize_booking again after this many seconds'),
    message: z.string(),
  }),
})

export type BookingOutput = z.infer<typeof bookingOutputSchema>
type Booking = BookingOutput['booking']
type Answered = { structuredContent: BookingOutput; text: string; textForModel?: string }

/** The booking of an intent that no approval is recorded for. */
export function answerForIntent(intent: Intent): Answered {
  const code = intent.confirmationCode
  const message = intent.status === 'pending' ? unfinished : endings[intent.status](code)
  return answer({
    ...describe(intent.transactionId, intent.quote),
    status: intent.status,
    ...(intent.status === 'confirmed' && code ? { confirmationCode: code } : {}),
    message,
  })
}

/**
 * The booking of an approval; `now` in milliseconds since the epoch. It is called ended only when the hotel API has
 * said so, and so is never taken back.
 */
export function answerForApproval(approval: Approval, now: number): Answered {
  const booking = describe(approval.transactionId, approval.quote)
  if (isTerminal(approval)) {
    const code = approval.status === 'confirmed' ? approval.confirmationCode : undefined
    return answer({
      ...booking,
      status: approval.status,
      ...(code ? { confirmationCode: code } : {}),
      message:
        approval.status === 'cancelled' && approval.answerLost ? answerLost : endings[approval.status](code),
    })
  }
  const request = approval.status === 'pending' ? approval.request : undefined
  return answer({
    ...booking,
    status: 'pending',
    ...(request
      ? {
          bindingMessage: request.bindingMessage,
          approvalExpiresAt: new Date(Math.min(request.expiresAt, approval.intentExpiresAt)).toISOString(),
        }
      : {}),
    pollAfterSeconds: askAgainAfter(approval, now),
    message: pendingMessage(approval),
  })
}

function pendingMessage(approval: Approval): string {
  if (approval.failures > 0 && approval.problem === 'email_not_sent') {
    return 'The email that asks for your approval could not be sent, so nothing is booked yet. MyHotels tries again until the booking expires. No more than 50 such emails a day go to one person: if you have had that many, prepare the booking again tomorrow.'
  }
  if (approval.failures > 0) {
    return 'A service that this booking needs does not answer at the moment. Nothing is lost: MyHotels keeps trying until the booking expires.'
  }
  switch (approval.status) {
    case 'pending':
      return `Approve the booking on your other device. Check that it shows the code ${approval.request.bindingMessage}.`
    case 'approved':
      return 'Approved. The hotel is being told.'
    case 'closing':
      return 'This will not be booked as things stand. The hotel is being told.'
    default:
      return 'Your approval is being asked for on your other device.'
  }
}

const unfinished = 'Nothing is booked yet. Call prepare_booking again with the same values to go on.'

const answerLost =
  'Your answer was lost on its way, so nothing was booked, and you are not asked again. Start again if you want it.'

const endings: Record<Exclude<Intent['status'], 'pending'>, (confirmationCode?: string) => string> = {
  confirmed: (code) => (code ? `Booked. Confirmation code ${code}.` : 'Booked.'),
  denied: () => 'You declined, so nothing was booked, and you are not asked again.',
  expired: () => 'The booking was not approved in time, so nothing was booked. Start again if you want it.',
  cancelled: () =>
    'This was called off, so nothing was booked. Start again if you want it; if no email came today, tomorrow.',
}

function describe(transactionId: string, quote: Quote) {
  const { hotelId, hotelName, city, startDate, endDate, nights, nightlyRate, totalPrice, currency } = quote
  return {
    transactionId,
    hotelId,
    hotelName,
    city,
    startDate,
    endDate,
    nights,
    nightlyRate,
    totalPrice,
    currency,
  }
}

function answer(booking: Booking): Answered {
  const { hotelName, city, startDate, endDate, nights, totalPrice, currency, message } = booking
  const { transactionId, pollAfterSeconds: seconds } = booking
  const stay = `${hotelName}, ${city}, ${startDate} to ${endDate} (${nights} ${nights === 1 ? 'night' : 'nights'})`
  return {
    structuredContent: { booking },
    text: `${stay}, ${totalPrice.toFixed(2)} ${currency}: ${booking.status}. ${message}`,
    // Some hosts show their model no structured content.
    ...(seconds === undefined
      ? {}
      : {
          textForModel: `To follow this booking, call finalize_booking with the transactionId ${transactionId} in ${seconds} seconds.`,
        }),
  }
}
