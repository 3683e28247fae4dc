import { ApiError } from '../api-error.ts'

export type VerifyWorkerToken = (
  token: string,
) => Promise<{ clientId: string } | undefined> | { clientId: string } | undefined

/** RFC 6750 section 2.1: the token comes in the Authorization header. */
export async function requireWorkerToken(
  request: Request,
  verifyWorkerToken: VerifyWorkerToken,
): Promise<{ clientId: string }> {
  const token = /^Bearer +([\w.~+/=-]+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
  const caller = token === undefined ? undefined : await verifyWorkerToken(token)
  if (caller) return caller
  throw new ApiError(
    401,
    'ACCESS_FAILED',
    'The request could not be completed. You do not have access to this resource.',
    [{ code: 'INVALID_TOKEN', message: 'The access token is missing, malformed or expired.' }],
    { 'www-authenticate': 'Bearer' },
  )
}
