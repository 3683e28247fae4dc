// finalize_booking: what has become of a booking, and one step further if its approval is due for one.
import * as z from 'zod'
import { isDenial } from '../../decision/errors.ts'
import { MyHotelsError } from '../../errors/my-hotels-error.ts'
import type { Approval } from '../approval/approval.ts'
import { HotelApiProblemError } from '../hotel-api/call-hotel-api.ts'
import { type Caller, defineTool, type Tool } from '../tool.ts'
import { optionalArgument } from '../tools/optional-argument.ts'
import { hotelId, nights, requestId, startDate } from './booking-arguments.ts'
import type { BookingDependencies } from './booking-dependencies.ts'
import type { Intent, Stay } from './booking-intents.ts'
import { answerForApproval, answerForIntent, bookingOutputSchema } from './booking-output.ts'
import { idempotencyKey as keyOf } from './idempotency-key.ts'
import { requireCaller } from './require-caller.ts'

/** Where the booking stands could not be read. Nothing is lost: the workflow goes on with it. */
export class BookingStateUnavailableError extends MyHotelsError {
  constructor(cause: unknown) {
    super({
      name: 'BookingStateUnavailableError',
      code: 'booking_state_unavailable',
      status: 503,
      retryable: true,
      message:
        'Where the booking stands cannot be read at the moment. It goes on by itself; ask again shortly.',
      cause,
    })
  }
}

/** Neither a transaction nor a whole stay was named. */
export class NoBookingNamedError extends MyHotelsError {
  constructor() {
    super({
      name: 'NoBookingNamedError',
      code: 'no_booking_named',
      status: 422,
      message:
        'Give the transactionId of the booking, or the hotelId, startDate and nights of the prepare_booking call whose answer was lost.',
    })
  }
}

const lost = 'Only without a transactionId: as in the prepare_booking call whose answer was lost'

const inputSchema = z.object({
  transactionId: optionalArgument(z.guid()).describe('The transactionId that prepare_booking answered'),
  hotelId: optionalArgument(hotelId).describe(lost),
  startDate: optionalArgument(startDate).describe(lost),
  nights: optionalArgument(nights).describe(lost),
  requestId,
})

type Input = z.infer<typeof inputSchema>
type Named = { transactionId: string } | Stay

export function createFinalizeBooking(dependencies: BookingDependencies): Tool {
  const { intents, approvals, exchange, decide, clock, scopes } = dependencies

  return defineTool({
    name: 'finalize_booking',
    title: 'Finish a booking',
    description:
      'Use this after prepare_booking answered "pending", to see whether the person has approved and the booking is confirmed. Wait for pollAfterSeconds between calls. The booking is finished even if this is never called. When no answer to prepare_booking came, call this with the hotelId, startDate and nights of that call: it finds the booking or says that there is none.',
    inputSchema,
    widgetArguments: ['requestId'],
    outputSchema: bookingOutputSchema,
    annotations: { readOnlyHint: false, destructiveHint: true, openWorldHint: false, idempotentHint: true },
    access: { kind: 'protected', scope: scopes.mcpBook },
    invocation: { invoking: 'Looking after the booking', invoked: 'Booking looked after' },
    visibility: ['model', 'app'],
    async answer(call) {
      const caller = requireCaller(call)
      const { correlationId, trace } = call
      const named = namedIn(call.input)
      const [decision, found] = await Promise.allSettled([
        trace.time('decision', () =>
          decide({
            resource: 'finalize_booking',
            parameters: named,
            bearerToken: caller.token.value,
            correlationId,
          }),
        ),
        reachable(() => find(named, call.input.requestId, caller, correlationId)),
      ])
      if (decision.status === 'rejected') {
        if (found.status === 'fulfilled') await withdrawDenied(decision.reason, found.value, caller)
        throw decision.reason
      }
      if (found.status === 'rejected') throw found.reason
      const permit = decision.value
      const { transactionId, intent, approval: known } = found.value
      if (known === undefined) {
        return {
          permit,
          ...answerForIntent(intent ?? (await readIntent(transactionId, caller, correlationId))),
        }
      }
      requireOwner(known, caller)
      const approval =
        (await trace.time('approval', () => reachable(() => approvals.settle(transactionId)))) ?? known
      if (approval.status === 'confirmed' && approval.confirmationCode === undefined) {
        return { permit, ...answerForIntent(await readIntent(transactionId, caller, correlationId)) }
      }
      return { permit, ...answerForApproval(approval, clock()) }
    },
  })

  type Found = { transactionId: string; intent?: Intent; approval: Approval | undefined }

  async function find(
    named: Named,
    requestId: string | undefined,
    caller: Caller,
    correlationId: string,
  ): Promise<Found> {
    if ('transactionId' in named) {
      const { transactionId } = named
      return { transactionId, approval: await approvals.read(transactionId) }
    }
    const token = await exchange(caller, scopes.apiBook, { correlationId })
    const idempotencyKey = keyOf({ ...named, requestId, subject: caller.subject })
    const intent = await intents.find({ ...named, idempotencyKey }, { token, correlationId })
    if (intent === undefined) throw unknownBooking('Nothing of this stay was booked for you.')
    const { transactionId } = intent
    return { transactionId, intent, approval: await approvals.read(transactionId) }
  }

  /** What policy denies by now does not wait for an approval any longer. */
  async function withdrawDenied(refusal: unknown, { approval }: Found, caller: Caller): Promise<void> {
    if (!isDenial(refusal) || approval?.subject !== caller.subject) return
    // The hotel API asks the policy again before any confirmation, so that nothing hangs on this.
    await approvals.withdraw(approval.transactionId).catch(() => undefined)
  }

  async function readIntent(transactionId: string, caller: Caller, correlationId: string) {
    const token = await exchange(caller, scopes.apiBook, { correlationId })
    return intents.read(transactionId, { token, correlationId })
  }
}

async function reachable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw cause instanceof MyHotelsError ? cause : new BookingStateUnavailableError(cause)
  }
}

/** Somebody else's booking is answered as one that does not exist. */
function requireOwner(approval: Approval, caller: Caller): void {
  if (approval.subject === caller.subject) return
  throw unknownBooking('There is no such booking.')
}

const unknownBooking = (detail: string) => new HotelApiProblemError(404, { code: 'unknown_booking', detail })

/** @throws {NoBookingNamedError} */
function namedIn({ transactionId, hotelId, startDate, nights }: Input): Named {
  if (transactionId !== undefined) return { transactionId }
  if (hotelId === undefined || startDate === undefined || nights === undefined)
    throw new NoBookingNamedError()
  return { hotelId, startDate, nights }
}
