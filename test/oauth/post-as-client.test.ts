import { beforeEach, describe, expect, test } from '@jest/globals'
import type { OAuthClient } from '../../lambdas/oauth/oauth-client.ts'
import { postAsClient } from '../../lambdas/oauth/post-as-client.ts'
import { clientNamed, readForm } from './clients.ts'

let client: OAuthClient
let bodies: string[]
beforeEach(() => {
  client = clientNamed('exchange-client')
  bodies = []
})

const ask = (answer: (count: number) => Response) =>
  postAsClient(
    {
      clock: () => 0,
      fetch: async (_url, init) => {
        bodies.push(String(init?.body))
        return answer(bodies.length)
      },
    },
    client,
    {
      url: 'https://auth.pingone.eu/e/as/token',
      parameters: { grant_type: 'client_credentials' },
      correlationId: 'c-1',
      repeatable: false,
    },
    { deadline: 1000, attemptTimeout: 1000, attempts: 1 },
  )
const assertions = () => bodies.map((body) => new URLSearchParams(body).get('client_assertion'))
const unknownClient = () => Response.json({ error: 'invalid_client' }, { status: 401 })

describe('a form that a client sends', () => {
  test('carries its assertion beside the parameters, and the same one the next time', async () => {
    await ask(() => Response.json({}))
    await ask(() => Response.json({}))

    for (const body of bodies)
      expect(readForm(body)).toEqual({
        client: 'exchange-client',
        parameters: { grant_type: 'client_credentials' },
      })
    expect(new Set(assertions()).size).toBe(1)
  })

  test('is sent once more with a new assertion when one that was sent before is not taken any more', async () => {
    await ask(() => Response.json({}))
    const answer = await ask((count) => (count === 2 ? unknownClient() : Response.json({})))

    expect(answer.status).toBe(200)
    expect(assertions()[1]).toBe(assertions()[0])
    expect(assertions()[2]).not.toBe(assertions()[0])
  })

  test('is not sent again when a new assertion was refused, and the next call tries another', async () => {
    expect((await ask(unknownClient)).status).toBe(401)
    expect((await ask(unknownClient)).status).toBe(401)

    expect(bodies).toHaveLength(2)
    expect(new Set(assertions()).size).toBe(2)
  })

  test.each<[string, () => Response]>([
    ['another refusal', () => Response.json({ error: 'invalid_grant' }, { status: 400 })],
    ['a refusal that is no JSON', () => new Response('<html>', { status: 401 })],
    ['a refusal that is null', () => new Response('null', { status: 401 })],
    ['a failure', () => Response.json({ error: 'invalid_client' }, { status: 500 })],
  ])('keeps its assertion after %s', async (_what, refusal) => {
    await ask(refusal)
    await ask(refusal)

    expect(bodies).toHaveLength(2)
    expect(new Set(assertions()).size).toBe(1)
  })
})
