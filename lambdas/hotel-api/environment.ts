import * as z from 'zod'
import { approvalAuthentications } from './authority/authenticated-approval.ts'
import type { HotelApiSettings } from './dependencies.ts'

const schema = z.object({
  ISSUER: z.url(),
  AUDIENCE: z.string().min(1),
  SCOPE_MEMBER_RATES: z.string().min(1),
  SCOPE_BOOK: z.string().min(1),
  SCOPE_CLOSE: z.string().min(1),
  HOST_SCOPE_MEMBER_RATES: z.string().min(1),
  HOST_SCOPE_BOOK: z.string().min(1),
  CONNECTOR_CLIENT_ID: z.string().min(1),
  EXCHANGE_CLIENT_ID: z.string().min(1),
  APPROVAL_CLIENT_ID: z.string().min(1),
  WORKFLOW_CLIENT_ID: z.string().min(1),
  APPROVAL_AUTHENTICATION: z.enum(approvalAuthentications),
  DECISION_ENDPOINT_URL: z.url(),
  DECISION_CLIENT_ID: z.string().min(1),
  CLIENT_KEY_ARN: z.string().min(1),
  BOOKING_TABLE: z.string().min(1),
  AUDIT_TABLE: z.string().min(1),
  AUDIT_KEY_SECRET_ARN: z.string().min(1),
  AUDIT_RETENTION_DAYS: z.coerce.number().int().positive(),
  QUOTE_LIFETIME_SECONDS: z.coerce.number().int().positive(),
  INTENT_LIFETIME_SECONDS: z.coerce.number().int().positive(),
})

export type Environment = {
  issuer: string
  audience: string
  decisionEndpointUrl: string
  /** The client that this API asks for decisions with, and the key that it proves itself with. */
  decisionClientId: string
  clientKeyArn: string
  /** The secret with the key of the audit trail. */
  auditKeySecretArn: string
  settings: HotelApiSettings
}

/**
 * The function's environment variables.
 *
 * @throws {Error} at start, naming every variable that is missing or wrong
 */
export function readEnvironment(variables: Readonly<Record<string, string | undefined>>): Environment {
  const result = schema.safeParse(variables)
  if (!result.success) {
    const problems = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
    throw new Error(`The environment of the hotel API cannot be used. ${problems.join('. ')}.`)
  }
  const { data } = result
  const clients = {
    connector: data.CONNECTOR_CLIENT_ID,
    exchange: data.EXCHANGE_CLIENT_ID,
    approval: data.APPROVAL_CLIENT_ID,
    workflow: data.WORKFLOW_CLIENT_ID,
  }
  // Two roles under one client would let the one pass for the other.
  if (new Set(Object.values(clients)).size < Object.keys(clients).length) {
    throw new Error('The environment of the hotel API cannot be used. The four client ids must differ.')
  }
  return {
    issuer: data.ISSUER,
    audience: data.AUDIENCE,
    decisionEndpointUrl: data.DECISION_ENDPOINT_URL,
    decisionClientId: data.DECISION_CLIENT_ID,
    clientKeyArn: data.CLIENT_KEY_ARN,
    auditKeySecretArn: data.AUDIT_KEY_SECRET_ARN,
    settings: {
      scopes: { memberRates: data.SCOPE_MEMBER_RATES, book: data.SCOPE_BOOK, close: data.SCOPE_CLOSE },
      hostScopes: { memberRates: data.HOST_SCOPE_MEMBER_RATES, book: data.HOST_SCOPE_BOOK },
      clients,
      approvalAuthentication: data.APPROVAL_AUTHENTICATION,
      bookingTable: data.BOOKING_TABLE,
      auditTable: data.AUDIT_TABLE,
      auditRetentionDays: data.AUDIT_RETENTION_DAYS,
      quoteLifetimeSeconds: data.QUOTE_LIFETIME_SECONDS,
      intentLifetimeSeconds: data.INTENT_LIFETIME_SECONDS,
    },
  }
}
