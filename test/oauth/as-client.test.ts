import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { beforeEach, describe, expect, test } from '@jest/globals'
import * as z from 'zod'
import type { Answer } from '../../lambdas/http/fetch-with-retry.ts'
import { asClient, type OAuthClient } from '../../lambdas/oauth/as-client.ts'
import { createSecretReader } from '../../lambdas/secrets/read-secret.ts'

const client = z.object({ clientId: z.string(), clientSecret: z.string() })

let now: number
let reads: number
let secret: string
let accepted: string
let sent: string[]
let read: () => Promise<OAuthClient>

beforeEach(() => {
  now = 0
  reads = 0
  sent = []
  secret = accepted = 'first'
  const send = async () => {
    reads += 1
    return { SecretString: JSON.stringify({ exchange: { clientId: 'c', clientSecret: secret } }) }
  }
  const readAll = createSecretReader({
    secretId: 'arn:secret',
    schema: z.object({ exchange: client }),
    client: async () => ({ send }) as unknown as SecretsManagerClient,
    clock: () => now,
  })
  read = async () => (await readAll()).exchange
})

const answer = (status: number, body: unknown): Answer => ({
  status,
  headers: new Headers(),
  text: typeof body === 'string' ? body : JSON.stringify(body),
})
const ask = () =>
  asClient(read, async ({ clientSecret }) => {
    sent.push(clientSecret)
    return clientSecret === accepted ? answer(200, {}) : answer(401, { error: 'invalid_client' })
  })

describe('a request of a client', () => {
  test('is sent once with the secret that is known', async () => {
    await ask()
    await ask()

    expect([sent, reads]).toEqual([['first', 'first'], 1])
  })

  test('goes through with a secret that was rotated a moment ago', async () => {
    await ask()
    now = 60_000
    secret = accepted = 'second'

    expect((await ask()).status).toBe(200)
    expect([sent, reads]).toEqual([['first', 'first', 'second'], 2])
  })

  test('is not sent again with the secret that was refused', async () => {
    accepted = 'another'

    expect((await ask()).status).toBe(401)
    expect(sent).toEqual(['first'])
  })

  test('has a wrong secret read anew every ten seconds, whatever is asked meanwhile', async () => {
    accepted = 'another'
    for (let second = 0; second < 30; second++) {
      now = second * 1000
      await ask()
    }

    expect(reads).toBe(3)
  })

  test.each<[string, Answer]>([
    ['another refusal', answer(400, { error: 'invalid_grant' })],
    ['a refusal that is no JSON', answer(401, '<html>')],
    ['a refusal that is null', answer(401, 'null')],
    ['a failure', answer(500, { error: 'invalid_client' })],
  ])('leaves the secret alone after %s', async (_what, refusal) => {
    expect(await asClient(read, async () => refusal)).toBe(refusal)
    now = 60_000
    await read()

    expect(reads).toBe(1)
  })
})
