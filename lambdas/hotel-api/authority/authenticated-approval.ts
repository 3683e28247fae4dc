import type { AccessToken } from '../../oauth/verify-access-token.ts'
import { WrongAuthorityError } from '../errors/authority-errors.ts'
import type { Check } from './check.ts'

/**
 * What a stage may demand, and what its approval flow then says (RFC 8176). No other will do: a push and a passkey prove
 * different things, and which of them is worth more is for the stage to say.
 */
const demanded = {
  password: 'pwd',
  push: 'mca',
  passkey: 'swk',
} as const satisfies Record<string, string>

export type ApprovalAuthentication = keyof typeof demanded

export const approvalAuthentications = Object.keys(demanded) as ApprovalAuthentication[]

/**
 * The person was authenticated when they approved, as this stage demands. Whoever reads their mail has the link; the claim
 * that the approval flow writes after its own check says that it was them.
 */
export const authenticatedApproval =
  (authentication: ApprovalAuthentication): Check<AccessToken> =>
  ({ claims }) => {
    const claimed = typeof claims.approval_amr === 'string' ? claims.approval_amr.split(' ') : []
    return claimed.includes(demanded[authentication])
      ? undefined
      : new WrongAuthorityError('approved without authentication')
  }
