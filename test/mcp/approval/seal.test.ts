import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { KMSClient } from '@aws-sdk/client-kms'
import { DecryptCommand, InvalidCiphertextException } from '@aws-sdk/client-kms'
import { describe, expect, test } from '@jest/globals'
import { BrokenSealError, createSeal } from '../../../lambdas/mcp/approval/seal.ts'

/** A key that wraps data keys and binds them to their encryption context, as KMS does. */
function keyManagement() {
  const master = randomBytes(32)
  const sent: { name: string; input: Record<string, unknown> }[] = []
  const send = async (command: { constructor: { name: string }; input: Record<string, unknown> }) => {
    sent.push({ name: command.constructor.name, input: command.input })
    const aad = Buffer.from(JSON.stringify(command.input.EncryptionContext))
    if (!(command instanceof DecryptCommand)) {
      const [key, iv] = [randomBytes(32), randomBytes(12)]
      const cipher = createCipheriv('aes-256-gcm', master, iv).setAAD(aad)
      const wrapped = Buffer.concat([cipher.update(key), cipher.final()])
      return { Plaintext: key, CiphertextBlob: Buffer.concat([iv, cipher.getAuthTag(), wrapped]) }
    }
    try {
      const blob = Buffer.from(command.input.CiphertextBlob as Uint8Array)
      const decipher = createDecipheriv('aes-256-gcm', master, blob.subarray(0, 12))
        .setAAD(aad)
        .setAuthTag(blob.subarray(12, 28))
      return { Plaintext: Buffer.concat([decipher.update(blob.subarray(28)), decipher.final()]) }
    } catch {
      throw new InvalidCiphertextException({ message: 'no', $metadata: {} })
    }
  }
  return { sent, client: { send } as unknown as KMSClient }
}

const token = `header.${'x'.repeat(3000)}.signature`

describe('a sealed token', () => {
  test('opens for the transaction that it was sealed for', async () => {
    const { client, sent } = keyManagement()
    const seal = createSeal({ keyArn: 'arn:key', client: async () => client })

    const sealed = await seal.seal(token, 'transaction-1')

    expect(JSON.stringify(sealed)).not.toContain('x'.repeat(20))
    expect(await seal.unseal(sealed, 'transaction-1')).toBe(token)
    expect(sent.map(({ input }) => [input.KeyId, input.EncryptionContext])).toEqual([
      ['arn:key', { transactionId: 'transaction-1' }],
      ['arn:key', { transactionId: 'transaction-1' }],
    ])
  })

  test('opens for no other transaction', async () => {
    const { client } = keyManagement()
    const seal = createSeal({ keyArn: 'arn:key', client: async () => client })

    const sealed = await seal.seal(token, 'transaction-1')

    await expect(seal.unseal(sealed, 'transaction-2')).rejects.toThrow(BrokenSealError)
  })

  test.each(['key', 'iv', 'ciphertext', 'tag'] as const)(
    'does not open when its %s was altered',
    async (part) => {
      const { client } = keyManagement()
      const seal = createSeal({ keyArn: 'arn:key', client: async () => client })
      const sealed = await seal.seal(token, 'transaction-1')
      const bytes = Buffer.from(sealed[part], 'base64')
      bytes[0] = (bytes[0] ?? 0) ^ 1

      const altered = { ...sealed, [part]: bytes.toString('base64') }

      await expect(seal.unseal(altered, 'transaction-1')).rejects.toThrow(BrokenSealError)
    },
  )

  test('is not given up when KMS fails for another reason', async () => {
    const { client } = keyManagement()
    const sealed = await createSeal({ keyArn: 'k', client: async () => client }).seal(token, 't')
    const away = createSeal({ keyArn: 'k', client: () => Promise.reject(new Error('no route')) })

    await expect(away.unseal(sealed, 't')).rejects.toThrow('no route')
  })
})
