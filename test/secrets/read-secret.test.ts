import { inspect } from 'node:util'
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { beforeEach, describe, expect, test } from '@jest/globals'
import * as z from 'zod'
import { createSecretReader } from '../../lambdas/secrets/read-secret.ts'

const minutes = 60_000
const schema = z.object({ clientId: z.string() })

let now: number
let asked: string[]
let answer: () => Promise<{ SecretString?: string }>
let read: () => Promise<{ clientId: string }>

beforeEach(() => {
  now = 0
  asked = []
  answer = async () => ({ SecretString: '{"clientId":"first"}' })
  const client = {
    send: async (command: { input: { SecretId: string } }) => {
      asked.push(command.input.SecretId)
      return answer()
    },
  }
  read = createSecretReader({
    secretId: 'arn:secret',
    schema,
    client: async () => client as unknown as SecretsManagerClient,
    clock: () => now,
  })
})

describe('a secret', () => {
  test('is read once for five minutes, however many ask at the same time', async () => {
    const values = await Promise.all([read(), read(), read()])
    now = 4 * minutes
    await read()

    expect(values).toEqual([{ clientId: 'first' }, { clientId: 'first' }, { clientId: 'first' }])
    expect(asked).toEqual(['arn:secret'])
  })

  test('that is no JSON is no part of the error', async () => {
    answer = async () => ({ SecretString: 'a-plain-secret' })
    const failure = await read().catch((error: Error) => error)
    expect(failure).toBeInstanceOf(Error)
    expect(inspect(failure)).toMatch(/not JSON/)
    expect(inspect(failure)).not.toContain('a-plain')
  })

  test('is read again after that', async () => {
    await read()
    now = 6 * minutes
    answer = async () => ({ SecretString: '{"clientId":"second"}' })

    expect(await read()).toEqual({ clientId: 'second' })
  })

  test('that was known goes on being used while Secrets Manager fails', async () => {
    await read()
    now = 6 * minutes
    answer = async () => {
      throw new Error('throttled')
    }

    expect(await read()).toEqual({ clientId: 'first' })
  })

  test.each([
    ['is no JSON', async () => ({ SecretString: 'a generated value' })],
    ['has another shape', async () => ({ SecretString: '{"clientid":"x"}' })],
    ['is empty', async () => ({})],
  ])('that %s is an error, and is asked for anew next time', async (_what, wrong) => {
    answer = wrong
    await expect(read()).rejects.toThrow()
    answer = async () => ({ SecretString: '{"clientId":"now"}' })

    expect(await read()).toEqual({ clientId: 'now' })
  })
})
