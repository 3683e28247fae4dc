import type { AccessToken } from '../../oauth/verify-access-token.ts'
import { WrongAuthorityError } from '../errors/authority-errors.ts'
import type { Check } from './check.ts'

/** The token speaks for a person. */
export const hasPerson: Check<AccessToken> = (token) =>
  token.subject === undefined ? new WrongAuthorityError('no subject') : undefined

/** The token speaks for a client alone. */
export const hasNoPerson: Check<AccessToken> = (token) =>
  token.claims.sub === undefined ? undefined : new WrongAuthorityError('a subject where none is allowed')

/** The subject of a token that passed `hasPerson`. @throws {WrongAuthorityError} */
export function personOf(token: AccessToken): string {
  if (token.subject === undefined) throw new WrongAuthorityError('no subject')
  return token.subject
}
