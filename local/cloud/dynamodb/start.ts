import { serveAws } from '../aws/serve-aws.ts'
import { openDynamoDb } from './dynamodb.ts'

/**
 * DynamoDB alone on a loopback port, without IAM: in memory, or in `directory`, where data survives a restart.
 *
 * @example
 * const dynamoDb = await startDynamoDb()
 * const client = new DynamoDBClient({ endpoint: dynamoDb.endpoint, region: 'local', credentials: … })
 */
export async function startDynamoDb(
  options: { directory?: string; port?: number; clock?: () => number; sweepSeconds?: number } = {},
): Promise<{ endpoint: string; sweep(): Promise<number>; stop(): Promise<void> }> {
  const dynamoDb = openDynamoDb(options)
  const listener = await serveAws({
    handlers: { call: ({ operation, input }) => dynamoDb.call(operation, input) },
    port: options.port ?? 0,
    what: 'DynamoDB',
  }).catch(async (error: unknown) => {
    await dynamoDb.close()
    throw error
  })
  return {
    endpoint: listener.url,
    sweep: dynamoDb.sweep,
    async stop() {
      await listener.stop()
      await dynamoDb.close()
    },
  }
}
