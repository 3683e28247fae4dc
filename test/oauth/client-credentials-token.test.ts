import { describe, expect, test } from '@jest/globals'
import { createClientCredentialsToken } from '../../lambdas/oauth/client-credentials-token.ts'
import { clientNamed, readForm } from './clients.ts'

class Unavailable extends Error {}

function tokenOf(answer: () => Response) {
  let now = 0
  const requests: Request[] = []
  const token = createClientCredentialsToken({
    issuer: 'https://auth.example.com/as',
    client: clientNamed('client'),
    scope: 'close',
    clock: () => now,
    fetch: async (input: string | URL | Request, init?: RequestInit) => {
      requests.push(new Request(input, init))
      return answer()
    },
    limits: { deadline: 1000, attemptTimeout: 500, attempts: 1 },
    unavailable: (cause) => new Unavailable('no token', { cause }),
  } as Parameters<typeof createClientCredentialsToken>[0])
  return { token, requests, advance: (seconds: number) => (now += seconds * 1000) }
}

const granted = (changes: object = {}) =>
  Response.json({ access_token: 'abc.def', token_type: 'Bearer', expires_in: 3600, ...changes })

describe("a client's own token", () => {
  test('is asked for as the client, with its scope, once for all who want it at the same time', async () => {
    const { token, requests } = tokenOf(() => granted())

    const tokens = await Promise.all([token.get('c1'), token.get('c2')])

    expect(tokens).toEqual(['abc.def', 'abc.def'])
    expect(requests).toHaveLength(1)
    expect(readForm((await requests[0]?.text()) ?? '')).toEqual({
      client: 'client',
      parameters: { grant_type: 'client_credentials', scope: 'close' },
    })
  })

  test('is kept until a minute before it expires', async () => {
    const { token, requests, advance } = tokenOf(() => granted())
    await token.get('c1')
    advance(3539)
    await token.get('c2')
    expect(requests).toHaveLength(1)
    advance(2)

    await token.get('c3')

    expect(requests).toHaveLength(2)
  })

  test('is asked for anew after it was refused somewhere', async () => {
    const { token, requests } = tokenOf(() => granted())
    await token.get('c1')

    token.forget()
    await token.get('c2')

    expect(requests).toHaveLength(2)
  })

  test.each([
    ['a refusal', () => Response.json({ error: 'invalid_client' }, { status: 401 })],
    ['no JSON', () => new Response('<html>')],
    ['another type of token', () => granted({ token_type: 'DPoP' })],
    ['a lifetime that is none', () => granted({ expires_in: -1 })],
    ['a token that would break a header', () => granted({ access_token: 'abc\r\nx-evil: 1' })],
  ])('is not to be had from %s', async (_what, answer) => {
    const { token } = tokenOf(answer)

    await expect(token.get('c1')).rejects.toThrow(Unavailable)
  })
})
