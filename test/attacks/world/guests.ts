// People, each with an account of their own: made as an administrator makes them, signed in as a browser does.
import { createHash, randomBytes } from 'node:crypto'
import { decodeJwt } from 'jose'
import { basicCredentials } from '../../../lambdas/oauth/basic-credentials.ts'
import { defaults } from '../../../lib/configuration.ts'
import { invitePeople, type Person } from '../../../local/people.ts'
import type { MyHotels } from '../../../local/run.ts'
import { signIn } from '../../journeys/person.ts'

export type Guest = Person & {
  /** PingOne's id of the account. */
  id: string
  /** What the hotel API and the tables know the person by. */
  subject(): Promise<string>
  /** The token that a host holds for them; all tokens of one scope are one token. */
  token(scope?: string): Promise<string>
  /** A token of a sign-in of its own. */
  signIn(scope?: string): Promise<{ access_token: string; refresh_token?: string }>
}

const everyScope = Object.values(defaults.scopes.mcp).join(' ')
const redirectUri = 'http://127.0.0.1:4199/callback'

export function createGuests({ pingOne, connector, endpoints }: MyHotels) {
  let count = 0

  /** @param username a name that was somebody else's before */
  return async function invite(inGroup = true, username?: string): Promise<Guest> {
    count += 1
    const name = `${randomBytes(4).toString('hex')}${count}`
    const person: Person = {
      username: username ?? `guest-${name}`,
      givenName: `Given${name}`,
      password: `${randomBytes(9).toString('base64url')}-A1`,
      inGroup,
    }
    await invitePeople(pingOne, [person])
    const id =
      pingOne.environment.list('users').find(({ username }) => username === person.username)?.id ?? ''
    const tokens = new Map<string, Promise<string>>()
    const guest: Guest = {
      ...person,
      id,
      signIn: (scope = everyScope) => signInAs(person, scope),
      token(scope = everyScope) {
        const known = tokens.get(scope) ?? signInAs(person, scope).then(({ access_token }) => access_token)
        tokens.set(scope, known)
        return known
      },
      subject: async () => String(decodeJwt(await guest.token()).sub),
    }
    return guest
  }

  async function signInAs(person: Person, scope: string) {
    const verifier = randomBytes(32).toString('base64url')
    const url = new URL(`${endpoints.issuer}/authorize`)
    url.search = new URLSearchParams({
      response_type: 'code',
      client_id: connector.clientId,
      redirect_uri: redirectUri,
      scope,
      state: 's',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    }).toString()
    const answer = await signIn(url, person, redirectUri)
    if (!answer.has('code')) throw new Error(`No code for ${person.username}: ${answer.get('error')}`)
    const response = await fetch(`${endpoints.issuer}/token`, {
      method: 'POST',
      headers: { authorization: basicCredentials(connector) },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code: answer.get('code') ?? '',
        redirect_uri: redirectUri,
        code_verifier: verifier,
      }),
    })
    const body = (await response.json()) as { access_token?: string; refresh_token?: string }
    if (body.access_token === undefined)
      throw new Error(`No token for ${person.username}: ${JSON.stringify(body)}`)
    return { ...body, access_token: body.access_token }
  }
}
