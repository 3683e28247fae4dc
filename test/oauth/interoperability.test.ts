// Two implementations of private_key_jwt that nobody here wrote: oidc-provider verifies what our clients send, and the
// client of the MCP SDK sends what the local PingOne verifies.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { createPrivateKeyJwtAuth } from '@modelcontextprotocol/client'
import { decodeJwt } from 'jose'
import Provider from 'oidc-provider'
import { createOAuthClient } from '../../lambdas/oauth/oauth-client.ts'
import { postAsClient } from '../../lambdas/oauth/post-as-client.ts'
import { clientKeyOf, pemOf, publicKeyOf } from '../identity/client-keys.ts'
import {
  ids,
  scopes,
  startTestServer,
  type TestServer,
} from '../local/pingone/authorization-server/sample-environment.ts'

const arn = 'arn:aws:kms:eu-central-1:111122223333:key/5f1c'
const another = 'arn:aws:kms:eu-central-1:111122223333:key/9a0b'

/** Where oidc-provider looks up its client, and keeps the assertions that were used. */
class Adapter {
  static readonly #kept = new Map<string, object>()
  readonly #model: string
  constructor(model: string) {
    this.#model = model
  }
  async upsert(id: string, payload: object) {
    Adapter.#kept.set(`${this.#model} ${id}`, payload)
  }
  async find(id: string) {
    if (this.#model !== 'Client') return Adapter.#kept.get(`${this.#model} ${id}`)
    if (id !== 'workflow') return undefined
    return {
      client_id: 'workflow',
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'RS256',
      // As during a rotation: ours is one of two.
      jwks: { keys: [publicKeyOf(another), publicKeyOf(arn)] },
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
    }
  }
}

describe('an assertion of ours', () => {
  let server: Server
  let issuer: string
  beforeAll(async () => {
    // It warns of defaults that are of no matter here.
    for (const level of ['warn', 'info'] as const) jest.spyOn(console, level).mockImplementation(() => {})
    // The issuer is the address, which is known once something listens.
    let answer: ReturnType<Provider['callback']> | undefined
    server = createServer((request, response) => answer?.(request, response))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    answer = new Provider(issuer, {
      adapter: Adapter,
      clientAuthMethods: ['private_key_jwt'],
      features: { clientCredentials: { enabled: true }, devInteractions: { enabled: false } },
    } as never).callback()
  })
  afterAll(() => new Promise((resolve) => server.close(resolve)))

  const clientWith = (key: string, clientId = 'workflow') =>
    createOAuthClient({ clientId, issuer, key: clientKeyOf(key), clock: Date.now })
  async function ask(client: ReturnType<typeof clientWith>) {
    const sent: string[] = []
    const answer = await postAsClient(
      {
        clock: Date.now,
        fetch: (url, init) => {
          sent.push(new URLSearchParams(String(init?.body)).get('client_assertion') ?? '')
          return fetch(url, init)
        },
      },
      client,
      {
        url: `${issuer}/token`,
        parameters: { grant_type: 'client_credentials' },
        correlationId: undefined,
        repeatable: false,
      },
      { deadline: 5000, attemptTimeout: 5000, attempts: 1 },
    )
    return { status: answer.status, body: JSON.parse(answer.text), sent }
  }

  test('is taken by oidc-provider', async () => {
    expect(await ask(clientWith(arn))).toMatchObject({ status: 200, body: { token_type: 'Bearer' } })
  })

  test('that a server takes once only is replaced by another when it is sent again', async () => {
    const client = clientWith(arn)
    const answers = [await ask(client), await ask(client), await ask(client)]

    expect(answers.map(({ status, sent }) => [status, sent.length])).toEqual([
      [200, 1],
      [200, 2],
      [200, 2],
    ])
    const identifiers = answers.flatMap(({ sent }) => sent).map((assertion) => decodeJwt(assertion).jti)
    expect(new Set(identifiers).size).toBe(3)
  })

  test.each<[string, string, string]>([
    ['by a key that is not registered', 'arn:key/unknown', 'workflow'],
    ['in the name of another client', arn, 'exchange'],
  ])('that is signed %s is refused', async (_what, key, clientId) => {
    expect(await ask(clientWith(key, clientId))).toMatchObject({
      status: 401,
      body: { error: 'invalid_client' },
    })
  })
})

describe('an assertion of the MCP SDK', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({})
    const application = server.environment.get('applications', ids.workflow)
    server.environment.put('applications', {
      ...application,
      id: ids.workflow,
      tokenEndpointAuthMethod: 'PRIVATE_KEY_JWT',
      jwks: JSON.stringify({ keys: [publicKeyOf(arn)] }),
    })
  })
  afterAll(() => server.stop())

  test.each([
    ['the registered key', arn, 200],
    ['another one', another, 401],
  ])('with %s is answered by the local PingOne as it should be', async (_what, key, status) => {
    const form = new URLSearchParams({ grant_type: 'client_credentials', scope: scopes.apiClose })
    const headers = new Headers()
    await createPrivateKeyJwtAuth({
      issuer: ids.workflow,
      subject: ids.workflow,
      privateKey: pemOf(key),
      alg: 'RS256',
      audience: server.issuer,
    })(headers, form, `${server.issuer}/token`)

    const response = await fetch(`${server.issuer}/token`, { method: 'POST', headers, body: form })

    expect(response.status).toBe(status)
  })
})
