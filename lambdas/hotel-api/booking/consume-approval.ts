import type { AccessToken } from '../../oauth/verify-access-token.ts'
import { hashOfId } from '../audit/describe-approval.ts'
import { ApprovalRequiredError } from '../errors/authority-errors.ts'
import { ifAbsent, putItem } from '../storage/put-item.ts'
import type { Storage } from '../storage/storage.ts'

/** The record outlives the token, so that the token cannot come back. */
const keptAfterExpirySeconds = 24 * 60 * 60

/**
 * Uses an approval token up for one transaction. It comes before the confirmation: a crash in between leaves a token
 * that still confirms this transaction and never another. Repeating it for the same transaction changes nothing.
 *
 * @throws {ApprovalRequiredError} when the token was used for another transaction
 */
export async function consumeApproval(
  storage: Storage,
  token: AccessToken,
  transactionId: string,
): Promise<void> {
  if (token.id === undefined) throw new ApprovalRequiredError('no jti')
  const result = await putItem(
    storage,
    {
      id: `approval#${hashOfId(token.id)}`,
      kind: 'approval',
      transactionId,
      ttl: Math.ceil(token.expiresAt) + keptAfterExpirySeconds,
    },
    ifAbsent,
  )
  if (!result.stored && result.existing?.transactionId !== transactionId) {
    throw new ApprovalRequiredError('the approval was used for another transaction')
  }
}
