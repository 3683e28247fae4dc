import type { AccessToken } from '../../oauth/verify-access-token.ts'
import { WrongAuthorityError } from '../errors/authority-errors.ts'
import type { Check } from './check.ts'

/** The token can be told from every other (RFC 7519 section 4.1.7), so that it can be used up. */
export const hasTokenId: Check<AccessToken> = (token) =>
  typeof token.id === 'string' && token.id !== '' ? undefined : new WrongAuthorityError('no jti')
