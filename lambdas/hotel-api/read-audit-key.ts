import * as z from 'zod'
import { parseJson } from '../http/parse-json.ts'
import { StorageUnavailableError } from './errors/request-errors.ts'
import { lazily } from './lazily.ts'

const secretSchema = z.object({ key: z.string().min(32) })

/**
 * Reads the key of the audit trail once: it never changes, because what it made could not be verified with another.
 *
 * @returns a function that throws {StorageUnavailableError} while the key cannot be read
 */
export function createAuditKeyReader(secretArn: string): () => Promise<string> {
  return lazily(async () => {
    try {
      const { GetSecretValueCommand, SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager')
      const client = new SecretsManagerClient({
        maxAttempts: 2,
        requestHandler: { connectionTimeout: 500, requestTimeout: 1000, throwOnRequestTimeout: true },
      })
      const { SecretString: text } = await client.send(new GetSecretValueCommand({ SecretId: secretArn }))
      return secretSchema.parse(parseJson(text ?? '')).key
    } catch (cause) {
      throw new StorageUnavailableError(cause)
    }
  })
}
