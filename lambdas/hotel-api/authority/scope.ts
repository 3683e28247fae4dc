import type { AccessToken } from '../../oauth/verify-access-token.ts'
import { InsufficientScopeError } from '../errors/authority-errors.ts'
import type { Check } from './check.ts'

export const hasScope =
  (scope: string): Check<AccessToken> =>
  (token) =>
    token.scopes.has(scope) ? undefined : new InsufficientScopeError(scope)
