// Clients, resources and a user of the probe's own, with MyHotels' own claims: what happens to them happens to MyHotels.
import { createHash, randomBytes } from 'node:crypto'
import { describeResources } from '../../lambdas/identity/desired-state/resources.ts'
import { type Answer, text } from './answer.ts'
import { NotAskedError } from './not-asked.ts'
import type { Client, PingOne } from './pingone.ts'
import { probeEmail, probeMark, type Scratch } from './scratch.ts'
import { notSetUp } from './set-up-objects.ts'
import { signIn } from './sign-in.ts'

export type Resource = { id: string; audience: string; scope: string; scopeId: string; secret: string }
export type Person = { id: string; username: string; password: string }

export type Playground = {
  /** A user with a password, in nobody's group; the same one each time. */
  user(): Promise<Person>
  /** Another one. */
  makeUser(what: string): Promise<Person>
  /** A resource with the claims of the MCP server's. */
  mcp(): Promise<Resource>
  /** A resource with the claims of the hotel API's. */
  hotelApi(): Promise<Resource>
  /** An application with grants, and its credentials. */
  client(what: string, members: Record<string, unknown>, grants?: readonly Resource[]): Promise<Client>
  /** Signs people in for the MCP server's resource. */
  connector(): Promise<Client>
  /** Exchanges tokens for the hotel API's resource. */
  exchanger(): Promise<Client>
  /** Gets tokens of its own for the hotel API's resource. */
  service(): Promise<Client>
  /**
   * Has the grants and the flow of the client that asks people for their approval. That one proves itself with keys that
   * are in AWS.
   *
   * @throws {NotAskedError}
   */
  approver(): Promise<Client>
  /** The answer of the token endpoint to a fresh sign-in of the user at the connector. */
  signedIn(parameters?: Record<string, string>, person?: Person): Promise<Answer>
}

const redirectUri = 'https://example.com/myhotels-probe'

