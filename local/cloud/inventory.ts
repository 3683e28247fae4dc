import type { Workshop } from './cloudformation/deploy-stack.ts'

/** Everything that there is in the cloud, by kind and name; a kind of which there is nothing has an empty list. */
export async function inventoryOf({ parts, stacks }: Workshop): Promise<Record<string, string[]>> {
  const { TableNames: tables } = await parts.dynamoDb.call('ListTables', {})
  const keys = parts.kms.list()
  return {
    stacks: stacks.all().map(({ name }) => name),
    functions: [...parts.functions.values()].map(({ name }) => name),
    permissions: [...parts.permissions.keys()],
    apis: [...parts.apis.values()].map(({ name }) => name),
    tables: tables as string[],
    secrets: parts.secretsManager.list(),
    keys: keys.filter(({ isUsable }) => isUsable).map(({ arn }) => arn),
    keysPendingDeletion: keys.filter(({ isUsable }) => !isUsable).map(({ arn }) => arn),
    stateMachines: parts.stepFunctions.list(),
    roles: parts.identities.list(),
    parameters: parts.parameterStore.list(),
    buckets: Object.keys(parts.s3.list()),
  }
}
