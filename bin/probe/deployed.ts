// The MyHotels that is deployed, as far as a probe can reach it.
import type { KMSClient } from '@aws-sdk/client-kms'
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'

export type Deployed = {
  /** `https://….amazonaws.com/mcp` */
  mcpUrl: string | undefined
  /** Without a slash at the end. */
  hotelApiUrl: string | undefined
  /** The account; none where no credentials are. */
  secrets: { client: SecretsManagerClient; workerSecretName: string } | undefined
  keys: KMSClient | undefined
}
