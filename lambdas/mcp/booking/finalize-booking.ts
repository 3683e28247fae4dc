// finalize_booking: what has become of a booking, and one step further if its approval is due for one.
import * as z from 'zod'
import { MyHotelsError } from '../../errors/my-hotels-error.ts'
import type { Approval } from '../approval/approval.ts'
import { HotelApiProblemError } from '../hotel-api/call-hotel-api.ts'
import { type Caller, defineTool, type Tool } from '../tool.ts'
import type { BookingDependencies } from './booking-dependencies.ts'
import { answerForApproval, answerForIntent, bookingOutputSchema } from './booking-output.ts'
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

const inputSchema = z.object({
  transactionId: z.guid().describe('The transactionId that prepare_booking answered'),
})

export function createFinalizeBooking(dependencies: BookingDependencies): Tool {
  const { intents, approvals, exchange, decide, clock, scopes } = dependencies

  return defineTool({
    name: 'finalize_booking',
    title: 'Finish a booking',
    description:
      'Use this after prepare_booking answered "pending", to see whether the person has approved and the booking is confirmed. Wait for pollAfterSeconds between calls. The booking is finished even if this is never called.',
    inputSchema,
    outputSchema: bookingOutputSchema,
    annotations: { readOnlyHint: false, destructiveHint: true, openWorldHint: false, idempotentHint: true },
    access: { kind: 'protected', scope: scopes.mcpBook },
    invocation: { invoking: 'Looking after the booking', invoked: 'Booking looked after' },
    visibility: ['model', 'app'],
    async answer(call) {
      const caller = requireCaller(call)
      const { correlationId, trace } = call
      const { transactionId } = call.input
      const [permit, known] = await Promise.all([
        trace.time('decision', () =>
          decide({
            resource: 'finalize_booking',
            parameters: { transactionId },
            bearerToken: caller.token.value,
            correlationId,
          }),
        ),
        reachable(() => approvals.read(transactionId)),
      ])
      if (known === undefined) {
        return { permit, ...answerForIntent(await readIntent(transactionId, caller, correlationId)) }
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
  throw new HotelApiProblemError(404, { code: 'unknown_booking', detail: 'There is no such booking.' })
}
