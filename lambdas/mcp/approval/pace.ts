// How long to wait: between polls, after failures, and between the workflow's looks at an approval.
import { type Approval, isTerminal } from './approval.ts'

const second = 1000

/** The clocks of two functions differ by a little; PingOne's is neither. */
const clockDifference = 250

/** The earliest time of the next poll, counted from the moment the answer to the last one arrived. */
export const nextPollAt = (now: number, interval: number) => now + interval * second + clockDifference

/** Milliseconds: doubles from 2.5 s to 60 s; the upper half is random so that those who failed together part. */
export function backoff(failures: number, random: () => number): number {
  const whole = Math.min(60 * second, 2.5 * second * 2 ** (failures - 1))
  return Math.round(whole / 2 + (random() * whole) / 2)
}

/** Every look costs three transitions and an invocation; who has not answered within a minute is in no hurry. */
const steps = [
  { until: 60 * second, wait: 5 * second },
  { until: 180 * second, wait: 10 * second },
  { until: 900 * second, wait: 15 * second },
  // An execution has room for 25,000 events, some nine a look.
  { until: Number.POSITIVE_INFINITY, wait: 60 * second },
]

/** Seconds until the workflow should look again: whole, at least 1. */
export function workflowWait(approval: Approval, now: number): number {
  if (isTerminal(approval)) return 1
  let at = Math.max(approval.nextStepAt, approval.leasedUntil)
  if (approval.status === 'pending' && approval.failures === 0) {
    const age = now - approval.request.requestedAt
    const wait = steps.find(({ until }) => age < until)?.wait ?? 0
    const last = Math.max(at, approval.request.expiresAt - 2 * second)
    // An approval given late is still collected: one look falls just before the request expires.
    at = Math.max(at, now + wait)
    if (last > now) at = Math.min(at, last)
  }
  return Math.max(1, Math.ceil((at - now) / second))
}

/** Seconds until it is worth while to ask again on the person's behalf: whole, 2 to 15. */
export function askAgainAfter(approval: Approval, now: number): number {
  const at = Math.max(approval.nextStepAt, Math.min(approval.leasedUntil, now + 2 * second))
  return Math.min(
    15,
    Math.max(now - approval.createdAt < 60 * second ? 2 : 5, Math.ceil((at - now) / second)),
  )
}
