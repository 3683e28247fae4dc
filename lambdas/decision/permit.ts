// The proof that PingOne Authorize permitted one call. It is made by `decide` and by nothing else.

/** Statement codes that an enforcement point can fulfil; any other obligatory statement refuses the call. */
export type Obligation = 'USER-AZ-REQUIRED'

/** What was asked, and what the policy said to it: all that a record of a decision needs, and no token. */
export type Verdict = {
  /** The decision's id at PingOne, where its own log has more. */
  readonly id: string | undefined
  readonly effect: 'PERMIT' | 'DENY' | 'NOT_APPLICABLE' | 'INDETERMINATE'
  /** The statements of the rules that led to it, with their words for the person. */
  readonly statements: readonly { readonly code: string; readonly words: string | undefined }[]
  readonly judged: Pick<DecisionRequest, 'resource' | 'parameters' | 'person'>
}

export type Permit = {
  readonly effect: 'PERMIT'
  /** True when the policy asks for the person's approval before the transaction completes. */
  readonly approvalRequired: boolean
  /** The policy's own words for the approval, when it gave any. */
  readonly approvalReason: string | undefined
  readonly verdict: Verdict
}

export type DecisionRequest = {
  /** The tool or the operation; becomes `MyHotels.resource`. */
  resource: string
  /** Becomes `MyHotels.parameters.<name>`. */
  parameters: Record<string, string | number | boolean>
  /** What the enforcement point itself knows of the person; becomes `MyHotels.person.<name>`. */
  person?: Record<string, number>
  /** Becomes `MyHotels.bearerToken`. */
  bearerToken: string | undefined
  correlationId: string
  /** The obligations that the caller of `decide` will fulfil. */
  canFulfil?: readonly Obligation[]
}

/**
 * Asks PingOne Authorize.
 *
 * @throws {InvalidTokenError} the policy found the token revoked, expired or unknown: sign in again
 * @throws {DecisionDeniedError} any effect but PERMIT, with the policy's own words where it gave some, or an
 * obligation that the caller cannot fulfil
 * @throws {DecisionUnavailableError} when no decision was to be had; the call may be retried
 */
export type Decide = (request: DecisionRequest) => Promise<Permit>
