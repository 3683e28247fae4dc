// One HTTP exchange with a time limit per attempt, a deadline over all attempts, and jittered waits between them.
import type { Clock } from '../clock.ts'
import { readRetryAfter } from './retry-after.ts'

export type RetryingFetch = {
  fetch: typeof fetch
  clock: Clock
  /** Waits between attempts. */
  wait?: (milliseconds: number) => Promise<void>
  /** 0 (inclusive) to 1 (exclusive). */
  random?: () => number
}

export type RetryLimits = {
  /** Over all attempts and waits, in milliseconds. */
  deadline: number
  /** For one attempt, body included, in milliseconds. */
  attemptTimeout: number
  attempts: number
  /** In bytes; a longer answer fails. */
  maxAnswer?: number
}

export type Answer = { status: number; headers: Headers; text: string }

/** Gives up with the last failure as its cause. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError'
}

/** Overload and intermediaries' failures; a plain 500 is the server's last word. */
const passing = new Set([429, 502, 503, 504])

const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds))

/**
 * Sends the request until it gets an answer that is not a passing failure. With `repeatable` false it is sent
 * once. The last answer comes back even when it is a passing failure.
 *
 * @throws {NoAnswerError} when no attempt was answered in time
 */
export async function fetchWithRetry(
  using: RetryingFetch,
  request: { url: string; init: RequestInit; repeatable: boolean },
  limits: RetryLimits,
): Promise<Answer> {
  const endsAt = using.clock() + limits.deadline
  const attempts = request.repeatable ? limits.attempts : 1
  let failure: unknown
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const left = endsAt - using.clock()
    if (left <= 0) break
    let answer: Answer | undefined
    try {
      answer = await send(using.fetch, request, Math.min(left, limits.attemptTimeout), limits.maxAnswer)
    } catch (cause) {
      failure = cause
    }
    if (answer && (!passing.has(answer.status) || attempt === attempts)) return answer
    const asked = answer && readRetryAfter(answer.headers, using.clock())
    // Never without a pause of our own: a server that says 0 is as busy as one that says nothing.
    const pause = Math.max(asked ?? 0, jitter(attempt, using.random ?? Math.random))
    if (attempt === attempts || using.clock() + pause >= endsAt) {
      if (answer) return answer
      break
    }
    await (using.wait ?? sleep)(pause)
  }
  throw new NoAnswerError('No answer in time', { cause: failure })
}

async function send(
  fetch: typeof globalThis.fetch,
  request: { url: string; init: RequestInit },
  timeout: number,
  maxAnswer = 1_048_576,
): Promise<Answer> {
  const response = await fetch(request.url, {
    ...request.init,
    // A redirect would carry the token or the body to a place that nobody configured.
    redirect: 'error',
    signal: AbortSignal.timeout(timeout),
  })
  return { status: response.status, headers: response.headers, text: await readText(response, maxAnswer) }
}

async function readText(response: Response, maxAnswer: number): Promise<string> {
  if (response.body === null) return ''
  const decoder = new TextDecoder()
  let size = 0
  let text = ''
  for await (const chunk of response.body) {
    size += chunk.byteLength
    if (size > maxAnswer) throw new Error(`The answer is longer than ${maxAnswer} bytes`)
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

/** Full jitter over a doubling window, in milliseconds, and at least a little. */
function jitter(attempt: number, random: () => number): number {
  return Math.max(10, Math.round(random() * 100 * 2 ** attempt))
}
