import type { AccessToken } from '../../oauth/verify-access-token.ts'
import { WrongAuthorityError } from '../errors/authority-errors.ts'
import type { Check } from './check.ts'

/**
 * What a stage may demand, and the methods of RFC 8176 that satisfy it. A stronger one than demanded is welcome, so
 * that a stage can be strengthened while approvals are under way.
 */
const acceptable = {
  password: ['pwd', 'mca', 'swk'],
  push: ['mca', 'swk'],
  passkey: ['swk'],
} as const satisfies Record<string, readonly string[]>

export type ApprovalAuthentication = keyof typeof acceptable

export const approvalAuthentications = Object.keys(acceptable) as ApprovalAuthentication[]

/**
 * The person was authenticated when they approved. Whoever reads their mail has the link; the claim that the approval
 * flow writes after its own check says that it was them.
 */
export const authenticatedApproval =
  (authentication: ApprovalAuthentication): Check<AccessToken> =>
  ({ claims }) => {
    const claimed = typeof claims.approval_amr === 'string' ? claims.approval_amr.split(' ') : []
    const methods: readonly string[] = acceptable[authentication]
    return claimed.some((method) => methods.includes(method))
      ? undefined
      : new WrongAuthorityError('approved without authentication')
  }
