// PingOne's Management API: bearer token, envelope, paging, errors.
import * as z from 'zod'
import { type PingOneAnswer, PingOneRefusedError, UnusableAnswerError, WorkerRefusedError } from './errors.ts'
import { parseAnswer } from './parse-answer.ts'
import { createAttempt, type RetryOptions } from './retry.ts'
import { createWorkerToken, type Worker } from './worker-token.ts'

/** An object as the API shows it. */
export type Live = { [member: string]: unknown }

export type ManagementClientOptions = RetryOptions & {
  /** `https://api.pingone.eu/v1` */
  apiUrl: string
  /** `https://auth.pingone.eu` */
  authUrl: string
  environmentId: string
  worker: Worker
}

export type CallOptions = {
  /** The object, or the one it lives under, was just made. */
  isFresh?: boolean
  mediaType?: string
}

export type ManagementClient = {
  readonly environmentId: string
  /** The member of a path below the environment; one that starts with `//` is below the API's base. */
  get(path: string, options?: CallOptions): Promise<Live>
  /** All pages, or the first few. */
  list(path: string, collection: string, options?: CallOptions & { pages?: number }): Promise<Live[]>
  /** `recover` looks for what a call may have made whose answer was lost. */
  post(
    path: string,
    body: unknown,
    options: CallOptions & { recover: (() => Promise<Live | undefined>) | 'repeatable' },
  ): Promise<Live>
  put(path: string, body: unknown, options?: CallOptions): Promise<Live>
  /** What is gone already is deleted. */
  delete(path: string): Promise<void>
  /** The next call uses a new token. */
  forgetToken(): void
  /** Writes so far; a retry of a write counts once. */
  readonly writes: number
}

const liveSchema = z.record(z.string(), z.unknown())
const listSchema = z.object({
  _embedded: z.record(z.string(), z.unknown()).optional(),
  _links: z.object({ next: z.object({ href: z.string() }).optional() }).optional(),
})
const errorSchema = z.object({
  code: z.string().optional(),
  message: z.string().optional(),
  details: z
    .array(
      z.object({
        code: z.string().optional(),
        target: z.string().optional(),
        message: z.string().optional(),
      }),
    )
    .optional(),
})

/** More pages than any environment of ours has: a `next` that leads in a circle ends here. */
const mostPages = 500

export function createManagementClient(options: ManagementClientOptions): ManagementClient {
  const { apiUrl, environmentId } = options
  const attempt = createAttempt(options)
  const token = createWorkerToken({ ...options, attempt })
  const base = `${apiUrl}/environments/${environmentId}`
  let writes = 0

  function url(path: string): string {
    if (path.startsWith('//')) return `${apiUrl}/${path.slice(2)}`
    return path === '' ? base : `${base}/${path}`
  }

  async function send(
    method: string,
    address: string,
    call: CallOptions & { body?: unknown; recover?: () => Promise<Live | undefined> },
  ): Promise<Response> {
    const name = `${method} ${address.replace(base, '').replace(apiUrl, '') || 'the environment'}`
    const request = async () =>
      new Request(address, {
        method,
        headers: {
          authorization: `Bearer ${await token.get()}`,
          accept: 'application/json',
          ...(call.body === undefined ? {} : { 'content-type': call.mediaType ?? 'application/json' }),
        },
        ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      })
    const { recover } = call
    const once = () =>
      attempt({
        name,
        request,
        isRepeatable: recover === undefined,
        isFresh: call.isFresh ?? false,
        ...(recover === undefined
          ? {}
          : {
              recover: async () => {
                const found = await recover()
                return found && Response.json(found, { status: 201 })
              },
            }),
      })
    let response = await once()
    if (response.status === 401) {
      // The token may have ended early, or roles have changed since it was issued.
      token.forget()
      response = await once()
    }
    if (response.ok) return response
    const answer = await readError(response)
    if (response.status === 401) {
      throw new WorkerRefusedError(
        'PingOne does not accept the token of the worker. Check that API and authorization server are of the same region.',
        answer,
      )
    }
    throw new PingOneRefusedError(name, answer)
  }

  async function read(address: string, call: CallOptions): Promise<Live> {
    const response = await send('GET', address, call)
    return parseLive(response, address)
  }

  return {
    environmentId,
    get: (path, call = {}) => read(url(path), call),
    async list(path, collection, call = {}) {
      const items: Live[] = []
      const seen = new Set<string>()
      let next: string | undefined = url(path)
      const pages = Math.min(call.pages ?? mostPages, mostPages)
      while (next !== undefined && !seen.has(next) && seen.size < pages) {
        seen.add(next)
        const page = parseAnswer(listSchema, await read(next, call), path)
        items.push(...parseAnswer(z.array(liveSchema), page._embedded?.[collection] ?? [], path))
        next = followable(page._links?.next?.href, path)
      }
      return items
    },
    async post(path, body, call) {
      writes += 1
      const { recover, ...rest } = call
      const response = await send('POST', url(path), {
        ...rest,
        body,
        ...(recover === 'repeatable' ? {} : { recover }),
      })
      return parseLive(response, path)
    },
    async put(path, body, call = {}) {
      writes += 1
      const response = await send('PUT', url(path), { ...call, body })
      return parseLive(response, path)
    },
    async delete(path) {
      writes += 1
      try {
        const response = await send('DELETE', url(path), {})
        await response.body?.cancel()
      } catch (error) {
        if (error instanceof PingOneRefusedError && error.answer.status === 404) return
        throw error
      }
    },
    forgetToken: token.forget,
    get writes() {
      return writes
    },
  }

  /** A link is followed only where the token may go. Half a list is no list: what is not in it would be made twice. */
  function followable(href: string | undefined, path: string): string | undefined {
    if (href === undefined) return undefined
    const target = URL.canParse(href, `${base}/`) ? new URL(href, `${base}/`) : undefined
    if (target && `${target.origin}${target.pathname}`.startsWith(`${apiUrl}/`)) return target.href
    throw new UnusableAnswerError(path)
  }
}

async function parseLive(response: Response, path: string): Promise<Live> {
  return parseAnswer(liveSchema, await response.json().catch(() => undefined), path)
}

async function readError(response: Response): Promise<PingOneAnswer> {
  const parsed = errorSchema.safeParse(await response.json().catch(() => undefined))
  const { code, message, details } = parsed.success ? parsed.data : {}
  return { status: response.status, code, message, details: details ?? [] }
}
