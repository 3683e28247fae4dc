// Seals an approval token so that it can lie in the table between the poll that yields it and the confirmation.
// Envelope encryption: KMS makes a data key that it gives out again only under the same transaction id.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { KMSClient } from '@aws-sdk/client-kms'
import type { SealedToken } from './approval.ts'

export type Seal = {
  seal(token: string, transactionId: string): Promise<SealedToken>
  /** @throws {BrokenSealError} when it will never open; other errors come from KMS and may pass */
  unseal(sealed: SealedToken, transactionId: string): Promise<string>
}

/** The seal was made for another transaction, with a lost key, or was tampered with. */
export class BrokenSealError extends Error {
  override readonly name = 'BrokenSealError'
}

export function createSeal(options: { keyArn: string; client: () => Promise<KMSClient> }): Seal {
  return {
    async seal(token, transactionId) {
      const { GenerateDataKeyCommand } = await import('@aws-sdk/client-kms')
      const client = await options.client()
      const { Plaintext: key, CiphertextBlob: wrapped } = await client.send(
        new GenerateDataKeyCommand({
          KeyId: options.keyArn,
          KeySpec: 'AES_256',
          EncryptionContext: { transactionId },
        }),
      )
      if (key === undefined || wrapped === undefined) throw new Error('KMS gave no data key')
      const iv = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(transactionId))
      const ciphertext = Buffer.concat([cipher.update(token, 'utf8'), cipher.final()])
      key.fill(0)
      return {
        key: base64(wrapped),
        iv: base64(iv),
        ciphertext: base64(ciphertext),
        tag: base64(cipher.getAuthTag()),
      }
    },

    async unseal(sealed, transactionId) {
      const { DecryptCommand, InvalidCiphertextException } = await import('@aws-sdk/client-kms')
      const client = await options.client()
      try {
        const { Plaintext: key } = await client.send(
          new DecryptCommand({
            KeyId: options.keyArn,
            CiphertextBlob: Buffer.from(sealed.key, 'base64'),
            EncryptionContext: { transactionId },
          }),
        )
        if (key === undefined) throw new Error('KMS gave no data key')
        return open(sealed, key, transactionId)
      } catch (cause) {
        if (cause instanceof InvalidCiphertextException) {
          throw new BrokenSealError('KMS does not open it', { cause })
        }
        throw cause
      }
    },
  }
}

function open(sealed: SealedToken, key: Uint8Array, transactionId: string): string {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(sealed.iv, 'base64'), {
      authTagLength: 16,
    })
      .setAAD(Buffer.from(transactionId))
      .setAuthTag(Buffer.from(sealed.tag, 'base64'))
    const token = Buffer.concat([decipher.update(Buffer.from(sealed.ciphertext, 'base64')), decipher.final()])
    return token.toString('utf8')
  } catch (cause) {
    throw new BrokenSealError('the sealed token was altered', { cause })
  } finally {
    key.fill(0)
  }
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
