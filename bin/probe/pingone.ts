// PingOne as a probe asks it: one request, and whatever comes back.
import type { ManagementClient } from '../../lambdas/identity/reconcile/management-client.ts'
import { basicCredentials } from '../../lambdas/oauth/basic-credentials.ts'
import type { Connection } from '../pingone/connection.ts'
import { type Answer, readAnswer, text } from './answer.ts'
import { NotAskedError } from './not-asked.ts'

export type Client = { clientId: string; clientSecret: string }

export type PingOne = Omit<Connection, 'client' | 'worker'> & {
  /** Tries again, follows pages, throws: for everything that is no question. */
  management: ManagementClient
  fetch: typeof fetch
  /** A call of the Management API, below the environment, as the worker or with another token. */
  api(method: string, path: string, options?: { body?: unknown; token?: string }): Promise<Answer>
  /** A form for the authorization server, for example `token`. */
  post(endpoint: string, form: Record<string, string>, client?: Client): Promise<Answer>
  /** Client credentials. @throws {NotAskedError} when there is no token to be had */
  tokenOf(client: Client, form?: Record<string, string>): Promise<string>
}

const patience = 20_000

export function createPingOne(options: Connection & { fetch: typeof fetch }): PingOne {
  const { issuer, apiUrl, authUrl, environmentId, worker, settings } = options
  let workerToken: string | undefined

  const send = async (url: string, init: RequestInit): Promise<Answer> =>
    readAnswer(
      await options.fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(patience) }),
    )

  async function post(endpoint: string, form: Record<string, string>, client?: Client): Promise<Answer> {
    return send(`${issuer}/${endpoint}`, {
      method: 'POST',
      headers: {
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded',
        ...(client ? { authorization: basicCredentials(client) } : {}),
      },
      body: new URLSearchParams(form),
    })
  }

  async function getWorkerToken(): Promise<string> {
    const answer = await send(`${authUrl}/${worker.environmentId}/as/token`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: basicCredentials(worker),
      },
      body: 'grant_type=client_credentials',
    })
    const token = text(answer, 'access_token')
    if (token === '') throw new NotAskedError(`the worker gets no token (status ${answer.status})`)
    return token
  }

  return {
    settings,
    issuer,
    apiUrl,
    authUrl,
    environmentId,
    management: options.client,
    fetch: options.fetch,
    async api(method, path, { body, token } = {}) {
      workerToken ??= await getWorkerToken()
      return send(`${apiUrl}/environments/${environmentId}/${path}`, {
        method,
        headers: {
          accept: 'application/json',
          authorization: `Bearer ${token ?? workerToken}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
    },
    post,
    async tokenOf(client, form = {}) {
      const answer = await post('token', { grant_type: 'client_credentials', ...form }, client)
      const token = text(answer, 'access_token')
      if (token === '')
        throw new NotAskedError(
          `a client of the probe gets no token (${answer.status} ${text(answer, 'error')})`,
        )
      return token
    },
  }
}
