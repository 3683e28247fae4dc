// Reads the credentials of the hotel API's own client, with time limits that leave a request time for its work.
import * as z from 'zod'
import { createSecretReader } from '../secrets/read-secret.ts'

const hotelApiClientsSchema = z.object({
  /** Asks for decisions, and may do nothing else. */
  decision: z.object({ clientId: z.string().min(1), clientSecret: z.string().min(1) }),
})

export type HotelApiClients = z.infer<typeof hotelApiClientsSchema>

export function createHotelApiClientsReader(secretArn: string): () => Promise<HotelApiClients> {
  return createSecretReader({
    secretId: secretArn,
    schema: hotelApiClientsSchema,
    client: async () => {
      const { SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager')
      return new SecretsManagerClient({
        maxAttempts: 2,
        requestHandler: { connectionTimeout: 500, requestTimeout: 1000, throwOnRequestTimeout: true },
      })
    },
  })
}
