// One HTTP API on one loopback port.
import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { type HttpAnswer, listenHttp } from '../../http/listen-http.ts'
import { RequestTooLargeError, TooManyRequestsError } from '../lambda/function-error.ts'
import { answerFrom, gatewayAnswer } from './answer.ts'
import { type Cors, preflightAnswer, withCors } from './cors.ts'
import { eventFrom } from './event.ts'
import { readTarget } from './read-target.ts'
import { matchRoute, type Route } from './routes.ts'
import { createThrottle } from './throttle.ts'

export type HttpApi = {
  id: string
  readonly name: string
  url: string
  /** By the route's id. */
  routes: Map<string, Route>
  configure(settings: ApiSettings): void
  setStage(stage: Stage | undefined): void
  stop(): Promise<void>
}

export type ApiSettings = { name: string; cors: Cors | undefined }

type Limits = { rate: number; burst: number }

export type Stage = {
  name: string
  limits?: Limits
  /** By route key. */
  routeLimits: Record<string, Limits>
}

// HTTP APIs take requests of at most 10 MB.
const largestRequest = 10 * 1024 * 1024

export async function startHttpApi(options: {
  id: string
  settings: ApiSettings
  account: string
  port: number
  clock: () => number
  /** REST APIs rename this header; HTTP APIs are said not to. */
  renameWwwAuthenticate: boolean
  invoke(functionArn: string, event: unknown): Promise<unknown>
  /** Whether a resource policy lets this API call the function. */
  mayInvoke(functionArn: string, stage: string, routeKey: string): boolean
}): Promise<HttpApi> {
  const routes = new Map<string, Route>()
  let { settings } = options
  let stage: Stage | undefined
  let throttle = createThrottle(undefined, options.clock)
  let routeThrottles = new Map<string, () => boolean>()

  async function answer(incoming: IncomingMessage, body: Buffer | 'too large'): Promise<HttpAnswer> {
    // Another host's name leads nowhere: the gateway knows its own alone.
    if (!hosts.has(incoming.headers.host ?? '')) return gatewayAnswer(403, 'Forbidden')
    if (stage === undefined) return gatewayAnswer(404, 'Not Found')
    if (body === 'too large') return gatewayAnswer(413, 'Request Entity Too Large')
    const path = pathWithin(stage.name, readTarget(incoming.url ?? '/').rawPath)
    const match =
      path === undefined ? undefined : matchRoute([...routes.values()], incoming.method ?? 'GET', path)
    if (match === undefined) return gatewayAnswer(404, 'Not Found')
    const { key } = match.route
    const { functionArn, timeoutMilliseconds } = match.route.integration
    const admit = routeThrottles.get(key) ?? throttle
    if (!admit()) return gatewayAnswer(429, 'Too Many Requests')
    if (!options.mayInvoke(functionArn, stage.name, key)) return gatewayAnswer(500, 'Internal Server Error')
    const event = eventFrom(
      incoming,
      body,
      { id: options.id, account: options.account, domainName, stage: stage.name, now: options.clock() },
      match,
    )
    try {
      const result = await within(timeoutMilliseconds, options.invoke(functionArn, event))
      return result === timedOut ? gatewayAnswer(503, 'Service Unavailable') : answerFrom(result)
    } catch (error) {
      if (error instanceof TooManyRequestsError) return gatewayAnswer(503, 'Service Unavailable')
      if (error instanceof RequestTooLargeError) return gatewayAnswer(413, 'Request Entity Too Large')
      return gatewayAnswer(500, 'Internal Server Error')
    }
  }

  const listener = await listenHttp({
    port: options.port,
    what: `the API "${settings.name}"`,
    largestRequest,
    async answer(incoming, body) {
      const { cors } = settings
      const preflight = cors && stage && preflightAnswer(cors, incoming)
      if (preflight) return preflight
      const plain = await answer(incoming, body)
      const { status, headers, body: content } = cors ? withCors(cors, incoming, plain) : plain
      return {
        status,
        headers: { ...renamed(headers), 'apigw-requestid': randomBytes(9).toString('base64url') },
        body: content,
      }
    },
  })
  const domainName = `127.0.0.1:${listener.port}`
  const hosts = new Set([domainName, `localhost:${listener.port}`])

  function renamed(headers: HttpAnswer['headers']): HttpAnswer['headers'] {
    const { 'www-authenticate': challenge, ...others } = headers
    if (!options.renameWwwAuthenticate || challenge === undefined) return headers
    return { ...others, 'x-amzn-remapped-www-authenticate': challenge }
  }

  return {
    id: options.id,
    get name() {
      return settings.name
    },
    url: listener.url,
    routes,
    configure(next) {
      settings = next
    },
    setStage(next) {
      stage = next
      throttle = createThrottle(next?.limits, options.clock)
      routeThrottles = new Map(
        Object.entries(next?.routeLimits ?? {}).map(([key, limits]) => [
          key,
          createThrottle(limits, options.clock),
        ]),
      )
    },
    stop: listener.stop,
  }
}

/** The path that routes see: a named stage is the first segment of the URL's path. */
function pathWithin(stage: string, path: string): string | undefined {
  if (stage === '$default') return path
  if (path === `/${stage}`) return '/'
  return path.startsWith(`/${stage}/`) ? path.slice(stage.length + 1) : undefined
}

const timedOut = Symbol('timed out')

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T | typeof timedOut> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<typeof timedOut>((resolve) => {
    timer = setTimeout(resolve, milliseconds, timedOut)
  })
  try {
    return await Promise.race([work, timeout])
  } finally {
    clearTimeout(timer)
  }
}
