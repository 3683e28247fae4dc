// HTTP services of the Trust Framework, called for real: authentication, timeout, and a cache with a time to live.
import { createHash } from 'node:crypto'
import type { Evaluation } from './evaluation.ts'
import type { HttpSettings, Service } from './model.ts'
import { processValue } from './process-value.ts'
import { interpolate, resolveAttribute } from './resolve-attribute.ts'
import { convert, EvaluationFailure, toText } from './values.ts'

/** PingOne allows a service no more than this. */
const longestTimeout = 3000
const largestAnswer = 1024 * 1024

/**
 * The value of a service, after its own processor. One decision calls a service once, however many attributes
 * read it.
 *
 * @throws {EvaluationFailure} PROCESSING_ERROR for any answer but success, TIMEOUT when none came in time
 */
export function callService(evaluation: Evaluation, id: string, asking: readonly string[]): Promise<unknown> {
  // A cycle would otherwise wait for its own promise.
  if (asking.includes(id)) {
    return Promise.reject(new EvaluationFailure('PROCESSING_ERROR', `The service ${id} depends on itself`))
  }
  const known = evaluation.services.get(id)
  if (known) return known
  const value = call(evaluation, id, [...asking, id])
  evaluation.services.set(id, value)
  return value
}

async function call(evaluation: Evaluation, id: string, asking: readonly string[]): Promise<unknown> {
  const service = evaluation.framework.services.get(id)
  if (!service) throw new EvaluationFailure('PROCESSING_ERROR', `There is no service ${id}`)
  if (service.serviceType !== 'HTTP') {
    throw new EvaluationFailure(
      'PROCESSING_ERROR',
      `${service.name} is a service of type ${service.serviceType}, which is not offered here`,
    )
  }
  const override = evaluation.overrides.get(id)
  const text = override ?? (await answer(evaluation, service, asking))
  const { value } = convert(text, service.valueType.type)
  return processValue(evaluation.framework, service.processor, value)
}

type HttpService = Extract<Service, { serviceType: 'HTTP' }>
type Prepared = { url: string; method: string; headers: Record<string, string>; body: string | undefined }

async function answer(
  evaluation: Evaluation,
  service: HttpService,
  asking: readonly string[],
): Promise<string> {
  const { serviceSettings } = service
  const timeout = serviceSettings.timeoutMilliseconds || longestTimeout
  const signal = AbortSignal.timeout(timeout)
  const prepared = await prepare(evaluation, serviceSettings, asking, signal)
  const lifetime = (service.cacheSettings?.ttlSeconds ?? 0) * 1000
  // The key holds credentials and tokens, so only its digest stays in memory.
  const key = createHash('sha256')
    .update(JSON.stringify([service.id, service.version, prepared]))
    .digest('base64url')
  const cached = evaluation.cache.get(key)
  if (cached && cached.until > evaluation.clock()) return cached.body
  const body = await send(evaluation, service.name, prepared, signal)
  if (lifetime > 0) {
    for (const [each, { until }] of evaluation.cache) {
      if (until <= evaluation.clock()) evaluation.cache.delete(each)
    }
    evaluation.cache.set(key, { until: evaluation.clock() + lifetime, body })
  }
  return body
}

async function prepare(
  evaluation: Evaluation,
  settings: HttpSettings,
  asking: readonly string[],
  signal: AbortSignal,
): Promise<Prepared> {
  const { contentType, verb } = settings
  const form = contentType?.toLowerCase().startsWith('application/x-www-form-urlencoded') === true
  const url = await interpolate(evaluation, settings.url, asking, encodeURIComponent)
  if (!URL.canParse(url))
    throw new EvaluationFailure('PROCESSING_ERROR', 'The URL of a service cannot be read')
  if (settings.tlsSettings.tlsValidationType === 'NONE' && url.startsWith('https:')) {
    throw new EvaluationFailure('PROCESSING_ERROR', 'TLS without validation is not offered here')
  }
  const headers: Record<string, string> = { accept: '*/*' }
  for (const { key, value } of settings.headers) {
    if (value?.type === 'CONSTANT')
      headers[key.toLowerCase()] = await interpolate(evaluation, value.value, asking)
    if (value?.type === 'ATTRIBUTE')
      headers[key.toLowerCase()] = await textOf(evaluation, value.attribute.id, asking)
  }
  const authorization = await authorize(evaluation, settings, asking, signal)
  if (authorization !== undefined) headers.authorization = authorization
  const takesBody = verb === 'POST' || verb === 'PUT'
  if (takesBody && contentType) headers['content-type'] = contentType
  const body =
    takesBody && settings.body !== undefined
      ? await interpolate(evaluation, settings.body, asking, form ? encodeURIComponent : undefined)
      : undefined
  return { url, method: verb, headers, body }
}

async function authorize(
  evaluation: Evaluation,
  { authentication }: HttpSettings,
  asking: readonly string[],
  signal: AbortSignal,
): Promise<string | undefined> {
  switch (authentication.type) {
    case 'NONE':
      return undefined
    case 'BASIC':
      return basic(
        await textOf(evaluation, authentication.name.id, asking),
        await textOf(evaluation, authentication.password.id, asking),
      )
    case 'TOKEN':
      return `Bearer ${await textOf(evaluation, authentication.token.id, asking)}`
    case 'CLIENT_CREDENTIALS': {
      const secret = await textOf(evaluation, authentication.clientSecret.id, asking)
      const text = await send(
        evaluation,
        'The token endpoint of a service',
        {
          url: authentication.tokenEndpoint,
          method: 'POST',
          headers: {
            authorization: basic(authentication.clientId, secret),
            'content-type': 'application/x-www-form-urlencoded',
          },
          body: new URLSearchParams({
            grant_type: 'client_credentials',
            ...(authentication.scope ? { scope: authentication.scope } : {}),
          }).toString(),
        },
        signal,
      )
      const token = (convert(text, 'JSON').value as { access_token?: unknown } | null)?.access_token
      if (typeof token !== 'string') {
        throw new EvaluationFailure('PROCESSING_ERROR', 'The token endpoint of a service gave no token')
      }
      return `Bearer ${token}`
    }
  }
}

const basic = (name: string, password: string): string =>
  `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`

async function textOf(evaluation: Evaluation, id: string, asking: readonly string[]): Promise<string> {
  return toText((await resolveAttribute(evaluation, id, asking)).value)
}

async function send(
  evaluation: Evaluation,
  name: string,
  { url, method, headers, body }: Prepared,
  signal: AbortSignal,
): Promise<string> {
  let response: Response
  let text: string
  try {
    response = await evaluation.fetch(url, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
      redirect: 'manual',
      signal,
    })
    text = await response.text()
  } catch (error) {
    if (signal.aborted) throw new EvaluationFailure('TIMEOUT', `${name} did not answer in time`)
    throw new EvaluationFailure('PROCESSING_ERROR', `${name} could not be reached: ${reason(error)}`)
  }
  if (!response.ok) throw new EvaluationFailure('PROCESSING_ERROR', `${name} answered ${response.status}`)
  if (text.length > largestAnswer)
    throw new EvaluationFailure('PROCESSING_ERROR', `${name} answered too much`)
  return text
}

function reason(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return cause instanceof Error ? cause.message : String(cause)
}
