// The environment variables of the MCP function. A missing or misspelt one stops it at start, with its name.
import * as z from 'zod'

const url = z.url({ protocol: /^https?$/ }).transform((value) => value.replace(/\/$/, ''))
const name = z.string().min(1)

const environmentSchema = z.object({
  ISSUER: url,
  AUDIENCE: name,
  SCOPE_MEMBER_RATES: name,
  SCOPE_BOOK: name,
  API_SCOPE_MEMBER_RATES: name,
  API_SCOPE_BOOK: name,
  HOTEL_API_URL: url,
  DECISION_ENDPOINT_URL: url,
  CONNECTOR_CLIENT_ID: name,
  EXCHANGE_CLIENT_ID: name,
  APPROVAL_CLIENT_ID: name,
  DECISION_CLIENT_ID: name,
  CLIENT_KEY_ARN: name,
  APPROVAL_TABLE: name,
  APPROVAL_KEY_ARN: name,
  APPROVAL_WORKFLOW_ARN: name,
  ALLOWED_ORIGINS: z.string().transform((list) =>
    list
      .split(',')
      .map((origin) => origin.trim())
      .filter(Boolean),
  ),
  SIGN_IN_AT_CONNECT: z.enum(['anonymous', 'challenge']),
})

export type McpEnvironment = z.infer<typeof environmentSchema>

/** @throws {Error} naming every variable that is missing or wrong */
export function readEnvironment(variables: NodeJS.ProcessEnv): McpEnvironment {
  const parsed = environmentSchema.safeParse(variables)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  throw new Error(`The function's environment variables are not usable. ${problems.join('. ')}.`)
}
