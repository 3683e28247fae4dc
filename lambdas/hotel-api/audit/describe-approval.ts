import { createHash } from 'node:crypto'
import type { AccessToken } from '../../oauth/verify-access-token.ts'
import { displayedIn } from '../authority/displayed/displayed.ts'
import { ApprovalRequiredError } from '../errors/authority-errors.ts'
import type { Approval } from './entry.ts'

/** What an id leaves in the tables: enough to recognise it, nothing to use. */
export const hashOfId = (id: string): string => createHash('sha256').update(id).digest('hex')

/**
 * How and when the person approved, from the token that proves it.
 *
 * @param requestHash what the caller says of the request that led to the token
 * @throws {ApprovalRequiredError} when the token is no approval
 */
export function describeApproval(token: AccessToken, requestHash: string | undefined): Approval {
  const displayed = displayedIn(token)
  if (token.id === undefined || displayed === undefined) throw new ApprovalRequiredError('no approval')
  const { approval_amr: amr, auth_time: authenticatedAt, iat: issuedAt } = token.claims
  return {
    amr: typeof amr === 'string' ? amr.split(' ').filter(Boolean) : [],
    ...(typeof authenticatedAt === 'number' ? { authenticatedAt: moment(authenticatedAt) } : {}),
    ...(issuedAt === undefined ? {} : { issuedAt: moment(issuedAt) }),
    tokenHash: hashOfId(token.id),
    displayed,
    ...(requestHash === undefined ? {} : { unverified: { requestHash } }),
  }
}

const moment = (seconds: number): string => new Date(seconds * 1000).toISOString()
