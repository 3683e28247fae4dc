// PingOne's envelope around OAuth errors: a fixed prefix, the message, and the correlation id, which is also in
// the `correlation-id` header.

const invalid = 'The request could not be completed. One or more validation errors were in the request.'
const failed = 'The request could not be completed. There was an issue processing the request.'

/** Errors of polling, whose texts PingOne documents under the other prefix. */
const pollTexts: Record<string, string> = {
  authorization_pending: 'The authorization request is still pending.',
  slow_down: 'The authorization request is still pending. Please slow down the poll requests.',
  access_denied: 'The authorization request has been denied.',
  expired_token: 'The authorization request for the provided auth_req_id has expired.',
}

export type OAuthError = { error: string; error_description: string }

export function oauthError(error: string, message: string, correlationId: string): OAuthError {
  const text = pollTexts[error]
  return {
    error,
    error_description:
      text === undefined
        ? `${invalid}: ${message} (Correlation ID: ${correlationId})`
        : `${failed}: ${text} (Correlation ID: ${correlationId})`,
  }
}

export function oauthErrorResponse(
  status: number,
  error: string,
  message: string,
  correlationId: string,
): Response {
  return Response.json(oauthError(error, message, correlationId), {
    status,
    headers: { 'cache-control': 'no-store', pragma: 'no-cache' },
  })
}

/** What oidc-provider said, in PingOne's words. */
export function translateError(
  problem: { error: string; error_description?: unknown },
  request: { grantType: string | undefined },
): { error: string; message: string; status?: number } {
  const said = String(problem.error_description ?? problem.error)
  if (/grant type is not allowed|is not allowed for this client/.test(said)) {
    return {
      error: 'unauthorized_client',
      message: `Unsupported grant type: ${request.grantType}`,
      status: 400,
    }
  }
  const missing = /^missing required parameter(?:\(s\)|s)? (.+)$/.exec(said)?.[1]
  if (missing !== undefined)
    return { error: problem.error, message: `No value supplied for required parameter: ${missing}` }
  if (problem.error === 'invalid_client')
    return { error: problem.error, message: 'Request denied: Invalid client credentials' }
  return { error: problem.error, message: said }
}
