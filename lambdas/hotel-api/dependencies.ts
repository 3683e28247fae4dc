import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import type { Clock } from '../clock.ts'
import type { Decide } from '../decision/permit.ts'
import type { AccessTokenVerifier } from '../oauth/verify-access-token.ts'
import type { ApprovalAuthentication } from './authority/authenticated-approval.ts'

export type HotelApiSettings = {
  /** The names of the three scopes of this API. */
  scopes: { memberRates: string; book: string; close: string }
  /** The scopes of the hosts' tokens that the first two are exchanged for, and for no others. */
  hostScopes: { memberRates: string; book: string }
  /** The ids of the PingOne applications that may appear in a token. */
  clients: { connector: string; exchange: string; approval: string; workflow: string }
  /** How a person must at least have been authenticated to approve a booking. */
  approvalAuthentication: ApprovalAuthentication
  bookingTable: string
  auditTable: string
  /** How long the audit trail is kept after the stay, or after a refusal. */
  auditRetentionDays: number
  quoteLifetimeSeconds: number
  intentLifetimeSeconds: number
}

/** What the storage asks of a client: one method, so that a test can stand between. */
export type DocumentClient = Pick<DynamoDBDocumentClient, 'send'>

export type RequestLog = {
  info(message: string, fields: Record<string, unknown>): void
  error(message: string, fields: Record<string, unknown>): void
}

/** What one request came to; the whole content of its log line. */
export type RequestRecord = {
  /** Method and path template, never the path itself: `POST /booking-intents/{transactionId}/confirm`. */
  route: string
  status: number
  /** The code of the problem; absent when the request succeeded. */
  code?: string
  /** The private detail of a refusal: which check failed. Never a value from the request. */
  reason?: string
  durationMs: number
  correlationId: string
}

export type HotelApiDependencies = {
  settings: HotelApiSettings
  /** Called on first use of the table only. */
  documents: () => Promise<DocumentClient>
  /** The key of the audit trail's hashes. */
  auditKey: () => Promise<string>
  verify: AccessTokenVerifier
  /** Asks the policy as this API's own client. */
  decide: Decide
  clock: Clock
  /** A new random UUID. */
  newId: () => string
  /** A uniformly distributed whole number from 0 to below the limit, from a cryptographic source. */
  randomInt: (limit: number) => number
  log: RequestLog
  /** Counts the request; by default nothing is counted. */
  measure?: (record: RequestRecord) => void
}
