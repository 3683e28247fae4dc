import type { AccessToken } from '../../oauth/verify-access-token.ts'
import { WrongAuthorityError } from '../errors/authority-errors.ts'
import type { Check } from './check.ts'

/** The application that the token was issued to. */
export const issuedTo =
  (clientId: string): Check<AccessToken> =>
  (token) =>
    token.clientId === clientId ? undefined : new WrongAuthorityError('issued to another client')
