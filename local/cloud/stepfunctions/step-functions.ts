// Step Functions: Standard state machines on an interpreter that knows neither names nor restarts nor AWS's API.
//
// Every step is written to disk as it is taken. After a crash an execution goes on at the state in which it was: a
// wait ends when it would have ended, a task that was running runs once more (so tasks are idempotent, as they have to
// be in AWS, where an invocation may be delivered twice) and its count of retries begins anew. An execution keeps the
// definition that it started with.
import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { type RunOptions, StateMachine, type StateMachineDefinition } from 'aws-local-stepfunctions'
import { AwsError, type AwsJson } from '../aws/aws-error.ts'
import type { Identity } from '../iam/identities.ts'
import { FunctionError, TooManyRequestsError } from '../lambda/function-error.ts'
import { type Definition, lambdaIntegration, parseDefinition, type State } from './definition.ts'
import { type EntryOf, ExecutionLog, type LogEntry, type Status } from './execution-log.ts'
import { historyOf } from './history.ts'
import { type Resumption, resumeState, runnableDefinition } from './runnable.ts'
import { endOfWait, sleepUntil } from './wait.ts'

export type StepFunctions = {
  /** @throws {CloudError} when the definition is one that cannot be run here. */
  addStateMachine(machine: { name: string; arn: string; definition: string; identity: Identity }): void
  /** Ends the machine's executions and forgets them. */
  removeStateMachine(arn: string): void
  list(): string[]
  /** Goes on with the executions that were running when the process ended. */
  resume(): void
  call(operation: string, input: AwsJson, caller: Identity): Promise<AwsJson>
  /** State transitions by execution ARN, as AWS bills them: each state entered and each retry. */
  transitions(): Record<string, number>
  stop(): void
}

type Machine = {
  name: string
  arn: string
  text: string
  definition: Definition
  identity: Identity
  log: ExecutionLog
}
type TaskHandlers = NonNullable<NonNullable<RunOptions['overrides']>['taskResourceLocalHandlers']>
type Running = { end(entry: Omit<EntryOf<'ended'>, 'at' | 'type'>): void; pause(): void }

// The largest input or output of a state, an execution or a task.
const largestData = 256 * 1024

