import * as z from 'zod'
import { HotelApiProblemError } from '../hotel-api/call-hotel-api.ts'
import { ToolError } from '../tools/tool-error.ts'

const problemSchema = z.object({
  code: z.literal('stay_overlaps'),
  detail: z.string(),
  booking: z.object({ transactionId: z.guid(), status: z.enum(['pending', 'confirmed']) }),
})

/** The person has a booking that this one overlaps, and has not been asked about it yet. */
export class StayOverlapsError extends ToolError {
  constructor({ detail, booking }: z.infer<typeof problemSchema>) {
    const { transactionId, status } = booking
    const inItsPlace =
      status === 'pending' ? `; with insteadOf, if they want this stay in place of the one that waits` : ''
    super({
      name: 'StayOverlapsError',
      code: 'stay_overlaps',
      status: 409,
      message: detail,
      forModel: `Nothing was booked. Ask the person before anything else. Then call prepare_booking again with additionalRoomTo: "${transactionId}", if they want another room as well${inItsPlace}.`,
      facts: { transactionId, status },
    })
  }
}

/** The hotel API's refusal as one that a model can act upon, or the error as it is. */
export function asStayOverlaps(error: unknown): unknown {
  const problem = error instanceof HotelApiProblemError ? problemSchema.safeParse(error.problem) : undefined
  return problem?.success ? new StayOverlapsError(problem.data) : error
}
