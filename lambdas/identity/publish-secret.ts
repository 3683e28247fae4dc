// Client secrets go to Secrets Manager and nowhere else.
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'

export type PublishSecret = (
  secretId: string,
  value: Record<string, unknown>,
) => Promise<'written' | 'unchanged'>

/** Writes a JSON secret when it differs from what is stored: a version per deployment would push older ones out. */
export function createSecretPublisher(client: () => Promise<SecretsManagerClient>): PublishSecret {
  return async function publishSecret(secretId, value) {
    const { GetSecretValueCommand, PutSecretValueCommand } = await import('@aws-sdk/client-secrets-manager')
    const secrets = await client()
    const wanted = JSON.stringify(value)
    const stored = await secrets
      .send(new GetSecretValueCommand({ SecretId: secretId }))
      .then(({ SecretString }) => SecretString)
      .catch((error: unknown) => {
        // A secret that was made without a value has no version yet.
        if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined
        throw error
      })
    if (stored === wanted) return 'unchanged'
    await secrets.send(new PutSecretValueCommand({ SecretId: secretId, SecretString: wanted }))
    return 'written'
  }
}
