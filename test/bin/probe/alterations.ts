// A PingOne, or a front door, that answers otherwise than MyHotels builds on: one alteration for each thing.
import type { RequestListener } from 'node:http'
import type { KMSClient } from '@aws-sdk/client-kms'
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import type { Deployed } from '../../../bin/probe/deployed.ts'
import type { ManagementClient } from '../../../lambdas/identity/reconcile/management-client.ts'

export type Alteration = {
  /** The URL of the requests whose answers are altered. */
  where: RegExp
  /** Which of them, by the request's body. */
  sent?: RegExp
  /** Changes the JSON of an answer. */
  json?: (body: Json) => unknown
  /** Changes the status, and leaves the rest. */
  status?: number
  headers?: Record<string, string>
  /** Another answer altogether. */
  answer?: () => Response
}

// biome-ignore lint/suspicious/noExplicitAny: answers of many shapes, each known to its alteration
type Json = any

export function alteringFetch({ where, sent, json, status, headers, answer }: Alteration): typeof fetch {
  return async (input, init) => {
    const url = input instanceof Request ? input.url : String(input)
    const isMeant = where.test(url) && (sent === undefined || sent.test(String(init?.body ?? '')))
    if (isMeant && answer) return answer()
    const response = await fetch(input, init)
    if (!isMeant) return response
    const changed = new Headers(response.headers)
    changed.delete('content-length')
    for (const [name, value] of Object.entries(headers ?? {})) {
      if (value === '') changed.delete(name)
      else changed.set(name, value)
    }
    const text = await response.text()
    const body = json ? JSON.stringify(json(JSON.parse(text))) : text
    return new Response([204, 304].includes(status ?? response.status) ? null : body, {
      status: status ?? response.status,
      headers: changed,
    })
  }
}

/** What is altered where a probe does not use `fetch`: the account, an address, the client that makes its things. */
export type Elsewhere = {
  deployed?: Partial<Deployed>
  management?: (client: ManagementClient) => ManagementClient
  /** Listens while the probe asks; its address takes the place of both APIs'. */
  listener?: RequestListener
}

/** An access token with other claims or another header; nobody here checks the signature. */
const forge =
  (change: { claims?: (claims: Json) => void; header?: (header: Json) => void }) =>
  (body: Json): Json => {
    const [head = '', payload = '', signature = ''] = String(body.access_token).split('.')
    const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString())
    const write = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const [header, claims] = [read(head), read(payload)]
    change.header?.(header)
    change.claims?.(claims)
    return { ...body, access_token: `${write(header)}.${write(claims)}.${signature}` }
  }

/** For what is altered elsewhere. */
const nowhere = /^$/

/** An account in which some names and ARNs are found. */
function secretsThat(
  isFound: (id: string) => boolean,
  refusal = 'ResourceNotFoundException',
): NonNullable<Deployed['secrets']> {
  const send = async ({ input }: { input: { SecretId?: string; Filters?: unknown } }) => {
    const arn = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:myhotels/pingone/worker-AbCdEf'
    if (input.Filters !== undefined) return { SecretList: [] }
    if (input.SecretId === undefined || isFound(input.SecretId)) return { ARN: arn }
    throw Object.assign(new Error('refused'), { name: refusal })
  }
  return { client: { send } as unknown as SecretsManagerClient, workerSecretName: 'myhotels/pingone/worker' }
}

function keysThat(send: () => Promise<object>): KMSClient {
  return { send } as unknown as KMSClient
}

const refuse = async (name: string) => {
  throw Object.assign(new Error('refused'), { name })
}

const refused =
  (error: string, status = 400) =>
  () =>
    Response.json({ error }, { status })
const codeGrant = /grant_type=authorization_code/
const ownGrant = /grant_type=client_credentials/
const exchangeGrant = /token-exchange/

