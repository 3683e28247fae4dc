import type { BookingStatus } from '../model/booking.ts'

/** What the person sees, as far as it decides what may take its place. */
export type Screen =
  /** Nothing has come from the chat yet. */
  | { name: 'waiting' }
  /** Words and nothing else. */
  | { name: 'message' }
  | { name: 'hotels'; city: string }
  /** A booking that is being filled in, or was sent and has no answer yet. */
  | { name: 'form'; hotelId: string; hotelName: string; city: string }
  /** A booking that was sent and whose answer was lost. */
  | { name: 'unknown'; hotelId: string; hotelName: string; city: string }
  | { name: 'booking'; transactionId: string; status: BookingStatus }
