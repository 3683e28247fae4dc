// The three kinds of token that this API knows, each an ordered list of checks.
import type { AccessToken } from '../../oauth/verify-access-token.ts'
import type { IntentRecord } from '../booking/life-cycle.ts'
import type { HotelApiDependencies, HotelApiSettings } from '../dependencies.ts'
import { actedThrough, actsForItself } from './actor-chain.ts'
import { authenticatedApproval } from './authenticated-approval.ts'
import { carriedScope } from './carried-scope.ts'
import type { Check } from './check.ts'
import { issuedTo } from './client.ts'
import { approvedExactly } from './displayed/checks.ts'
import { issuedLately } from './issued-lately.ts'
import { hasNoPerson, hasPerson } from './person.ts'
import { hasScope } from './scope.ts'
import { hasTokenId } from './token-id.ts'

type Checks = readonly Check<AccessToken>[]

/** Minted by token exchange: a person, through the MCP server, through the connector. */
export const exchangedToken = (
  { settings: { clients, scopes, hostScopes }, clock }: Pick<HotelApiDependencies, 'settings' | 'clock'>,
  scope: string,
): Checks => [
  hasScope(scope),
  issuedTo(clients.exchange),
  actedThrough([clients.exchange, clients.connector]),
  carriedScope(
    new Map([
      [scopes.memberRates, hostScopes.memberRates],
      [scopes.book, hostScopes.book],
    ]).get(scope),
  ),
  issuedLately(clock),
  hasPerson,
]

/** Returned by a person's approval of exactly this booking. */
export const approvalToken = (
  { clients, scopes, approvalAuthentication }: HotelApiSettings,
  intent: IntentRecord,
): Checks => [
  hasScope(scopes.book),
  issuedTo(clients.approval),
  actedThrough([clients.approval]),
  hasPerson,
  approvedExactly(intent),
  authenticatedApproval(approvalAuthentication),
  hasTokenId,
]

/** The approval workflow's own: it may close bookings, and speaks for nobody. */
export const workflowToken = ({ clients, scopes }: HotelApiSettings): Checks => [
  hasScope(scopes.close),
  issuedTo(clients.workflow),
  actsForItself(clients.workflow),
  hasNoPerson,
]
