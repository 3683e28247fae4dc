// The hotel API's quotes and booking intents, as the MCP domain reads them. Every answer is checked before it is used.
import * as z from 'zod'
import { bookingStatuses, type Outcome } from '../../booking/life-cycle.ts'
import { type HotelApi, HotelApiProblemError, HotelApiUnavailableError } from '../hotel-api/call-hotel-api.ts'

const calendarDate = z.string().regex(/^\d{4}-\d{2}-\d{2}$/)
const moment = z.iso.datetime({ offset: true })

export const quoteSchema = z.object({
  quoteId: z.string().min(1).max(200),
  hotelId: z.string().min(1).max(100),
  hotelName: z.string().min(1).max(200),
  city: z.string().min(1).max(100),
  startDate: calendarDate,
  endDate: calendarDate,
  nights: z.int().positive(),
  /** In `currency`. */
  nightlyRate: z.number().nonnegative(),
  /** In `currency`. */
  totalPrice: z.number().nonnegative(),
  currency: z.string().length(3),
})

export type Quote = z.infer<typeof quoteSchema>

const intentSchema = z.object({
  transactionId: z.guid(),
  status: z.enum(bookingStatuses),
  approval: z.enum(['required', 'not_required']),
  quote: quoteSchema,
  expiresAt: moment,
  confirmationCode: z.string().min(1).max(100).optional(),
  /** Bookings that waited and were cancelled for this one. */
  replaces: z.array(z.guid()).max(100).optional(),
})

export type Intent = z.infer<typeof intentSchema>

export type Stay = { hotelId: string; startDate: string; nights: number }

/** Errors of every function: `HotelApiProblemError` with the API's `code`, and `HotelApiUnavailableError`. */
export type BookingIntents = {
  quote(booking: Stay, call: { token: string; correlationId: string }): Promise<Quote>
  /**
   * A booking as the hotel API's own policy allows it: confirmed at once, or pending until its person approves. The same
   * key brings the same intent back, whatever quote it was made from; without a key, the same stay does.
   */
  create(
    intent: {
      quoteId: string
      /** This server's own policy asks for an approval. Left out, the hotel API decides alone. */
      approvalRequired?: true
      additionalRoomTo?: string | undefined
      insteadOf?: string | undefined
      idempotencyKey: string | undefined
    },
    call: { token: string; correlationId: string },
  ): Promise<Intent>
  /** The booking that was made under the key, else the one of the stay; `undefined` when there is none. */
  find(
    booking: Stay & { idempotencyKey: string | undefined },
    call: { token: string; correlationId: string },
  ): Promise<Intent | undefined>
  read(transactionId: string, call: { token: string; correlationId: string }): Promise<Intent>
  /** Repeating it returns the first result. `requestHash` is that of the request that led to the token. */
  confirm(
    transactionId: string,
    call: { token: string; correlationId: string; requestHash: string },
  ): Promise<Intent>
  close(
    transactionId: string,
    outcome: Outcome,
    call: { token: string; correlationId: string },
  ): Promise<Intent>
}

export function createBookingIntents(hotelApi: HotelApi): BookingIntents {
  return {
    async quote(booking, call) {
      const answer = await hotelApi('/booking-quotes', {
        method: 'POST',
        body: booking,
        // A repeated quote is one quote too many, which nobody uses.
        repeatable: true,
        ...call,
      })
      const quote = parse(quoteSchema, answer)
      if (!isFor(booking, quote)) throw new HotelApiUnavailableError('the quote is for another stay')
      return quote
    },
    async create({ idempotencyKey, ...body }, call) {
      const answer = await hotelApi('/booking-intents', {
        method: 'POST',
        headers: keyHeader(idempotencyKey),
        body,
        repeatable: true,
        ...call,
      })
      return parse(intentSchema, answer)
    },
    async find({ hotelId, startDate, nights, idempotencyKey }, call) {
      const stay = new URLSearchParams({ hotelId, startDate, nights: String(nights) })
      try {
        const headers = keyHeader(idempotencyKey)
        return parse(intentSchema, await hotelApi(`/booking-intents?${stay}`, { headers, ...call }))
      } catch (error) {
        if (error instanceof HotelApiProblemError && error.code === 'unknown_booking') return undefined
        throw error
      }
    },
    async read(transactionId, call) {
      return sameIntent(transactionId, await hotelApi(path(transactionId), call))
    },
    async confirm(transactionId, { requestHash, ...call }) {
      const answer = await hotelApi(`${path(transactionId)}/confirm`, {
        method: 'POST',
        headers: { 'approval-request-hash': requestHash },
        body: {},
        repeatable: true,
        ...call,
      })
      return sameIntent(transactionId, answer)
    },
    async close(transactionId, outcome, call) {
      const answer = await hotelApi(`${path(transactionId)}/close`, {
        method: 'POST',
        body: { outcome },
        repeatable: true,
        ...call,
      })
      return sameIntent(transactionId, answer)
    },
  }
}

const keyHeader = (key: string | undefined): Record<string, string> =>
  key === undefined ? {} : { 'idempotency-key': key }

/** Whether a quote is for the stay that was asked for. */
function isFor(booking: Parameters<BookingIntents['quote']>[0], quote: Quote): boolean {
  return (
    quote.hotelId === booking.hotelId &&
    quote.startDate === booking.startDate &&
    quote.nights === booking.nights
  )
}

const path = (transactionId: string) => `/booking-intents/${encodeURIComponent(transactionId)}`

function sameIntent(transactionId: string, answer: unknown): Intent {
  const intent = parse(intentSchema, answer)
  if (intent.transactionId !== transactionId) {
    throw new HotelApiUnavailableError('the answer is about another booking')
  }
  return intent
}

function parse<Schema extends z.ZodType>(schema: Schema, answer: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(answer)
  if (!parsed.success) throw new HotelApiUnavailableError('the answer is malformed', parsed.error)
  return parsed.data
}
