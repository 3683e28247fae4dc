// What introspection and revocation refuse alike.
import { oauthErrorResponse } from './oauth-error.ts'

export const refuseCredentials = (correlationId: string): Response =>
  oauthErrorResponse(401, 'invalid_client', 'Request denied: Invalid client credentials', correlationId)

export const refuseWithoutToken = (correlationId: string): Response =>
  oauthErrorResponse(400, 'invalid_request', 'No value supplied for required parameter: token', correlationId)
