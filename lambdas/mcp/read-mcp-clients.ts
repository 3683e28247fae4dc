// Reads the credentials of the MCP domain's clients, with time limits that leave a call time for its work.
import { createSecretReader } from '../secrets/read-secret.ts'
import { type McpClients, mcpClientsSchema } from './mcp-clients.ts'

export function createMcpClientsReader(secretArn: string): () => Promise<McpClients> {
  return createSecretReader({
    secretId: secretArn,
    schema: mcpClientsSchema,
    client: async () => {
      const { SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager')
      return new SecretsManagerClient({
        maxAttempts: 3,
        requestHandler: { connectionTimeout: 1000, requestTimeout: 1500, throwOnRequestTimeout: true },
      })
    },
  })
}
