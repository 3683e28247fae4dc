// Decides what a result that arrives may do to what is on the screen. Hosts deliver late, twice, out of order, and what
// was meant for others; what a person is in the middle of is never taken from them.
import { isFinal } from '../model/booking.ts'
import { isSameId } from '../model/read-value.ts'
import type { ToolResult } from '../model/tool-result.ts'
import type { Screen } from './screen.ts'

export type Arrival = {
  result: ToolResult
  /** Whether the chat has delivered the same content before. */
  isRepeated: boolean
  /** Whether the chat called a tool of ours for it, as far as the chat says so. */
  isOurs: boolean
}

export type Place =
  /** Takes the screen. */
  | 'show'
  /** Renews what the screen is made of and leaves the person where they are. */
  | 'beneath'
  /** A line with a button that shows it. */
  | 'offer'
  /** A line above the screen. */
  | 'note'
  /** Nothing changes. */
  | 'keep'

export function placeResult(screen: Screen, { result, isRepeated, isOurs }: Arrival): Place {
  if (result.kind === 'nothing') return 'keep'
  if (screen.name === 'waiting' || screen.name === 'message') return 'show'
  // Somebody may ask for a city again, but who fills in a form or has booked has not.
  if (
    isRepeated &&
    !(screen.name === 'hotels' && result.kind === 'search' && result.search.city.name !== screen.city)
  )
    return 'keep'
  switch (result.kind) {
    case 'search':
      return placeSearch(screen, result.search.city.name)
    case 'booking':
      return placeBooking(screen, result.booking)
    default:
      // Words alone. Beside the hotels there is room for them; a form or a booking has words of its own.
      return screen.name === 'hotels' && (isOurs || result.kind !== 'words') ? 'note' : 'keep'
  }
}

function placeSearch(screen: Screen, city: string): Place {
  switch (screen.name) {
    case 'form':
    case 'unknown':
      return screen.city === city ? 'beneath' : 'offer'
    case 'booking':
      return isFinal(screen.status) ? 'show' : 'offer'
    default:
      return 'show'
  }
}

function placeBooking(screen: Screen, booking: Extract<ToolResult, { kind: 'booking' }>['booking']): Place {
  switch (screen.name) {
    case 'form':
    case 'unknown':
      return isSameId(screen.hotelId, booking.hotelId) || screen.hotelName === booking.hotelName
        ? 'show'
        : 'offer'
    case 'booking': {
      if (!isSameId(screen.transactionId, booking.transactionId))
        return isFinal(screen.status) ? 'show' : 'offer'
      // An ending is never taken back; what says otherwise was sent before it.
      return isFinal(screen.status) ? 'keep' : 'show'
    }
    default:
      return 'show'
  }
}
