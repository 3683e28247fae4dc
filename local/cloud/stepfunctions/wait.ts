import { setTimeout as sleep } from 'node:timers/promises'
import { JSONPath } from 'jsonpath-plus'
import type { State } from './definition.ts'

/**
 * When a wait that was entered at `enteredAt` is over; both in milliseconds since the epoch.
 *
 * @throws {Error} named `States.Runtime` when the input does not say how long to wait.
 */
export function endOfWait(state: State, input: unknown, enteredAt: number, speed: number): number {
  const seconds = state.Seconds ?? valueAt(state.SecondsPath, input)
  if (seconds !== undefined) {
    if (typeof seconds === 'number' && Number.isInteger(seconds) && seconds >= 0) {
      return enteredAt + (seconds * 1000) / speed
    }
    throw runtimeError(`The wait is not a whole number of seconds: ${JSON.stringify(seconds)}`)
  }
  const end = Date.parse(String(state.Timestamp ?? valueAt(state.TimestampPath, input)))
  if (Number.isNaN(end)) throw runtimeError('The wait has no time at which it ends')
  return enteredAt + Math.max(0, end - enteredAt) / speed
}

// The longest that a timer of Node.js takes.
const longest = 2 ** 31 - 1

/** Rejects when the signal aborts. */
export async function sleepUntil(end: number, clock: () => number, signal: AbortSignal): Promise<void> {
  for (let left = end - clock(); left > 0; left = end - clock()) {
    await sleep(Math.min(Math.ceil(left), longest), undefined, { signal })
  }
}

function valueAt(path: unknown, input: unknown): unknown {
  if (path === undefined) return undefined
  const value: unknown = JSONPath({ path: String(path), json: input as object, wrap: false, eval: false })
  if (value === undefined) throw runtimeError(`The path ${path} leads to nothing`)
  return value
}

/** Ends the execution: Step Functions neither retries nor catches it. */
function runtimeError(message: string): Error {
  return Object.assign(new Error(message), { name: 'States.Runtime', isRetryable: false, isCatchable: false })
}
