// Signs a user in without a browser, as PingOne's documentation does: /as/authorize leads to a flow, the flow takes the
// password as JSON, and /as/resume leads back to the application.
import { readAnswer, text } from './answer.ts'
import { NotAskedError } from './not-asked.ts'
import type { PingOne } from './pingone.ts'

/**
 * The parameters with which PingOne comes back to the redirect URI.
 *
 * @throws {NotAskedError} when the sign-on asks for something else than user name and password
 */
export async function signIn(
  { issuer, authUrl, environmentId, fetch }: Pick<PingOne, 'issuer' | 'authUrl' | 'environmentId' | 'fetch'>,
  person: { username: string; password: string },
  redirectUri: string,
  parameters: Record<string, string>,
): Promise<URLSearchParams> {
  const cookies = new Map<string, string>()
  const query = new URLSearchParams({ response_type: 'code', redirect_uri: redirectUri, ...parameters })
  let next = await go(`${issuer}/authorize?${query}`)
  if (next === undefined) throw new NotAskedError('/as/authorize leads nowhere')
  if (isBack(next)) return next.searchParams
  const flowId = next.searchParams.get('flowId')
  if (flowId === null) throw new NotAskedError('/as/authorize does not lead to a flow')
  const checked = await readAnswer(
    await send(`${authUrl}/${environmentId}/flows/${flowId}`, {
      method: 'POST',
      headers: { 'content-type': 'application/vnd.pingidentity.usernamePassword.check+json' },
      body: JSON.stringify({ username: person.username, password: person.password }),
    }),
  )
  const status = text(checked, 'status')
  if (status !== 'COMPLETED')
    throw new NotAskedError(`the sign-on of the probe's user stands at ${status || checked.status}`)
  next = new URL(text(checked, 'resumeUrl') || `${issuer}/resume?flowId=${flowId}`)
  for (let redirects = 0; redirects < 5 && next !== undefined; redirects++) {
    next = await go(next.href)
    if (next !== undefined && isBack(next)) return next.searchParams
  }
  throw new NotAskedError('the sign-on does not lead back to the application')

  function isBack(url: URL): boolean {
    return url.href.startsWith(redirectUri)
  }

  async function go(url: string): Promise<URL | undefined> {
    const response = await send(url, {})
    await response.body?.cancel()
    const location = response.headers.get('location')
    return location === null ? undefined : new URL(location, url)
  }

  async function send(url: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers)
    headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '))
    const response = await fetch(url, { ...init, headers, redirect: 'manual' })
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';', 1)
      const at = pair.indexOf('=')
      if (pair.slice(at + 1) === '') cookies.delete(pair.slice(0, at))
      else cookies.set(pair.slice(0, at), pair.slice(at + 1))
    }
    return response
  }
}
