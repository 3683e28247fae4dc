import type { AccessToken } from '../../oauth/verify-access-token.ts'
import { WrongAuthorityError } from '../errors/authority-errors.ts'
import type { Check } from './check.ts'

/**
 * The person's own token had the scope that this one was exchanged for. PingOne grants an exchange whatever its client may
 * have, so the scopes of the exchanged token say nothing about that; the claim `subject_scope` is PingOne's own copy.
 *
 * @param scope of the token that was exchanged (RFC 8693 `subject_token`); `undefined` is carried by none
 */
export const carriedScope =
  (scope: string | undefined): Check<AccessToken> =>
  ({ claims }) => {
    const carried = typeof claims.subject_scope === 'string' ? claims.subject_scope.split(' ') : []
    return scope !== undefined && carried.includes(scope)
      ? undefined
      : new WrongAuthorityError('exchanged from a token without the scope')
  }
