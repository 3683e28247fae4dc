// What a new request is to a person's bookings: the same one again, one in place of another, or one too many.
import { StayOverlapsError } from '../errors/booking-errors.ts'
import type { HeldStay } from './person.ts'

export type WantedStay = {
  hotelId: string
  startDate: string
  endDate: string
  /** The booking that the request would make. */
  transactionId: string
  /** The request can be told from others by a key of its own. */
  hasKey: boolean
  /** Another room beside this booking. */
  additionalRoomTo?: string | undefined
  /** This stay instead of that one, which waits for its approval. */
  insteadOf?: string | undefined
}

export type Placement =
  | { kind: 'repeated'; transactionId: string }
  | { kind: 'new'; replaces: readonly HeldStay[] }

/** @throws {StayOverlapsError} when the person holds or awaits an overlapping stay and has not said that they know */
export function placeStay(stays: readonly HeldStay[], wanted: WantedStay): Placement {
  const { transactionId } = wanted
  if (stays.some((stay) => stay.transactionId === transactionId)) return { kind: 'repeated', transactionId }
  const overlapping = stays.filter((stay) => overlaps(stay, wanted))
  const same = overlapping.find((stay) => isSame(stay, wanted) && stay.transactionId !== wanted.insteadOf)
  // Who sends no key means the stay itself: asked for twice, it is one booking.
  if (same !== undefined && !wanted.hasKey) return { kind: 'repeated', transactionId: same.transactionId }
  const replaces = stays.filter(
    (stay) => stay.status === 'pending' && (stay === same || stay.transactionId === wanted.insteadOf),
  )
  const left = overlapping.filter((stay) => !replaces.includes(stay))
  const last = left.at(-1)
  if (last === undefined || left.some((stay) => stay.transactionId === wanted.additionalRoomTo)) {
    return { kind: 'new', replaces }
  }
  throw new StayOverlapsError(last)
}

// ISO dates sort as text; who leaves on a day does not stay its night.
const overlaps = (stay: HeldStay, wanted: WantedStay): boolean =>
  stay.hotelId === wanted.hotelId && stay.startDate < wanted.endDate && wanted.startDate < stay.endDate

const isSame = (stay: HeldStay, wanted: WantedStay): boolean =>
  stay.startDate === wanted.startDate &&
  stay.endDate === wanted.endDate &&
  stay.additionalRoomTo === wanted.additionalRoomTo
