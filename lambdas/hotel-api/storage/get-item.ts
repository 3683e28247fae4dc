import { type BookingTable, withStorage } from './storage.ts'

/** The item as the last successful write left it (strongly consistent), or `undefined`. */
export function getItem(storage: BookingTable, id: string): Promise<Record<string, unknown> | undefined> {
  return withStorage(async () => {
    const [documents, { GetCommand }] = await Promise.all([
      storage.documents(),
      import('@aws-sdk/lib-dynamodb'),
    ])
    const { Item } = await documents.send(
      new GetCommand({ TableName: storage.table, Key: { id }, ConsistentRead: true }),
    )
    return Item
  })
}
