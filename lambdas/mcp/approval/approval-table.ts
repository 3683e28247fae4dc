// The table of approvals. Every change is one conditional write that names the state and the version it starts from.
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { type Approval, approvalSchema } from './approval.ts'

export type ApprovalTable = {
  read(transactionId: string): Promise<Approval | undefined>
  /** False when there is one already. */
  create(approval: Approval): Promise<boolean>
  /** False when the table no longer holds `from`. */
  replace(from: Approval, to: Approval): Promise<boolean>
}

export function createApprovalTable(options: {
  tableName: string
  client: () => Promise<DynamoDBDocumentClient>
}): ApprovalTable {
  const TableName = options.tableName
  return {
    async read(transactionId) {
      const { GetCommand } = await import('@aws-sdk/lib-dynamodb')
      const client = await options.client()
      const { Item: item } = await client.send(
        new GetCommand({ TableName, Key: { transactionId }, ConsistentRead: true }),
      )
      return item === undefined ? undefined : approvalSchema.parse(item)
    },
    create: (approval) => put(approval, { ConditionExpression: 'attribute_not_exists(transactionId)' }),
    replace: (from, to) =>
      put(to, {
        ConditionExpression: '#status = :status AND #version = :version',
        ExpressionAttributeNames: { '#status': 'status', '#version': 'version' },
        ExpressionAttributeValues: { ':status': from.status, ':version': from.version },
      }),
  }

  async function put(
    item: Approval,
    condition: {
      ConditionExpression: string
      ExpressionAttributeNames?: Record<string, string>
      ExpressionAttributeValues?: Record<string, unknown>
    },
  ): Promise<boolean> {
    const { PutCommand } = await import('@aws-sdk/lib-dynamodb')
    const client = await options.client()
    try {
      await client.send(
        new PutCommand({
          TableName,
          Item: item,
          ...condition,
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      )
      return true
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'ConditionalCheckFailedException') throw error
      // The SDK repeats a write whose answer was lost; the repeat then meets the first one's effect.
      return writeIdOf(error) === item.writeId
    }
  }
}

function writeIdOf(error: Error): unknown {
  // The document client leaves the item of an error in DynamoDB's own notation.
  const { Item: item } = error as { Item?: Record<string, { S?: string } | string> }
  const writeId = item?.writeId
  return typeof writeId === 'object' ? writeId.S : writeId
}
