// prepare_booking: quote, decision on that very quote, intent, and the start of the approval where one is needed.
import * as z from 'zod'
import { isDenial } from '../../decision/errors.ts'
import type { Permit } from '../../decision/permit.ts'
import { type Caller, defineTool, type Tool, type ToolCall } from '../tool.ts'
import { optionalArgument } from '../tools/optional-argument.ts'
import { hotelId, nights, requestId, startDate } from './booking-arguments.ts'
import type { BookingDependencies } from './booking-dependencies.ts'
import type { Quote } from './booking-intents.ts'
import { answerForApproval, answerForIntent, bookingOutputSchema } from './booking-output.ts'
import { idempotencyKey as keyOf } from './idempotency-key.ts'
import { requireCaller } from './require-caller.ts'
import { asStayOverlaps } from './stay-overlaps.ts'

const inputSchema = z.object({
  hotelId: hotelId.describe('The id of a hotel from search_hotels or search_hotels_member_rates'),
  startDate: startDate.describe('The first night, YYYY-MM-DD'),
  nights: nights.describe('1 to 30'),
  additionalRoomTo: optionalArgument(z.guid()).describe(
    'Leave out, unless prepare_booking has named a booking that this stay overlaps and the person wants another room as well: the transactionId of that booking',
  ),
  insteadOf: optionalArgument(z.guid()).describe(
    'Leave out, unless the person wants this stay instead of a booking that still waits for their approval: the transactionId of that booking',
  ),
  requestId,
})

type Input = z.infer<typeof inputSchema>

export function createPrepareBooking(dependencies: BookingDependencies): Tool {
  const { intents, approvals, exchange, decide, clock, scopes } = dependencies

  return defineTool({
    name: 'prepare_booking',
    title: 'Book a hotel',
    description:
      'Use this when the person wants to book one hotel for given dates. Quotes the stay and books it if policy allows; some bookings wait for the person to approve them on another device, and finalize_booking then tells when they are done. The same call again finds the same booking.',
    inputSchema,
    widgetArguments: ['requestId'],
    outputSchema: bookingOutputSchema,
    annotations: { readOnlyHint: false, destructiveHint: true, openWorldHint: false, idempotentHint: true },
    access: { kind: 'protected', scope: scopes.mcpBook },
    invocation: { invoking: 'Preparing the booking', invoked: 'Booking prepared' },
    visibility: ['model', 'app'],
    async answer(call) {
      const caller = requireCaller(call)
      const { input, correlationId, trace } = call
      const token = await trace.time('exchange', () => exchange(caller, scopes.apiBook, { correlationId }))
      const { hotelId, startDate, nights, additionalRoomTo, insteadOf, requestId } = input
      const stay = { hotelId, startDate, nights }
      const idempotencyKey = keyOf({ ...stay, requestId, subject: caller.subject })
      const quote = await trace.time('quote', () => intents.quote(stay, { token, correlationId }))
      const quotePermit = await judge(quote, caller, call).catch(async (refusal: unknown) => {
        await withdrawDenied(refusal, async () => {
          const pending = await intents.find({ ...stay, idempotencyKey }, { token, correlationId })
          return pending?.status === 'pending' ? pending.transactionId : undefined
        })
        throw refusal
      })
      const intent = await trace.time('intent', () =>
        intents
          .create(
            {
              quoteId: quote.quoteId,
              ...(quotePermit.approvalRequired ? { approvalRequired: true } : {}),
              ...{ additionalRoomTo, insteadOf, idempotencyKey },
            },
            { token, correlationId },
          )
          .catch((error: unknown) => {
            throw asStayOverlaps(error)
          }),
      )
      if (intent.status !== 'pending') return { permit: quotePermit, ...answerForIntent(intent) }
      // A repeated call meets the intent of the first, and with it the first call's price.
      const permit = sameOffer(intent.quote, quote)
        ? quotePermit
        : await judge(intent.quote, caller, call).catch(async (refusal: unknown) => {
            await withdrawDenied(refusal, async () => intent.transactionId)
            throw refusal
          })
      const [approval] = await trace.time('approval', () =>
        Promise.all([
          approvals.start({ intent, subject: caller.subject, correlationId }),
          // Their bookings are cancelled. What is not withdrawn here, the workflow finds out.
          ...(intent.replaces ?? []).map((transactionId) =>
            approvals.withdraw(transactionId).catch(() => undefined),
          ),
        ]),
      )
      return { permit, ...answerForApproval(approval, clock()) }
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

  /** What policy denies by now does not wait for an approval any longer. */
  async function withdrawDenied(refusal: unknown, find: () => Promise<string | undefined>): Promise<void> {
    if (!isDenial(refusal)) return
    try {
      const transactionId = await find()
      if (transactionId !== undefined) await approvals.withdraw(transactionId)
    } catch {
      // The hotel API asks the policy again before any confirmation.
    }
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
