// Client authentication at the endpoints that oidc-provider does not serve.
import { timingSafeEqual } from 'node:crypto'
import type { Clock } from '../../../lambdas/clock.ts'
import type { PingOneEnvironment, Stored } from '../environment.ts'
import { currentSecrets, findApplication } from './client-metadata.ts'
import { assertionSubject, verifyAssertion } from './verify-assertion.ts'

export type Credentials = {
  method: 'CLIENT_SECRET_BASIC' | 'CLIENT_SECRET_POST' | 'ASSERTION' | 'NONE'
  id: string | undefined
  secret: string | undefined
  assertion?: { type: string | undefined; value: string }
}

/** What the request presents: RFC 6749 section 2.3.1. */
export function readCredentials(headers: Headers, form: URLSearchParams): Credentials {
  const basic = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(headers.get('authorization') ?? '')?.[1]
  if (basic !== undefined) {
    const [id, ...rest] = Buffer.from(basic, 'base64').toString('utf8').split(':')
    return { method: 'CLIENT_SECRET_BASIC', id: formDecode(id ?? ''), secret: formDecode(rest.join(':')) }
  }
  const id = form.get('client_id') ?? undefined
  const secret = form.get('client_secret')
  if (secret !== null) return { method: 'CLIENT_SECRET_POST', id, secret }
  const assertion = form.get('client_assertion')
  if (assertion === null) return { method: 'NONE', id, secret: undefined }
  // RFC 7521 section 4.2: `client_id` is unnecessary, and names the same client where it is sent.
  const subject = assertionSubject(assertion)
  return {
    method: 'ASSERTION',
    id: id === undefined || id === subject ? subject : undefined,
    secret: undefined,
    assertion: { type: form.get('client_assertion_type') ?? undefined, value: assertion },
  }
}

/** Whether an application authenticates in the way that a request does. */
export function takes(application: Stored, { method }: Credentials): boolean {
  const configured = String(application.tokenEndpointAuthMethod)
  return method === 'ASSERTION' ? configured.endsWith('_JWT') : configured === method
}

/**
 * The application that the credentials prove.
 *
 * @param audiences what an assertion may be meant for
 */
export async function authenticateApplication(
  environment: PingOneEnvironment,
  credentials: Credentials,
  clock: Clock,
  audiences: readonly string[],
): Promise<Stored | undefined> {
  const application = findApplication(environment, credentials.id ?? '')
  if (application === undefined || !takes(application, credentials)) return undefined
  const { method, assertion } = credentials
  if (assertion !== undefined) {
    const services = { environment, clock, audiences }
    return (await verifyAssertion(application, assertion, services)) && application
  }
  return method !== 'NONE' && hasSecret(environment, application.id, credentials, clock)
    ? application
    : undefined
}

/** A protected resource presents its id and its secret, in the way that it is configured for. */
export function authenticateResource(
  environment: PingOneEnvironment,
  credentials: Credentials,
  clock: Clock,
): Stored | undefined {
  const resource = environment.get('resources', credentials.id ?? '')
  if (resource === undefined) return undefined
  const method = resource.introspectEndpointAuthMethod ?? 'CLIENT_SECRET_BASIC'
  if (method !== credentials.method) return undefined
  return method === 'NONE' || hasSecret(environment, resource.id, credentials, clock) ? resource : undefined
}

function hasSecret(
  environment: PingOneEnvironment,
  id: string,
  credentials: Credentials,
  clock: Clock,
): boolean {
  return currentSecrets(environment, id, clock).some((secret) =>
    equalInConstantTime(secret, credentials.secret ?? ''),
  )
}

export function equalInConstantTime(expected: string, actual: string): boolean {
  const [left, right] = [Buffer.from(expected), Buffer.from(actual)]
  return left.length === right.length && timingSafeEqual(left, right)
}

function formDecode(text: string): string {
  return new URLSearchParams(`t=${text.replaceAll('&', '%26')}`).get('t') ?? ''
}
