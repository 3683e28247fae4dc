import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { describe, expect, test } from '@jest/globals'
import { createSecretPublisher } from '../../lambdas/identity/publish-secret.ts'

/** A Secrets Manager with one secret, which counts what is written. */
function createSecrets(stored: string | undefined, failure = 'ResourceNotFoundException') {
  const written: string[] = []
  let value = stored
  const client = {
    async send(command: { input: { SecretId: string; SecretString?: string } }) {
      if (command.input.SecretString !== undefined) {
        written.push(command.input.SecretString)
        value = command.input.SecretString
        return {}
      }
      if (value === undefined) throw Object.assign(new Error('no value'), { name: failure })
      return { SecretString: value }
    },
  } as unknown as SecretsManagerClient
  return { publish: createSecretPublisher(async () => client), written }
}

describe('publishing a secret', () => {
  test.each([
    ['has no value yet', undefined],
    ['has the value it was made with', '{}'],
    ['has an older value', '{"clientId":"1","clientSecret":"old"}'],
  ])('writes it when it %s, and not again', async (_case, stored) => {
    const { publish, written } = createSecrets(stored)
    expect(await publish('arn', { clientId: '1', clientSecret: 'new' })).toBe('written')
    expect(await publish('arn', { clientId: '1', clientSecret: 'new' })).toBe('unchanged')
    expect(written).toEqual(['{"clientId":"1","clientSecret":"new"}'])
  })

  test('does not take a refusal for a missing value', async () => {
    const { publish, written } = createSecrets(undefined, 'AccessDeniedException')
    await expect(publish('arn', { a: 1 })).rejects.toThrow('no value')
    expect(written).toEqual([])
  })
})
