import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { openDynalite } from '../../../../local/cloud/dynamodb/dynalite-engine.ts'
import { createTransactions } from '../../../../local/cloud/dynamodb/transactions.ts'

const directory = mkdtempSync(join(tmpdir(), 'transactions-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const put = (id: string, version: number) => ({
  TableName: 'bookings',
  Item: { id: { S: id }, version: { N: String(version) } },
})

test.each([0, 1, 2])(
  'a process that ends before write %i of a transaction has written nothing',
  async (last) => {
    const engine = openDynalite({})
    await engine.call('CreateTable', {
      TableName: 'bookings',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    })
    const isActive = async () => {
      const { Table: table } = await engine.call('DescribeTable', { TableName: 'bookings' })
      return (table as { TableStatus: string }).TableStatus === 'ACTIVE'
    }
    while (!(await isActive()));
    await engine.call('PutItem', put('known', 1))
    const options = { engine, clock: () => 0, journalFile: join(directory, `${last}.json`) }
    let writes = 0
    const dying = createTransactions({
      ...options,
      async write(operation, input) {
        if (writes++ === last) throw new Error('killed')
        return engine.call(operation, input)
      },
    })

    const transaction = {
      TransactItems: [put('new', 2), put('known', 2), put('newer', 2)].map((Put) => ({ Put })),
    }
    await expect(dying.write(transaction)).rejects.toThrow('killed')
    const next = createTransactions({
      ...options,
      write: (operation, input) => engine.call(operation, input),
    })
    await next.recover()

    const { Items: items } = await engine.call('Scan', { TableName: 'bookings' })
    expect(items).toEqual([put('known', 1).Item])
    await engine.close()
  },
)
