import type { Clock } from '../../clock.ts'
import { InvalidTokenError } from '../../oauth/invalid-token-error.ts'
import type { AccessToken } from '../../oauth/verify-access-token.ts'
import type { Check } from './check.ts'

/** Seconds that an exchanged token is taken for; the MCP server exchanges anew a minute before. */
const longest = 300

/**
 * The token was exchanged a few minutes ago at most: what its person lost since then, it loses soon. Its own expiry is for
 * approvals, which have the same resource and must outlast an outage.
 */
export const issuedLately =
  (clock: Clock): Check<AccessToken> =>
  ({ claims }) =>
    typeof claims.iat === 'number' && clock() - claims.iat * 1000 <= longest * 1000
      ? undefined
      : new InvalidTokenError('exchanged too long ago')
