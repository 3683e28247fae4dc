// One request until it has an answer that counts, within a deadline.
import * as z from 'zod'
import type { Clock } from '../../clock.ts'
import { readRetryAfter } from '../../http/retry-after.ts'
import { PingOneUnavailableError } from './errors.ts'

export type Sleep = (milliseconds: number) => Promise<void>

export type RetryOptions = {
  fetch: (request: Request) => Promise<Response>
  clock: Clock
  sleep: Sleep
  /** A number from 0 to 1, exclusive. */
  random: () => number
  /** When to give up, in milliseconds since the epoch. */
  deadline: () => number
  /** How long to wait for one answer. */
  requestTimeout: number
}

export type AttemptOptions = {
  /** For messages, as in "the creation of resource MyHotels". */
  name: string
  request: () => Request | Promise<Request>
  /** True when doing it twice does no harm. */
  isRepeatable: boolean
  /**
   * Called before a request that may have been carried out is sent again: an answer ends the attempt.
   * Needed when `isRepeatable` is false.
   */
  recover?: () => Promise<Response | undefined>
  /** How long to try, in milliseconds. @default longestCall */
  longest?: number
  /** The object was just made, so PingOne's parts may not all know of it: a 404 is asked again for a while. */
  isFresh?: boolean
}

export type Attempt = (options: AttemptOptions) => Promise<Response>

/** What PingOne's guide to retries names. */
const retryable = new Set([408, 429, 500, 502, 503, 504])
const firstDelay = 250
const longestDelay = 10_000
/** No single call takes longer, however much time is left. */
const longestCall = 120_000
const freshFor = 30_000

export function createAttempt(options: RetryOptions): Attempt {
  const { clock, sleep, random } = options

  return async function attempt(call) {
    const start = clock()
    const end = Math.min(options.deadline(), start + (call.longest ?? longestCall))
    if (start >= end) throw new PingOneUnavailableError(call.name, 'no time is left')
    for (let tries = 0; ; tries += 1) {
      let problem: string
      let cause: unknown
      let wait: number | undefined
      // Outside of what is tried again: whoever makes the request has tried for itself.
      const request = await call.request()
      try {
        const response = await options.fetch(
          new Request(request, { signal: AbortSignal.timeout(options.requestTimeout) }),
        )
        const mayAppear = call.isFresh === true && response.status === 404 && clock() - start < freshFor
        if (!retryable.has(response.status) && !mayAppear) return await received(response)
        problem = `status ${response.status}`
        const asked = readRetryAfter(response.headers, clock())
        if (mayAppear) wait = Math.min(20 * 2 ** tries, 2000)
        // Never at once: a server that says 0 is as busy as one that says nothing.
        else wait = asked === undefined ? undefined : Math.max(asked, firstDelay)
        // An answer that nobody reads keeps its connection.
        await response.body?.cancel()
        if (mayAppear || response.status === 429) {
          // Neither was carried out: there is nothing to look for.
          await pause(wait, tries, end, call, problem)
          continue
        }
      } catch (error) {
        if (error instanceof PingOneUnavailableError) throw error
        problem = reason(error)
        cause = error
      }
      await pause(wait, tries, end, call, problem, cause)
      if (!call.isRepeatable) {
        const recovered = await call.recover?.()
        if (recovered !== undefined) return recovered
      }
    }
  }

  async function pause(
    wait: number | undefined,
    tries: number,
    end: number,
    call: AttemptOptions,
    problem: string,
    cause?: unknown,
  ) {
    const backoff = Math.min(firstDelay * 2 ** tries, longestDelay)
    // Jitter over the whole interval, so that many who were refused together do not come back together.
    const delay = wait ?? backoff * (0.5 + random() / 2)
    if (clock() + delay >= end) throw new PingOneUnavailableError(call.name, problem, cause)
    await sleep(delay)
  }
}

/** The whole answer: a connection that breaks inside the body fails the try, not the reader. */
async function received(response: Response): Promise<Response> {
  const body = response.body === null ? null : await response.arrayBuffer()
  return new Response(body, { status: response.status, headers: response.headers })
}

/** `ENOTFOUND`, `ECONNREFUSED`: what Node says of a connection that did not come about. */
const connectionCode = z.object({ code: z.string().regex(/^[A-Z_]{1,40}$/) })

function reason(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return 'no answer in time'
  const code = error instanceof Error ? connectionCode.safeParse(error.cause).data?.code : undefined
  return code === undefined ? 'the connection failed' : `the connection failed: ${code}`
}
