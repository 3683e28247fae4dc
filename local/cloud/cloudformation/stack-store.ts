import { randomUUID } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { openJsonFile } from '../state/json-file.ts'
import type { Stack, StackOutput } from './stack.ts'

export type StackStore = {
  /** A stack by its name (a deleted one has none any more) or by its ARN. */
  find(nameOrArn: string): Stack | undefined
  /** Every stack that is not deleted, the oldest first. */
  all(): Stack[]
  add(stack: {
    id?: string
    name: string
    region: string
    account: string
    status: string
    createdAt: number
  }): Stack
  save(stack: Stack): void
  /** The output that is exported under a name, with its stack. */
  exported(name: string): { stack: Stack; output: StackOutput } | undefined
}

/** Opens the stacks below a directory, one file each. */
export function openStackStore(directory: string): StackStore {
  const files = new Map<string, { value: Stack; save(): void }>()
  const open = (file: string, initial?: Stack) => {
    const opened = openJsonFile<Stack>(join(directory, file), initial as Stack)
    files.set(opened.value.arn, opened)
    return opened.value
  }
  if (existsSync(directory)) {
    for (const file of readdirSync(directory)) if (file.endsWith('.json')) open(file)
  }
  const all = () =>
    [...files.values()]
      .map(({ value }) => value)
      .filter(({ status }) => status !== 'DELETE_COMPLETE')
      .sort((a, b) => a.createdAt - b.createdAt)

  return {
    find: (nameOrArn) => files.get(nameOrArn)?.value ?? all().find(({ name }) => name === nameOrArn),
    all,
    add({ id, name, region, account, status, createdAt }) {
      const unique = randomUUID()
      return open(`${name}.${unique}.json`, {
        id: id ?? name,
        name,
        region,
        account,
        arn: `arn:aws:cloudformation:${region}:${account}:stack/${name}/${unique}`,
        status,
        createdAt,
        current: { template: '{"Resources":{}}', parameters: [], tags: {} },
        resources: {},
        leftovers: [],
        outputs: [],
        imports: [],
        events: [],
        changeSets: [],
        terminationProtection: false,
        disableRollback: false,
      })
    },
    save(stack) {
      files.get(stack.arn)?.save()
    },
    exported(name) {
      for (const stack of all()) {
        const output = stack.outputs.find(({ exportName }) => exportName === name)
        if (output) return { stack, output }
      }
      return undefined
    },
  }
}