export const alterations: readonly (Alteration & {
  probe: string
  /** Completes "… notices that". */
  what: string
  says: RegExp
  outcome?: 'not asked'
  elsewhere?: Elsewhere
})[] = [
  {
    probe: 'discovery-document',
    what: 'clients can register themselves',
    where: /openid-configuration/,
    json: (body) => ({ ...body, registration_endpoint: 'https://x.example/register' }),
    says: /registration_endpoint/,
  },
  {
    probe: 'discovery-document',
    what: 'PKCE is not named',
    where: /openid-configuration/,
    json: ({ code_challenge_methods_supported: _, ...rest }) => rest,
    says: /does not name S256/,
  },
  {
    probe: 'signing-keys',
    what: 'keys are of another kind',
    where: /\/jwks$/,
    json: ({ keys }) => ({ keys: keys.map((key: Json) => ({ ...key, kty: 'EC', alg: 'ES256' })) }),
    says: /0 of them RSA/,
  },
  {
    probe: 'rate-limit-headers',
    what: 'answers tell how much is left',
    where: /\/groups/,
    headers: { 'x-ratelimit-remaining': '7' },
    says: /x-ratelimit-remaining/,
  },
  {
    probe: 'wrong-client-secret',
    what: 'the refusal has no correlation id',
    where: /\/as\/token$/,
    sent: ownGrant,
    headers: { 'correlation-id': '' },
    says: /without a correlation id/,
  },
  {
    probe: 'policy-editor',
    what: 'the feature is not there',
    where: /authorizationVersions/,
    status: 403,
    says: /403/,
  },
  {
    probe: 'unknown-member',
    what: 'a misspelt setting is taken',
    where: /\/applications$/,
    sent: /Metod/,
    status: 201,
    says: /201/,
  },
  {
    probe: 'unknown-flow-properties',
    what: 'a property is dropped',
    where: /\/flows\/[0-9a-f]+$/,
    json: (body) => JSON.parse(JSON.stringify(body).replaceAll('aPropertyThatNobodyKnows', 'another')),
    says: /not there when it is read/,
  },
  {
    probe: 'unknown-flow-properties',
    what: 'a property is refused',
    where: /\/flows$/,
    answer: () => Response.json({ code: 'INVALID_DATA' }, { status: 400 }),
    says: /400 INVALID_DATA/,
  },
  {
    probe: 'flow-settings',
    what: 'cibaFlow is dropped',
    where: /\/flows\/[0-9a-f]+$/,
    json: ({ settings: { cibaFlow: _, ...settings }, ...rest }) => ({ ...rest, settings }),
    says: /cibaFlow undefined/,
  },
  {
    probe: 'act-expression',
    what: 'the claim is the text of its expression',
    where: /\/as\/token$/,
    sent: codeGrant,
    json: forge({
      claims: (claims) => {
        claims.act = '$' + '{({"sub": #root.context.appConfig.clientId})}'
      },
    }),
    says: /act is the text of the expression/,
  },
  {
    probe: 'act-expression',
    what: 'the groups are one text',
    where: /\/as\/token$/,
    sent: codeGrant,
    json: forge({
      claims: (claims) => {
        claims.groups = 'ChatGPT User'
      },
    }),
    says: /groups is a text/,
  },
  {
    probe: 'act-without-subject-token',
    what: 'no token is issued',
    where: /\/as\/token$/,
    sent: ownGrant,
    answer: refused('invalid_request'),
    says: /gets no token \(400 invalid_request\)/,
    outcome: 'not asked',
  },
  {
    probe: 'act-without-subject-token',
    what: 'the claim is missing',
    where: /\/as\/token$/,
    sent: ownGrant,
    json: forge({
      claims: (claims) => {
        delete claims.act
      },
    }),
    says: /act is missing/,
  },
  {
    probe: 'token-type',
    what: 'access tokens are typed otherwise',
    where: /\/as\/token$/,
    sent: codeGrant,
    json: forge({
      header: (header) => {
        header.typ = 'access+jwt'
      },
    }),
    says: /typ access\+jwt/,
  },
  {
    probe: 'token-type',
    what: 'access tokens carry the hash of one',
    where: /\/as\/token$/,
    sent: codeGrant,
    json: forge({
      claims: (claims) => {
        claims.at_hash = 'x'
      },
    }),
    says: /with at_hash/,
  },
  {
    probe: 'introspection-members',
    what: 'claims that were mapped are missing',
    where: /introspect/,
    json: ({ act: _, ...rest }) => rest,
    says: /without act/,
  },
  {
    probe: 'introspection-after-revocation',
    what: 'a revoked token goes on being active',
    where: /introspect/,
    json: () => ({ active: true }),
    says: /active is true/,
  },
  {
    probe: 'introspection-after-deletion',
    what: 'the token of somebody who has left goes on being active',
    where: /introspect/,
    json: () => ({ active: true }),
    says: /active is true/,
  },
  {
    probe: 'resource-indicator',
    what: 'an unknown resource is refused',
    where: /\/as\/token$/,
    sent: /resource=/,
    answer: refused('invalid_target'),
    says: /token: 400 invalid_target/,
  },
  {
    probe: 'refresh-grace',
    what: 'refresh tokens stay the same',
    where: /\/as\/token$/,
    sent: /grant_type=refresh_token/,
    json: ({ refresh_token: _, ...rest }) => rest,
    says: /the same refresh token/,
  },
  {
    probe: 'exchange-actor-chain',
    what: 'the chain ends with the client that exchanges',
    where: /\/as\/token$/,
    sent: exchangeGrant,
    json: forge({
      claims: (claims) => {
        delete claims.act.act
      },
    }),
    says: /the chain is another/,
  },
  {
    probe: 'exchange-widens',
    what: 'the scope of the subject token is carried over',
    where: /\/as\/token$/,
    sent: exchangeGrant,
    answer: refused('invalid_scope'),
    says: /400 invalid_scope/,
  },
  {
    probe: 'exchange-bad-token',
    what: 'the refusal is another',
    where: /\/as\/token$/,
    sent: exchangeGrant,
    answer: refused('invalid_request'),
    says: /no token: 400 invalid_request/,
  },
  {
    probe: 'private-key-jwt',
    what: 'any audience will do',
    where: /\/as\/token$/,
    sent: /client_assertion/,
    status: 200,
    says: /another 200/,
  },
  {
    probe: 'assertion-replay',
    what: 'an assertion is good once',
    where: /\/as\/token$/,
    sent: /client_assertion/,
    answer: refused('invalid_client', 401),
    says: /second 401 invalid_client/,
  },
  {
    probe: 'decision-answer',
    what: 'statements have other members',
    where: /\/decisionEndpoints\//,
    json: (body) => ({
      ...body,
      statements: body.statements.map(({ payload: _, ...rest }: Json) => rest),
    }),
    says: /statement without payload/,
  },
  {
    probe: 'decision-parameter-types',
    what: 'numbers are not taken',
    where: /\/decisionEndpoints\//,
    json: (body) => ({ ...body, status: { code: 'TYPE_CONVERSION_ERROR' } }),
    says: /TYPE_CONVERSION_ERROR/,
  },
  {
    probe: 'decision-role',
    what: 'one permission is not enough',
    where: /\/decisionEndpoints\//,
    answer: () => Response.json({ code: 'ACCESS_FAILED' }, { status: 403 }),
    says: /alone: 403 ACCESS_FAILED/,
  },
  {
    probe: 'ciba-unknown-person',
    what: 'the flow does not run',
    where: /cibaAuthorization/,
    answer: refused('server_error', 500),
    says: /500 server_error/,
  },
  {
    probe: 'ciba-unknown-request',
    what: 'an unknown request is pending',
    where: /\/as\/token$/,
    sent: /ciba/,
    answer: refused('authorization_pending'),
    says: /400 authorization_pending/,
  },
  {
    probe: 'challenge-header',
    what: 'the front door renames it',
    where: /\/mcp$/,
    headers: { 'www-authenticate': '', 'x-amzn-remapped-www-authenticate': 'Bearer' },
    says: /x-amzn-remapped-www-authenticate/,
  },
  {
    probe: 'decoded-path',
    what: 'paths come as they were sent',
    where: /%2F|%3F/,
    status: 404,
    says: /with %2F 404/,
  },
  {
    probe: 'large-body',
    what: 'it counts as a failure',
    where: /booking-quotes/,
    status: 500,
    says: /^500$/,
  },
  {
    probe: 'openid-grant',
    what: 'a new application has a grant',
    where: nowhere,
    elsewhere: {
      management: (client) => ({
        ...client,
        list: async (path, ...rest) =>
          path.endsWith('/grants') ? [{ id: '1' }] : client.list(path, ...rest),
      }),
    },
    says: /1 grants/,
  },
  {
    probe: 'repeated-header',
    what: 'the first of two is dropped',
    where: nowhere,
    elsewhere: {
      listener: (request, response) =>
        response
          .writeHead(200, {
            'x-correlation-id': String(request.headers['x-correlation-id']).split(', ')[1] ?? '',
          })
          .end(),
    },
    says: /only probe-two arrives/,
  },
  {
    probe: 'odd-targets',
    what: 'the service fails',
    where: nowhere,
    elsewhere: {
      listener: (request, response) => response.writeHead(request.url === '///' ? 502 : 404).end(),
    },
    says: /GET \/\/\/ 502/,
  },
  {
    probe: 'head-answer',
    what: 'HEAD is not known',
    where: nowhere,
    elsewhere: { listener: (_, response) => response.writeHead(405).end() },
    says: /405/,
  },
  {
    probe: 'secret-by-partial-arn',
    what: 'it is not found',
    where: nowhere,
    elsewhere: { deployed: { secrets: secretsThat((id) => !id.startsWith('arn:')) } },
    says: /ResourceNotFoundException/,
  },
  {
    probe: 'secret-name-like-a-suffix',
    what: 'it is found',
    where: nowhere,
    elsewhere: { deployed: { secrets: secretsThat(() => true) } },
    says: /found/,
  },
  {
    probe: 'secret-by-partial-arn',
    what: 'this terminal may not ask',
    where: nowhere,
    elsewhere: {
      deployed: { secrets: secretsThat((id) => !id.startsWith('arn:'), 'AccessDeniedException') },
    },
    says: /AWS refuses the credentials/,
    outcome: 'not asked',
  },
  {
    probe: 'kms-signature',
    what: 'another key signs',
    where: nowhere,
    elsewhere: { deployed: { keys: keysThat(async () => ({ Signature: new Uint8Array(256) })) } },
    says: /does not verify/,
  },
  {
    probe: 'kms-signature',
    what: 'the key may not be used with this algorithm',
    where: nowhere,
    elsewhere: { deployed: { keys: keysThat(() => refuse('InvalidKeyUsageException')) } },
    says: /InvalidKeyUsageException/,
  },
]
