import { AwsError } from '../aws/aws-error.ts'
import type { Template } from '../template/template.ts'
import type { StackParameter } from './stack.ts'

/** A parameter as somebody hands it over. */
export type GivenParameter = { name: string; value?: string; usePreviousValue?: boolean }

/**
 * The value of each parameter of a template: what is given, what the stack has when that is asked for, or the default.
 * Whoever asks for the previous value gets it, whatever the default has become; a parameter of Systems Manager keeps
 * its name so, and its value is looked up anew.
 *
 * @param look the value of a parameter of Systems Manager
 * @throws {AwsError} in CloudFormation's words
 */
export function valuesOfParameters(
  { Parameters: declared = {} }: Template,
  given: readonly GivenParameter[],
  previous: readonly StackParameter[],
  look: (name: string) => string | undefined,
): StackParameter[] {
  const unknown = given.filter(({ name }) => !(name in declared)).map(({ name }) => name)
  if (unknown.length > 0) throw invalid(`Parameters: [${unknown.join(', ')}] do not exist in the template`)
  const missing: string[] = []
  const values = Object.entries(declared).map(([name, declaration]): StackParameter => {
    const own = given.find((one) => one.name === name)
    const before = own?.usePreviousValue ? previous.find((one) => one.name === name)?.value : undefined
    const value = before ?? own?.value ?? (own?.usePreviousValue ? undefined : text(declaration.Default))
    if (value === undefined) missing.push(name)
    return { name, value: value ?? '', isSecret: declaration.NoEcho === true }
  })
  if (missing.length > 0) throw invalid(`Parameters: [${missing.join(', ')}] must have values`)
  for (const parameter of values) {
    const { Type: type, AllowedValues: allowed, AllowedPattern: pattern } = declared[parameter.name] ?? {}
    if (allowed !== undefined && !allowed.map(String).includes(parameter.value))
      throw invalid(`Parameter '${parameter.name}' must be one of AllowedValues`)
    if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`).test(parameter.value))
      throw invalid(`Parameter '${parameter.name}' must match pattern ${pattern}`)
    if (type?.startsWith('AWS::SSM::Parameter::Value<')) {
      const resolved = look(parameter.value)
      if (resolved === undefined) {
        throw invalid(
          `Unable to fetch parameters [${parameter.value}] from parameter store for this account.`,
        )
      }
      parameter.resolved = resolved
    }
  }
  return values
}

const text = (value: unknown) => (value === undefined ? undefined : String(value))

const invalid = (message: string) => new AwsError('ValidationError', message)