export function createPlayground(pingOne: PingOne, scratch: Scratch): Playground {
  const { management, settings } = pingOne
  const claims = describeResources(settings).filter(({ kind }) => kind === 'claim')

  const playground: Playground = {
    user: once(() => playground.makeUser('user')),
    async makeUser(what) {
      const populations = await management.list('populations', 'populations')
      const population = populations.find((each) => each.default === true) ?? populations[0]
      const username = scratch.name(what)
      const password = `${randomBytes(18).toString('base64url')}-aA1!`
      const user = await scratch.create('users', {
        username,
        email: probeEmail(username),
        name: { given: 'Probe', family: 'Example' },
        ...(population ? { population: { id: population.id } } : {}),
      })
      await management.put(
        `users/${user.id}/password`,
        { value: password, forceChange: false },
        { mediaType: 'application/vnd.pingidentity.password.set+json', isFresh: true },
      )
      return { id: user.id, username, password }
    },
    mcp: once(() => resource('mcp')),
    hotelApi: once(() => resource('hotelApi')),
    async client(what, members, grants = []) {
      const { id } = await scratch.create('applications', {
        name: scratch.name(what),
        description: probeMark,
        enabled: true,
        type: 'WEB_APP',
        protocol: 'OPENID_CONNECT',
        tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC',
        ...members,
      })
      for (const each of grants) {
        await management.post(
          `applications/${id}/grants`,
          { resource: { id: each.id }, scopes: [{ id: each.scopeId }] },
          { recover: 'repeatable', isFresh: true },
        )
      }
      if (members.tokenEndpointAuthMethod === 'PRIVATE_KEY_JWT') return { clientId: id, clientSecret: '' }
      const { secret } = await management.get(`applications/${id}/secret`, { isFresh: true })
      return { clientId: id, clientSecret: String(secret) }
    },
    connector: once(async () => {
      // Before the client: what is made later goes away earlier, and a policy that is assigned cannot be deleted.
      const policy = await scratch.create('signOnPolicies', {
        name: scratch.name('sign-on'),
        description: probeMark,
      })
      await management.post(
        `signOnPolicies/${policy.id}/actions`,
        { type: 'LOGIN', priority: 1, recovery: { enabled: false }, registration: { enabled: false } },
        { recover: 'repeatable', isFresh: true },
      )
      const client = await playground.client(
        'connector',
        {
          grantTypes: ['AUTHORIZATION_CODE', 'REFRESH_TOKEN'],
          responseTypes: ['CODE'],
          redirectUris: [redirectUri],
          pkceEnforcement: 'S256_REQUIRED',
          refreshTokenRollingGracePeriodDuration: 60,
        },
        [await playground.mcp()],
      )
      await management.post(
        `applications/${client.clientId}/signOnPolicyAssignments`,
        { signOnPolicy: { id: policy.id }, priority: 1 },
        { recover: 'repeatable', isFresh: true },
      )
      return client
    }),
    exchanger: once(async () =>
      playground.client('exchange', { grantTypes: ['TOKEN_EXCHANGE'] }, [await playground.hotelApi()]),
    ),
    service: once(async () =>
      playground.client('service', { grantTypes: ['CLIENT_CREDENTIALS'] }, [await playground.hotelApi()]),
    ),
    approver: once(async () => {
      const all = await management.list('applications', 'applications')
      const found = all.find(({ name }) => name === 'MyHotels Booking Approval')
      if (found === undefined) throw new NotAskedError(notSetUp)
      const client = await playground.client('approval', { grantTypes: ['CIBA'] })
      for (const [below, members] of [
        ['grants', ['resource', 'scopes']],
        ['flowPolicyAssignments', ['flowPolicy', 'priority']],
      ] as const) {
        for (const live of await management.list(`applications/${found.id}/${below}`, below)) {
          await management.post(
            `applications/${client.clientId}/${below}`,
            Object.fromEntries(members.map((member) => [member, live[member]])),
            { recover: 'repeatable', isFresh: true },
          )
        }
      }
      return client
    }),
    async signedIn(parameters = {}, person) {
      const client = await playground.connector()
      const { scope } = await playground.mcp()
      const verifier = randomBytes(32).toString('base64url')
      const landed = await signIn(pingOne, person ?? (await playground.user()), redirectUri, {
        client_id: client.clientId,
        scope,
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
        ...parameters,
      })
      const code = landed.get('code')
      if (code === null)
        throw new NotAskedError(`signing the probe's user in ends in ${landed.get('error') ?? 'no code'}`)
      const answer = await pingOne.post(
        'token',
        { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier },
        client,
      )
      if (text(answer, 'access_token') === '')
        throw new NotAskedError(`the probe's user gets no token (status ${answer.status})`)
      return answer
    },
  }
  return playground

  async function resource(key: 'mcp' | 'hotelApi'): Promise<Resource> {
    const audience = `myhotels-probe-${key.toLowerCase()}-${scratch.run}`
    const { id } = await scratch.create('resources', {
      name: scratch.name(key),
      description: probeMark,
      type: 'CUSTOM',
      audience,
      accessTokenValiditySeconds: 3600,
      introspectEndpointAuthMethod: 'CLIENT_SECRET_BASIC',
    })
    const scope = `my-hotels-probe-${scratch.run}:${key.toLowerCase()}`
    const made = await management.post(
      `resources/${id}/scopes`,
      { name: scope, description: 'Nothing.' },
      { recover: 'repeatable', isFresh: true },
    )
    for (const { name, parent, wanted } of claims) {
      if (parent !== `resource.${key}`) continue
      const { value } = wanted as { value: string }
      if (name === 'sub') await changeSubject(id, value)
      else
        await management.post(
          `resources/${id}/attributes`,
          { name, value, type: 'CUSTOM' },
          { recover: 'repeatable', isFresh: true },
        )
    }
    const { secret } = await management.get(`resources/${id}/secret`, { isFresh: true })
    return { id, audience, scope, scopeId: String(made.id), secret: String(secret) }
  }

  async function changeSubject(resourceId: string, value: string): Promise<void> {
    const path = `resources/${resourceId}/attributes`
    const [subject] = (await management.list(path, 'attributes', { isFresh: true })).filter(
      ({ name }) => name === 'sub',
    )
    if (subject === undefined) throw new NotAskedError('a new resource has no claim "sub" to change')
    await management.put(`${path}/${subject.id}`, { name: 'sub', value, type: 'CORE' }, { isFresh: true })
  }
}

/** Makes a thing when it is first asked for. A failure is kept too: whoever asks again learns the same. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= make()
    return made
  }
}
