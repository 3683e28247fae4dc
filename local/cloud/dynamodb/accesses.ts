import type { AwsJson } from '../aws/aws-error.ts'

type Access = { action: string; resource: string; context?: Record<string, string[]> }
type TableArn = (name: string) => string

/** What a caller of an operation must be allowed to do. */
export function accessesOf(operation: string, input: AwsJson, tableArn: TableArn): Access[] {
  const on = (action: string, table: unknown) => ({
    action: `dynamodb:${action}`,
    resource: tableArn(nameOf(table)),
  })
  switch (operation) {
    case 'ListTables':
      return [{ action: 'dynamodb:ListTables', resource: '*' }]
    case 'BatchGetItem':
    case 'BatchWriteItem':
      return Object.keys((input.RequestItems ?? {}) as object).map((table) => on(operation, table))
    case 'TransactGetItems':
    case 'TransactWriteItems':
      return entries(input.TransactItems).flatMap((entry) =>
        Object.entries(entry).map(([kind, { TableName: table }]) => ({
          ...on(transactActions[kind] ?? kind, table),
          context: { 'dynamodb:enclosingoperation': [operation] },
        })),
      )
    case 'Query':
    case 'Scan': {
      const access = on(operation, input.TableName)
      if (input.IndexName === undefined) return [access]
      return [{ ...access, resource: `${access.resource}/index/${input.IndexName}` }]
    }
    default:
      return [on(operation, input.TableName)]
  }
}

// A transaction needs the permissions of the operations in it.
const transactActions: Record<string, string | undefined> = {
  Get: 'GetItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
}

/** Operations take a table's ARN wherever they take its name; the engine knows names only. */
export function withoutArns(input: AwsJson): AwsJson {
  const plain = { ...input }
  if (plain.TableName !== undefined) plain.TableName = nameOf(plain.TableName)
  if (plain.RequestItems !== undefined) {
    const requests = Object.entries(plain.RequestItems as AwsJson)
    plain.RequestItems = Object.fromEntries(requests.map(([table, request]) => [nameOf(table), request]))
  }
  if (plain.TransactItems !== undefined) {
    plain.TransactItems = entries(plain.TransactItems).map((entry) =>
      Object.fromEntries(
        Object.entries(entry).map(([kind, action]) => [
          kind,
          { ...action, TableName: nameOf(action.TableName) },
        ]),
      ),
    )
  }
  return plain
}

const entries = (items: unknown): Record<string, AwsJson>[] =>
  Array.isArray(items) ? (items as Record<string, AwsJson>[]) : []

const nameOf = (table: unknown) => String(table).replace(/^arn:[^/]*:table\//, '')
