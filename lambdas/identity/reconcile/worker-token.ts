// The worker's access token: fetched when it is needed, kept until a minute before it ends.
import * as z from 'zod'
import type { Clock } from '../../clock.ts'
import { basicCredentials } from '../../oauth/basic-credentials.ts'
import { WorkerRefusedError } from './errors.ts'
import type { Attempt } from './retry.ts'

export type Worker = {
  clientId: string
  clientSecret: string
  /** The environment that owns the worker. */
  environmentId: string
}

const tokenSchema = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() })
const errorSchema = z.object({ error: z.string(), error_description: z.string().optional() })

/** It comes first: where nothing answers, a mistaken address is as likely as a disturbance that passes. */
const patience = 12_000

export type WorkerToken = { get(): Promise<string>; forget(): void }

export function createWorkerToken(options: {
  authUrl: string
  worker: Worker
  clock: Clock
  attempt: Attempt
}): WorkerToken {
  const { authUrl, worker, clock, attempt } = options
  let known: { token: string; until: number } | undefined
  let fetching: Promise<string> | undefined

  async function fetchToken(): Promise<string> {
    const response = await attempt({
      name: `the token request of the worker at ${new URL(authUrl).host}`,
      longest: patience,
      isRepeatable: true,
      request: () =>
        new Request(`${authUrl}/${worker.environmentId}/as/token`, {
          method: 'POST',
          headers: {
            authorization: basicCredentials(worker),
            'content-type': 'application/x-www-form-urlencoded',
          },
          body: 'grant_type=client_credentials',
        }),
    })
    const body: unknown = await response.json().catch(() => undefined)
    const token = tokenSchema.safeParse(body)
    if (response.ok && token.success) {
      known = {
        token: token.data.access_token,
        until: clock() + (token.data.expires_in - 60) * 1000,
      }
      return token.data.access_token
    }
    const problem = errorSchema.safeParse(body)
    const error = problem.success ? problem.data.error : `status ${response.status}`
    throw new WorkerRefusedError(refusal(error), body)
  }

  return {
    get() {
      if (known !== undefined && clock() < known.until) return Promise.resolve(known.token)
      fetching ??= fetchToken().finally(() => {
        fetching = undefined
      })
      return fetching
    },
    /** Rights are written into a token when it is issued: after a change of roles, a new one is needed. */
    forget() {
      known = undefined
    },
  }
}

function refusal(error: string): string {
  switch (error) {
    case 'invalid_client':
      return 'PingOne does not know the worker by this id and secret. Check both, that the application is enabled, and that it authenticates with Client Secret Basic.'
    case 'unauthorized_client':
      return 'The worker may not use client credentials. Give its application the grant type Client Credentials and at least one role.'
    default:
      return `PingOne issues no token to the worker (${error}). Check that its application has roles on the environment.`
  }
}
