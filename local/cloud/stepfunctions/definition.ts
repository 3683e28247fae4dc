// What the interpreter understands, and nothing else: it takes JSONata for plain strings and ignores fields that it
// does not know, so a definition is refused unless every state, field and integration in it is one that works here.
import aslValidator from 'asl-validator'
import { CloudError } from '../cloud-error.ts'

export type Definition = {
  StartAt: string
  TimeoutSeconds?: number
  States: Record<string, State>
}

export type State = { Type: string; [field: string]: unknown }

const everywhere = ['Type', 'Comment', 'QueryLanguage']
const flow = [...everywhere, 'InputPath', 'OutputPath']
const step = [...flow, 'Next', 'End']

const fields: Record<string, readonly string[] | undefined> = {
  Task: [
    ...step,
    'Resource',
    'Parameters',
    'ResultSelector',
    'ResultPath',
    'TimeoutSeconds',
    'TimeoutSecondsPath',
    'Retry',
    'Catch',
  ],
  Pass: [...step, 'Result', 'Parameters', 'ResultPath'],
  Wait: [...step, 'Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath'],
  Choice: [...flow, 'Choices', 'Default'],
  Succeed: flow,
  Fail: [...everywhere, 'Error', 'Cause', 'ErrorPath', 'CausePath'],
}

const topLevel = ['Comment', 'StartAt', 'States', 'TimeoutSeconds', 'Version', 'QueryLanguage']

/**
 * The definition in a state machine's `DefinitionString`.
 *
 * @throws {CloudError} naming the state and the field that the local cloud cannot run.
 */
export function parseDefinition(name: string, text: string): Definition {
  let definition: Definition
  try {
    definition = JSON.parse(text) as Definition
  } catch (cause) {
    throw new CloudError(`The definition of the state machine ${name} is not JSON.`, { cause })
  }
  refuseWhatDoesNotRun(name, definition)
  // The validator writes defaults into what it looks at.
  const { isValid, errorsText } = aslValidator(JSON.parse(text), { checkArn: true, checkPaths: true })
  if (!isValid)
    throw new CloudError(`The definition of the state machine ${name} is not valid: ${errorsText('; ')}.`)
  return definition
}

function refuseWhatDoesNotRun(machine: string, definition: Definition): void {
  const refuse = (what: string): never => {
    throw new CloudError(`The local cloud cannot run the state machine ${machine}: ${what}.`)
  }
  refuseJsonata(definition, 'the definition', refuse)
  for (const field of Object.keys(definition)) {
    if (!topLevel.includes(field)) refuse(`it does not know the field ${field}`)
  }
  for (const [name, state] of Object.entries(definition.States ?? {})) {
    const where = `the state "${name}"`
    const known = fields[state.Type] ?? refuse(`${where} is a ${state.Type}, which it does not run`)
    refuseJsonata(state, where, refuse)
    for (const field of Object.keys(state)) {
      if (!known.includes(field)) refuse(`it does not know the field ${field} of ${where}`)
    }
    if (state.Type === 'Task' && lambdaIntegration(state) === undefined) {
      refuse(`it does not know the integration ${state.Resource} of ${where}`)
    }
    const dynamic = /"\$\$\.(State|Task|Map)\b[^"]*"/.exec(JSON.stringify(state))
    if (dynamic) refuse(`${where} uses ${dynamic[0]} of the context object`)
  }
}

function refuseJsonata(holder: object, where: string, refuse: (what: string) => never): void {
  const { QueryLanguage: language } = holder as { QueryLanguage?: unknown }
  if (language !== undefined && language !== 'JSONPath') {
    refuse(`${where} is written in ${language}; write it in JSONPath`)
  }
}

/** How a task calls its function: through the optimized integration, or with the function as the resource. */
export function lambdaIntegration(state: State): 'invoke' | 'function' | undefined {
  const resource = String(state.Resource)
  if (/^arn:[\w-]+:lambda:[\w-]+:\d+:function:/.test(resource)) return 'function'
  if (!/^arn:[\w-]+:states:::lambda:invoke$/.test(resource)) return undefined
  const parameters = Object.keys((state.Parameters ?? {}) as object).map((key) => key.replace(/\.\$$/, ''))
  return parameters.every((key) => key === 'FunctionName' || key === 'Payload') ? 'invoke' : undefined
}
