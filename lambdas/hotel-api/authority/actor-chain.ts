import type { AccessToken } from '../../oauth/verify-access-token.ts'
import { WrongAuthorityError } from '../errors/authority-errors.ts'
import type { Check } from './check.ts'

/** Exactly these actors, the current one first (RFC 8693 section 4.1). One more or one less is another chain. */
export const actedThrough =
  (actors: readonly string[]): Check<AccessToken> =>
  (token) => {
    let actor = token.actor
    for (const expected of actors) {
      if (actor?.sub !== expected) return new WrongAuthorityError('another actor chain')
      actor = actor.act
    }
    return actor === undefined ? undefined : new WrongAuthorityError('a longer actor chain')
  }

/** No actor, or the client itself: a client that acts for nobody. */
export const actsForItself =
  (clientId: string): Check<AccessToken> =>
  (token) =>
    token.actor === undefined ? undefined : actedThrough([clientId])(token)
