// Asks for a pending booking until it is final: as often as the server wants, and only while somebody can see it.

import type { Answer } from '../host/call-tool.ts'
import { type Booking, isFinal } from '../model/booking.ts'

export type Timers = {
  setTimeout(work: () => void, milliseconds: number): number
  clearTimeout(timer: number): void
}

export type PollListener = {
  booking(booking: Booking): void
  /** The person has to sign in again before the booking can be followed. */
  signIn(): void
  /** Asking failed; `again` says whether it goes on by itself. */
  problem(words: string, again: boolean): void
}

export type Poll = {
  /** Off-screen, for example. */
  pause(): void
  /** Asks at once, then goes on. */
  resume(): void
  /** For good. */
  stop(): void
}

const mostFailures = 5

export function pollBooking(
  first: Booking,
  ask: (transactionId: string) => Promise<Answer>,
  listener: PollListener,
  timers: Timers,
): Poll {
  let wait = first.pollAfterSeconds
  let failures = 0
  let state: 'running' | 'paused' | 'stopped' = 'running'
  let asking = false
  let timer: number | undefined

  const schedule = () => {
    if (state !== 'running' || asking) return
    timers.clearTimeout(timer ?? 0)
    // Failures slow it down; the server's own wish is the least.
    timer = timers.setTimeout(step, Math.min(30, wait * 2 ** failures) * 1000)
  }

  const fail = (words: string) => {
    failures += 1
    const again = failures < mostFailures
    if (!again) state = 'paused'
    listener.problem(words, again)
  }

  async function step() {
    if (state !== 'running' || asking) return
    asking = true
    const result = await ask(first.transactionId)
    asking = false
    // A torn-down view wants no news, a paused one does.
    if ((state as string) === 'stopped') return
    switch (result.kind) {
      case 'booking':
        failures = 0
        wait = result.booking.pollAfterSeconds
        if (isFinal(result.booking.status)) state = 'stopped'
        listener.booking(result.booking)
        break
      case 'sign-in':
        state = 'paused'
        listener.signIn()
        break
      case 'search':
        fail('The answer was not about this booking.')
        break
      case 'refusal':
      case 'words':
        fail(result.words)
        break
      default:
        fail('The booking could not be checked just now.')
    }
    schedule()
  }

  schedule()
  return {
    pause() {
      if (state === 'running') state = 'paused'
      timers.clearTimeout(timer ?? 0)
    },
    resume() {
      if (state !== 'paused') return
      state = 'running'
      failures = 0
      void step()
    },
    stop() {
      state = 'stopped'
      timers.clearTimeout(timer ?? 0)
    },
  }
}
