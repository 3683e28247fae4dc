// prepare_booking: quote, decision on that very quote, intent, and the start of the approval where one is needed.
import * as z from 'zod'
import type { Permit } from '../../decision/permit.ts'
import { MyHotelsError } from '../../errors/my-hotels-error.ts'
import { type Caller, defineTool, type Tool, type ToolCall } from '../tool.ts'
import type { BookingDependencies } from './booking-dependencies.ts'
import type { Intent, Quote } from './booking-intents.ts'
import { answerForApproval, answerForIntent, bookingOutputSchema } from './booking-output.ts'
import { idempotencyKey } from './idempotency-key.ts'
import { requireCaller } from './require-caller.ts'

const inputSchema = z.object({
  hotelId: z
    .string()
    .min(1)
    .max(100)
    .describe('The id of a hotel from search_hotels or search_hotels_member_rates'),
  startDate: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/)
    .describe('The first night, YYYY-MM-DD'),
  nights: z.int().describe('1 to 30'),
  requestId: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/)
    .optional()
    .describe('Leave out, except to repeat a call that sent one: it keeps one form from booking twice'),
})

type Input = z.infer<typeof inputSchema>

/** Bookings of one kind that may come to nothing before the person must change something. */
const maxAttempts = 10

export class TooManyAttemptsError extends MyHotelsError {
  constructor() {
    super({
      name: 'TooManyAttemptsError',
      code: 'too_many_attempts',
      status: 429,
      message: 'This stay was prepared and given up too often. Choose other dates or another hotel.',
    })
  }
}

export function createPrepareBooking(dependencies: BookingDependencies): Tool {
  const { intents, approvals, exchange, decide, clock, scopes } = dependencies

  return defineTool({
    name: 'prepare_booking',
    title: 'Book a hotel',
    description:
      'Use this when the person wants to book one hotel for given dates. Quotes the stay and books it if policy allows; some bookings wait for the person to approve them on another device, and finalize_booking then tells when they are done.',
    inputSchema,
    outputSchema: bookingOutputSchema,
    annotations: { readOnlyHint: false, destructiveHint: true, openWorldHint: false, idempotentHint: true },
    access: { kind: 'protected', scope: scopes.mcpBook },
    invocation: { invoking: 'Preparing the booking', invoked: 'Booking prepared' },
    visibility: ['model', 'app'],
    async answer(call) {
      const caller = requireCaller(call)
      const { input, correlationId, trace } = call
      const token = await trace.time('exchange', () => exchange(caller, scopes.apiBook, { correlationId }))
      const { hotelId, startDate, nights } = input
      const quote = await trace.time('quote', () =>
        intents.quote({ hotelId, startDate, nights }, { token, correlationId }),
      )
      const permit = await judge(quote, caller, call)
      const { intent, permit: judged } = await openIntent(quote, permit, caller, call, token)
      if (intent.status === 'confirmed') return { permit: judged, ...answerForIntent(intent) }
      const approval = await trace.time('approval', () =>
        approvals.start({ intent, subject: caller.subject, correlationId }),
      )
      return { permit: judged, ...answerForApproval(approval, clock()) }
    },
  })

  function judge(quote: Quote, caller: Caller, { correlationId, trace }: ToolCall<Input>): Promise<Permit> {
    const { hotelId, startDate, nights, nightlyRate, totalPrice, currency } = quote
    return trace.time('decision', () =>
      decide({
        resource: 'prepare_booking',
        parameters: { hotelId, startDate, nights, nightlyRate, totalPrice, currency },
        bearerToken: caller.token.value,
        correlationId,
        canFulfil: ['USER-AZ-REQUIRED'],
      }),
    )
  }

  /** The intent to go on with, and the permit that was given for the quote it holds. */
  async function openIntent(
    quote: Quote,
    permit: Permit,
    caller: Caller,
    call: ToolCall<Input>,
    token: string,
  ): Promise<{ intent: Intent; permit: Permit }> {
    const { correlationId, trace } = call
    const { requestId, hotelId, startDate, nights } = call.input
    for (let attempt = 1; attempt <= maxAttempts; attempt++) {
      const intent = await trace.time('intent', () =>
        intents.create(
          {
            quoteId: quote.quoteId,
            ...(permit.approvalRequired ? { approvalRequired: true } : {}),
            idempotencyKey: idempotencyKey({
              ...{ subject: caller.subject, requestId, hotelId, startDate, nights, attempt },
            }),
          },
          { token, correlationId },
        ),
      )
      if (intent.status === 'confirmed') return { intent, permit }
      if (intent.status !== 'pending') continue
      if (sameOffer(intent.quote, quote)) return { intent, permit }
      // A repeated call meets the intent of the first, and with it the first call's price.
      return { intent, permit: await judge(intent.quote, caller, call) }
    }
    throw new TooManyAttemptsError()
  }
}

function sameOffer(a: Quote, b: Quote): boolean {
  return (
    a.quoteId === b.quoteId &&
    a.hotelId === b.hotelId &&
    a.startDate === b.startDate &&
    a.nights === b.nights &&
    a.nightlyRate === b.nightlyRate &&
    a.totalPrice === b.totalPrice &&
    a.currency === b.currency
  )
}
