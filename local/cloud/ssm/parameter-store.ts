// Systems Manager's Parameter Store, with what a deployment needs of it.
import { AwsError, type AwsJson } from '../aws/aws-error.ts'
import type { Identity } from '../iam/identities.ts'
import { openJsonFile } from '../state/json-file.ts'

type Parameter = { arn: string; value: string; version: number }

export type ParameterStore = {
  /** Makes sure that the parameter has the value. */
  keep(options: { name: string; region: string; account: string; value: string }): void
  remove(name: string): void
  read(name: string): string | undefined
  call(operation: string, input: AwsJson, caller: Identity): Promise<AwsJson>
  list(): string[]
}

/** Opens the store that the file holds. */
export function openParameterStore(options: { file: string }): ParameterStore {
  const { value: parameters, save } = openJsonFile<Record<string, Parameter>>(options.file, {})
  return {
    keep({ name, region, account, value }) {
      const known = parameters[name]
      if (known?.value === value) return
      const arn = `arn:aws:ssm:${region}:${account}:parameter/${name.replace(/^\//, '')}`
      parameters[name] = { arn, value, version: (known?.version ?? 0) + 1 }
      save()
    },
    remove(name) {
      delete parameters[name]
      save()
    },
    read: (name) => parameters[name]?.value,
    list: () => Object.keys(parameters),
    async call(operation, input, caller) {
      if (operation !== 'GetParameter') {
        throw new AwsError(
          'UnknownOperationException',
          `The local Systems Manager does not offer ${operation}.`,
        )
      }
      const name = String(input.Name)
      const found = parameters[name]
      if (found === undefined) throw new AwsError('ParameterNotFound', `Parameter ${name} not found.`)
      caller.authorize({ action: 'ssm:GetParameter', resource: found.arn })
      const { arn, value, version } = found
      return {
        Parameter: { Name: name, Type: 'String', Value: value, Version: version, ARN: arn, DataType: 'text' },
      }
    },
  }
}
