import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import * as z from 'zod'
import { parseJson } from '../http/parse-json.ts'

/** The secret of the worker that may configure PingOne. */
export const workerSecretSchema = z.object({
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  /** The environment that owns the worker, when it is not the configured one. */
  environmentId: z.guid().optional(),
})

/** Errors name what is missing, never what is there. */
export async function readWorkerSecret(
  client: SecretsManagerClient,
  secretId: string,
): Promise<z.infer<typeof workerSecretSchema>> {
  const { GetSecretValueCommand } = await import('@aws-sdk/client-secrets-manager')
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretId }))
  return workerSecretSchema.parse(parseJson(SecretString ?? ''))
}
