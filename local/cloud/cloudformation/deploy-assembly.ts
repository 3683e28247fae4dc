// Brings up the stacks of an assembly in this process: each a deployment of its template, without an upload and
// without roll-back, so that what failed can be looked at and is tried again at the next start.
import type { AssemblyStack } from '../assembly/read-assembly.ts'
import { AwsError } from '../aws/aws-error.ts'
import { CloudError } from '../cloud-error.ts'
import { ResourceFailure } from '../resources/resource-kind.ts'
import { importsIn, inOrder } from '../template/order.ts'
import { deleteStack } from './delete-stack.ts'
import { deployStack, type Failure, type Workshop } from './deploy-stack.ts'
import { valuesOfParameters } from './parameters.ts'

type Outputs = Record<string, string>

/**
 * Deploys every stack, and deletes those that the assembly no longer holds.
 *
 * @param parameters by `Parameter`, or `Stack.Parameter` for the parameter of one stack
 * @returns the outputs of each stack, by the stack's id
 * @throws {CloudError} one sentence about what cannot be brought up
 */
export async function deployAssembly(
  assembly: readonly AssemblyStack[],
  parameters: Record<string, string>,
  workshop: Workshop,
): Promise<Record<string, Outputs>> {
  refuseUnknownParameters(assembly, parameters)
  const { stacks, parts, clock } = workshop
  const outputs: Record<string, Outputs> = {}
  for (const one of stacksInOrder(assembly)) {
    const { id, name, region, account, template, bootstrap, paths, tags } = one
    if (template.Transform !== undefined)
      throw new CloudError(`The stack ${id} has a Transform, which only CloudFormation can do.`)
    for (const [key, directory] of one.bundles) parts.bundles.set(key, directory)
    // There is nothing to bootstrap where nothing is uploaded.
    if (bootstrap)
      parts.parameterStore.keep({ name: bootstrap.parameter, region, account, value: bootstrap.version })
    const stack =
      stacks.find(name) ??
      stacks.add({ id, name, region, account, status: 'REVIEW_IN_PROGRESS', createdAt: clock() })
    stack.disableRollback = true
    const target = {
      template: JSON.stringify(template),
      parameters: valuesFor(one, parameters, workshop),
      tags,
    }
    const failure = await deployStack(stack, template, target, workshop, { paths, everything: true })
    if (failure !== undefined) throw sentenceOf(failure, one, workshop)
    outputs[id] = Object.fromEntries(stack.outputs.map((output) => [output.name, output.value]))
  }
  for (const stack of stacks.all()) {
    if (!assembly.some(({ name }) => name === stack.name)) await deleteStack(stack, workshop)
  }
  return outputs
}

/** What failed, for the person at the terminal. */
function sentenceOf({ error, logicalId }: Failure, { id, paths }: AssemblyStack, { parts }: Workshop): Error {
  if (!(error instanceof ResourceFailure))
    return error instanceof Error ? error : new CloudError(String(error))
  const path = (logicalId !== undefined && paths.get(logicalId)) || `${id}/${logicalId ?? ''}`
  const [reason = ''] = error.message.replace(/^.*Message returned: (Error: )?/s, '').split('\n\n')
  const [, functionName] = /^Logs: \/aws\/lambda\/(\S+)$/m.exec(error.message) ?? []
  const log = [...parts.functions.values()].find(({ name }) => name === functionName)?.logFile
  return new CloudError(
    `${path.replace(/\/Default$/, '')} could not be brought up: ${reason}${log === undefined ? '' : ` (its log: ${log})`}`,
    { cause: error },
  )
}

function refuseUnknownParameters(
  assembly: readonly AssemblyStack[],
  parameters: Record<string, string>,
): void {
  const known = assembly.flatMap(({ id, name, template }) =>
    Object.keys(template.Parameters ?? {}).flatMap((key) => [key, `${id}.${key}`, `${name}.${key}`]),
  )
  const unknown = Object.keys(parameters).find((key) => !known.includes(key))
  if (unknown !== undefined) throw new CloudError(`No template has a parameter "${unknown}".`)
}

function valuesFor(
  { id, name: stackName, template }: AssemblyStack,
  given: Record<string, string>,
  { parts }: Workshop,
) {
  const names = Object.keys(template.Parameters ?? {})
  const values = names.flatMap((name) => {
    const value = given[`${id}.${name}`] ?? given[`${stackName}.${name}`] ?? given[name]
    return value === undefined ? [] : [{ name, value }]
  })
  try {
    return valuesOfParameters(template, values, [], parts.parameterStore.read)
  } catch (error) {
    if (error instanceof AwsError)
      throw new CloudError(`The stack ${id} cannot be brought up: ${error.message.replace(/\.$/, '')}.`)
    throw error
  }
}

function stacksInOrder(assembly: readonly AssemblyStack[]): AssemblyStack[] {
  const byId = new Map(assembly.map((stack) => [stack.id, stack]))
  const needs = (id: string) => {
    const stack = byId.get(id)
    const { exports, stacks: names } = importsIn(stack?.template)
    const imported = assembly.filter(
      ({ id: other, name, template }) =>
        other !== id &&
        (names.has(name) ||
          Object.values(template.Outputs ?? {}).some(({ Export: out }) => exports.has(String(out?.Name)))),
    )
    return [...(stack?.dependencies ?? []), ...imported.map(({ id: other }) => other)]
  }
  return inOrder([...byId.keys()], needs).flatMap((id) => byId.get(id) ?? [])
}
