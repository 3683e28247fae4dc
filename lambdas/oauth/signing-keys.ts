// The authorization server's public keys, kept in memory. An authorization server that cannot be reached for a while
// does not sign anybody out, and nobody can make this one ask for keys without pause.
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'
import * as z from 'zod'
import { MyHotelsError } from '../errors/my-hotels-error.ts'
import { fetchWithRetry, type RetryingFetch } from '../http/fetch-with-retry.ts'

/** The keys of the authorization server could not be read: nothing is known about the token. */
export class KeysUnavailableError extends MyHotelsError {
  constructor(cause: unknown) {
    super({
      name: 'KeysUnavailableError',
      code: 'temporarily_unavailable',
      status: 503,
      retryable: true,
      message: 'Sign-in cannot be checked at the moment. Try again shortly.',
      cause,
    })
  }
}

const minute = 60_000
/** Keys are read again after this time, when they are needed. */
const freshFor = 10 * minute
/** How long keys are trusted after they were read, while they cannot be read again: as long as a token lives. */
const trustedFor = 60 * minute
/** Between two readings that unknown key ids ask for. */
const pauseAfterSuccess = 30_000
const pauseAfterFailure = 2000
const limits = { deadline: 3000, attemptTimeout: 3000, attempts: 2, maxAnswer: 65_536 }

/** RFC 7517 section 5; what the keys are made of is for the one who uses them. */
const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(100) })

/**
 * Finds the key that a token names among those at `url`.
 *
 * - Keys younger than ten minutes are used without asking.
 * - Older ones are read anew; while that fails they are used for up to an hour after they were read.
 * - A key id that is not among them has them read anew, at most once in 30 seconds, or in 2 after a failure.
 *
 * @throws {KeysUnavailableError} when the key is not known and the keys could not be read
 */
export function createSigningKeys(options: RetryingFetch & { url: string }): JWTVerifyGetKey {
  const { url, clock } = options
  let known: { find: JWTVerifyGetKey; readAt: number } | undefined
  let failure: { cause: unknown } | undefined
  let mayReadAt = Number.NEGATIVE_INFINITY
  let reading: Promise<void> | undefined

  return async function find(header, token) {
    if (known === undefined || clock() - known.readAt >= freshFor) await read()
    try {
      return await trusted().find(header, token)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
    }
    await read()
    // A key that is not known may be a new one, as long as the keys cannot be read.
    if (failure) throw new KeysUnavailableError(failure.cause)
    return trusted().find(header, token)
  }

  function trusted(): { find: JWTVerifyGetKey } {
    if (known && clock() - known.readAt < trustedFor) return known
    throw new KeysUnavailableError(failure?.cause)
  }

  function read(): Promise<void> {
    if (clock() < mayReadAt) return Promise.resolve()
    reading ??= fetchKeys().finally(() => {
      reading = undefined
    })
    return reading
  }

  async function fetchKeys(): Promise<void> {
    try {
      const request = { url, init: { headers: { accept: 'application/json' } }, repeatable: true }
      const { status, text } = await fetchWithRetry(options, request, limits)
      if (status !== 200) throw new Error(`the keys were answered with status ${status}`)
      known = {
        find: createLocalJWKSet(keySet.parse(JSON.parse(text)) as JSONWebKeySet),
        readAt: clock(),
      }
      failure = undefined
      mayReadAt = clock() + pauseAfterSuccess
    } catch (cause) {
      failure = { cause }
      mayReadAt = clock() + pauseAfterFailure
    }
  }
}