export function openStepFunctions(options: {
  directory: string
  clock: () => number
  /** Waits, retry intervals and execution timeouts are divided by this. */
  speed: number
  /** Invokes the function of an ARN or a name; undefined when there is none. */
  invoke(functionName: string, payload: unknown): Promise<unknown> | undefined
  functionArn(functionName: string): string
}): StepFunctions {
  const { clock, speed } = options
  const machines = new Map<string, Machine>()
  const running = new Map<string, Running>()
  const transitions = new Map<string, number>()

  function run(machine: Machine, name: string, earlier: readonly LogEntry[]): void {
    const [started] = earlier
    if (started?.type !== 'started') return
    const arn = executionArn(machine, name)
    const definition = JSON.parse(started.definition) as Definition
    const { resumption, enteredAt } = whereItWas(earlier)
    const stopping = new AbortController()
    let isOver = false
    // The first entry after a resumption is the one that is in the log already.
    let isBack = resumption === undefined
    transitions.set(arn, earlier.filter(({ type }) => type === 'entered' || type === 'retried').length)

    const record = (entry: LogEntry) => {
      if (isOver) return
      if (entry.type === 'entered' || entry.type === 'retried') {
        transitions.set(arn, (transitions.get(arn) ?? 0) + 1)
      }
      machine.log.append(name, entry)
    }

    const handlers: TaskHandlers = {}
    for (const [state, described] of Object.entries(definition.States)) {
      if (described.Type === 'Wait') {
        let resumedAt = state === resumption?.state ? enteredAt : undefined
        handlers[state] = async (input) => {
          const end = endOfWait(described, input, resumedAt ?? clock(), speed)
          resumedAt = undefined
          await sleepUntil(end, clock, stopping.signal)
          return input
        }
      } else if (described.Type === 'Task') {
        handlers[state] = async (input) =>
          (await unlessAborted(runTask(machine, described, input), stopping.signal)) as typeof input
      }
    }

    const interpreter = new StateMachine(
      runnableDefinition(definition, speed, resumption) as unknown as StateMachineDefinition,
      { validationOptions: { noValidate: true } },
    )
    const interpretation = interpreter.run(started.input as never, {
      overrides: { taskResourceLocalHandlers: handlers },
      context: {
        Execution: { Id: arn, Name: name },
        StateMachine: { Id: machine.arn, Name: machine.name },
        Started: new Date(started.at).toISOString(),
      },
    })
    // How it ends is read from its events.
    interpretation.result.catch(() => undefined)

    const stop = () => {
      isOver = true
      clearTimeout(timeout)
      running.delete(arn)
      stopping.abort()
      interpretation.abort()
    }
    const end: Running['end'] = (outcome) => {
      record({ type: 'ended', at: clock(), ...outcome })
      stop()
    }
    let timeout: NodeJS.Timeout | undefined
    if (definition.TimeoutSeconds !== undefined) {
      const left = started.at + (definition.TimeoutSeconds * 1000) / speed - clock()
      timeout = setTimeout(() => end({ status: 'TIMED_OUT' }), Math.max(0, Math.min(left, 2 ** 31 - 1)))
    }
    running.set(arn, { end, pause: stop })

    void (async () => {
      for await (const event of interpretation.eventLogs) {
        if (isOver) return
        const at = clock()
        if ('state' in event && event.state.name === resumeState) continue
        switch (event.type) {
          case 'StateEntered':
            if (isBack) record({ type: 'entered', at, state: event.state.name, input: event.state.input })
            isBack = true
            break
          case 'StateExited':
            record({ type: 'exited', at, state: event.state.name, output: event.state.output })
            break
          case 'StateFailed':
            record({
              type: 'failed',
              at,
              state: event.state.name,
              error: event.Error,
              cause: causeText(event.Cause),
            })
            break
          case 'StateRetried':
            record({ type: 'retried', at, state: event.state.name })
            break
          case 'StateCaught':
            record({ type: 'caught', at, state: event.state.name })
            break
          case 'ExecutionSucceeded':
            end({ status: 'SUCCEEDED', output: event.output })
            break
          case 'ExecutionFailed':
            end({ status: 'FAILED', error: event.Error, cause: causeText(event.Cause) })
        }
      }
    })()
  }

  async function runTask(machine: Machine, state: State, input: unknown): Promise<unknown> {
    const { FunctionName: named, Payload: payload } = (input ?? {}) as {
      FunctionName?: unknown
      Payload?: unknown
    }
    const isOptimized = lambdaIntegration(state) === 'invoke'
    const functionName = String(isOptimized ? named : state.Resource)
    try {
      machine.identity.authorize({
        action: 'lambda:InvokeFunction',
        resource: options.functionArn(functionName),
      })
      const answer = options.invoke(functionName, isOptimized ? (payload ?? {}) : input)
      if (answer === undefined) {
        throw errorNamed('Lambda.ResourceNotFoundException', `Function not found: ${functionName}`)
      }
      const result = await answer
      if (JSON.stringify(result ?? null).length > largestData) {
        throw Object.assign(
          errorNamed(
            'States.DataLimitExceeded',
            'The result of the task exceeds the maximum number of bytes service limit.',
          ),
          // As in AWS, the execution ends whatever its Retry and Catch say.
          { isRetryable: false, isCatchable: false },
        )
      }
      return isOptimized ? { ExecutedVersion: '$LATEST', Payload: result, StatusCode: 200 } : result
    } catch (error) {
      throw taskError(error)
    }
  }

  function machineOf(arn: unknown): Machine {
    const machine = machines.get(String(arn))
    if (machine) return machine
    throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`)
  }

  function executionOf(arn: unknown): { machine: Machine; name: string; entries: LogEntry[] } {
    const [, machineName, name = ''] = /:execution:([^:]+):([^:]+)$/.exec(String(arn)) ?? []
    const machine = [...machines.values()].find((one) => one.name === machineName)
    const entries = isName(name) ? machine?.log.read(name) : undefined
    if (machine && entries) return { machine, name, entries }
    throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`)
  }

  function startExecution(request: AwsJson): AwsJson {
    const machine = machineOf(request.stateMachineArn)
    const name = request.name === undefined ? randomUUID() : String(request.name)
    if (!isName(name)) throw new AwsError('InvalidName', `Invalid Name: '${name}'`)
    const input = parseInput(request.input)
    const arn = executionArn(machine, name)
    const earlier = machine.log.read(name)
    const [first] = earlier ?? []
    if (earlier && first?.type === 'started') {
      // The same request again while it runs is the same execution; otherwise the name is taken.
      if (statusOf(earlier) === 'RUNNING' && isDeepStrictEqual(first.input, input)) {
        return { executionArn: arn, startDate: first.at / 1000 }
      }
      throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`)
    }
    const started: LogEntry = { type: 'started', at: clock(), input, definition: machine.text }
    machine.log.append(name, started)
    run(machine, name, [started])
    return { executionArn: arn, startDate: started.at / 1000 }
  }

  async function call(operation: string, input: AwsJson, caller: Identity): Promise<AwsJson> {
    const action = `states:${operation}`
    switch (operation) {
      case 'StartExecution':
        caller.authorize({ action, resource: String(input.stateMachineArn) })
        return startExecution(input)
      case 'DescribeExecution': {
        caller.authorize({ action, resource: String(input.executionArn) })
        const { machine, name, entries } = executionOf(input.executionArn)
        return describe(machine, name, entries)
      }
      case 'StopExecution': {
        caller.authorize({ action, resource: String(input.executionArn) })
        const { entries } = executionOf(input.executionArn)
        const { error, cause } = input as { error?: string; cause?: string }
        running.get(String(input.executionArn))?.end({
          status: 'ABORTED',
          ...(error === undefined ? {} : { error }),
          ...(cause === undefined ? {} : { cause }),
        })
        return { stopDate: (endOf(entries)?.at ?? clock()) / 1000 }
      }
      case 'GetExecutionHistory': {
        caller.authorize({ action, resource: String(input.executionArn) })
        const { entries } = executionOf(input.executionArn)
        const [started] = entries
        const definition = JSON.parse(started?.type === 'started' ? started.definition : '{}') as Definition
        const events = historyOf(entries, definition, '')
        return page('events', input.reverseOrder === true ? events.reverse() : events, input, 1000)
      }
      case 'ListExecutions': {
        caller.authorize({ action, resource: String(input.stateMachineArn) })
        const machine = machineOf(input.stateMachineArn)
        const executions = machine.log
          .names()
          .map((name) => describe(machine, name, machine.log.read(name) ?? []))
          .filter(({ status }) => input.statusFilter === undefined || status === input.statusFilter)
          .sort((a, b) => Number(b.startDate) - Number(a.startDate))
          .map(({ input: _input, output: _output, error: _error, cause: _cause, ...execution }) => execution)
        return page('executions', executions, input, 100)
      }
      case 'DescribeStateMachine': {
        caller.authorize({ action, resource: String(input.stateMachineArn) })
        const { arn, name, text } = machineOf(input.stateMachineArn)
        return { stateMachineArn: arn, name, definition: text, status: 'ACTIVE', type: 'STANDARD' }
      }
      default:
        throw new AwsError(
          'UnknownOperationException',
          `The local Step Functions does not offer ${operation}.`,
        )
    }
  }

  return {
    addStateMachine({ name, arn, definition, identity }) {
      machines.set(arn, {
        name,
        arn,
        identity,
        text: definition,
        definition: parseDefinition(name, definition),
        log: new ExecutionLog(join(options.directory, name)),
      })
    },
    removeStateMachine(arn) {
      const machine = machines.get(arn)
      if (machine === undefined) return
      for (const name of machine.log.runningNames()) running.get(executionArn(machine, name))?.pause()
      machines.delete(arn)
      rmSync(join(options.directory, machine.name), { recursive: true, force: true })
    },
    list: () => [...machines.keys()],
    resume() {
      for (const machine of machines.values()) {
        for (const name of machine.log.runningNames()) run(machine, name, machine.log.read(name) ?? [])
      }
    },
    call,
    transitions: () => Object.fromEntries(transitions),
    stop() {
      for (const execution of [...running.values()]) execution.pause()
    },
  }
}

/** The state that an interrupted execution goes on with, with that state's input. */
function whereItWas(entries: readonly LogEntry[]): { resumption?: Resumption; enteredAt?: number } {
  const last = entries.findLast(({ type }) => type === 'entered')
  if (last?.type !== 'entered') return {}
  return { resumption: { state: last.state, input: last.input }, enteredAt: last.at }
}

const endOf = (entries: readonly LogEntry[]): EntryOf<'ended'> | undefined => {
  const last = entries.at(-1)
  return last?.type === 'ended' ? last : undefined
}

const statusOf = (entries: readonly LogEntry[]): Status => endOf(entries)?.status ?? 'RUNNING'

function describe(machine: Machine, name: string, entries: readonly LogEntry[]): AwsJson {
  const [started] = entries
  const end = endOf(entries)
  return {
    executionArn: executionArn(machine, name),
    stateMachineArn: machine.arn,
    name,
    status: statusOf(entries),
    startDate: (started?.at ?? 0) / 1000,
    input: JSON.stringify(started?.type === 'started' ? started.input : {}),
    ...(end ? { stopDate: end.at / 1000 } : {}),
    ...(end?.status === 'SUCCEEDED' ? { output: JSON.stringify(end.output) } : {}),
    ...(end?.error === undefined ? {} : { error: end.error }),
    ...(end?.cause === undefined ? {} : { cause: end.cause }),
  }
}

function page(member: string, items: AwsJson[], input: AwsJson, largest: number): AwsJson {
  const from = Number(input.nextToken ?? 0)
  const to = from + Math.min(Number(input.maxResults || largest), largest)
  return { [member]: items.slice(from, to), ...(to < items.length ? { nextToken: String(to) } : {}) }
}

const executionArn = (machine: Machine, name: string) =>
  `${machine.arn.replace(':stateMachine:', ':execution:')}:${name}`

const isName = (name: string) => /^[\w-]{1,80}$/.test(name)

function parseInput(input: unknown): unknown {
  const text = input === undefined ? '{}' : String(input)
  if (text.length > largestData) {
    throw new AwsError(
      'ValidationException',
      "Value at 'input' failed to satisfy constraint: Member must have length less than or equal to 262144",
    )
  }
  try {
    return JSON.parse(text)
  } catch {
    throw new AwsError('InvalidExecutionInput', "Invalid State Machine Execution Input: 'not JSON'")
  }
}

/** The interpreter keeps a timer for each task until the task settles, so a stop settles it. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(errorNamed('Aborted', 'The execution is over')), {
      once: true,
    })
    work.then(resolve, reject)
  })
}

function errorNamed(name: string, message: string): Error {
  return Object.assign(new Error(message), { name })
}

/** The error under the name by which Retry and Catch of Step Functions know it. */
function taskError(error: unknown): Error {
  if (error instanceof FunctionError) return errorNamed(error.errorType, JSON.stringify(error.payload))
  if (error instanceof TooManyRequestsError)
    return errorNamed('Lambda.TooManyRequestsException', error.message)
  if (error instanceof AwsError) return errorNamed('Lambda.AWSLambdaException', error.message)
  return error instanceof Error ? error : errorNamed('Lambda.Unknown', String(error))
}

const causeText = (cause: unknown): string =>
  typeof cause === 'string' ? cause : cause instanceof Error ? cause.message : JSON.stringify(cause ?? '')
