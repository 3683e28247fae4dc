// Runs the synthesized definition of the approval workflow on virtual time. It knows the states that the definition
// uses and refuses everything else, so a definition that outgrows it fails instead of being misread.
import type { Simulation } from './simulation.ts'

type Json = Record<string, unknown>
type Retrier = { ErrorEquals: string[]; IntervalSeconds: number; MaxAttempts: number; BackoffRate: number }
type State = {
  Type: string
  Next?: string
  End?: boolean
  Seconds?: number
  SecondsPath?: string
  Choices?: { Variable: string; StringEquals: string; Next: string }[]
  Default?: string
  Retry?: Retrier[]
  Catch?: { ErrorEquals: string[]; ResultPath: null; Next: string }[]
  Parameters?: { Payload: Json }
  ResultSelector?: Json
  ResultPath?: string
  OutputPath?: string
}
export type Definition = { StartAt: string; TimeoutSeconds: number; States: Record<string, State> }

export type Execution = {
  name: string
  input: Json
  status: 'running' | 'succeeded' | 'failed' | 'timed out'
  /** The state it ended in, and what it put out. */
  endedIn?: string
  output?: unknown
  /** States entered and retries; what AWS counts. */
  transitions: number
  invocations: number
  /** The largest state data seen, as JSON; for the search for secrets. */
  seen: Set<string>
}

/** Calls the function behind the Task state. @throws an Error whose name is the error's */
export type InvokeTask = (payload: Json, execution: Execution) => Promise<unknown>

const known: Record<string, readonly string[]> = {
  Wait: ['Type', 'Seconds', 'SecondsPath', 'Next', 'End'],
  Task: [
    'Type',
    'Resource',
    'Parameters',
    'ResultSelector',
    'ResultPath',
    'Retry',
    'Catch',
    'TimeoutSeconds',
    'Next',
  ],
  Choice: ['Type', 'Choices', 'Default'],
  Succeed: ['Type', 'OutputPath'],
  Fail: ['Type', 'Error', 'Cause'],
}

export class VirtualWorkflow {
  readonly executions = new Map<string, Execution>()
  readonly #simulation: Simulation
  readonly #definition: Definition
  readonly #invoke: InvokeTask

  constructor(simulation: Simulation, definition: Definition, invoke: InvokeTask) {
    checkDefinition(definition)
    this.#simulation = simulation
    this.#definition = definition
    this.#invoke = invoke
  }

  /** As StartExecution: the same name and input while it runs is the same execution; afterwards the name is taken. */
  start(name: string, input: Json): void {
    const existing = this.executions.get(name)
    if (existing !== undefined) {
      if (existing.status === 'running' && JSON.stringify(existing.input) === JSON.stringify(input)) return
      throw Object.assign(new Error('Execution Already Exists'), { name: 'ExecutionAlreadyExists' })
    }
    const execution: Execution = {
      name,
      input,
      status: 'running',
      transitions: 0,
      invocations: 0,
      seen: new Set(),
    }
    this.executions.set(name, execution)
    this.#simulation.after(this.#definition.TimeoutSeconds * 1000, () => end(execution, 'timed out'))
    this.#enter(execution, this.#definition.StartAt, input)
  }

  #enter(execution: Execution, name: string, data: Json): void {
    if (execution.status !== 'running') return
    execution.transitions++
    execution.seen.add(JSON.stringify(data))
    const state = this.#definition.States[name]
    if (state === undefined) throw new Error(`The definition has no state ${name}`)
    const next = (after: Json) =>
      this.#simulation.after(5, () => this.#enter(execution, state.Next ?? '', after))
    switch (state.Type) {
      case 'Wait': {
        const seconds = state.Seconds ?? read(data, state.SecondsPath ?? '')
        if (typeof seconds !== 'number' || !Number.isInteger(seconds) || seconds < 0) {
          end(execution, 'failed', name)
          return
        }
        this.#simulation.after(seconds * 1000, () =>
          state.End ? end(execution, 'succeeded', name) : next(data),
        )
        return
      }
      case 'Choice': {
        const choice = state.Choices?.find(
          ({ Variable, StringEquals }) => read(data, Variable) === StringEquals,
        )
        const target = choice?.Next ?? state.Default
        if (target === undefined) {
          end(execution, 'failed', name)
          return
        }
        this.#simulation.after(5, () => this.#enter(execution, target, data))
        return
      }
      case 'Task':
        this.#attempt(execution, state, data, new Map(), next)
        return
      case 'Succeed':
        execution.output = state.OutputPath === '$$.Execution.Input' ? execution.input : data
        end(execution, 'succeeded', name)
        return
      default:
        end(execution, 'failed', name)
        return
    }
  }

  #attempt(
    execution: Execution,
    state: State,
    data: Json,
    retried: Map<Retrier, number>,
    next: (data: Json) => void,
  ): void {
    execution.invocations++
    this.#invoke(fill(state.Parameters?.Payload ?? {}, data) as Json, execution).then(
      (Payload) => {
        const result = fill(state.ResultSelector ?? {}, { Payload, SdkHttpMetadata: {}, StatusCode: 200 })
        next({ ...data, [(state.ResultPath ?? '').replace(/^\$\./, '')]: result })
      },
      (error: Error) => {
        if (execution.status !== 'running') return
        const retrier = state.Retry?.find(({ ErrorEquals }) => ErrorEquals.includes(error.name))
        const times = retrier ? (retried.get(retrier) ?? 0) : 0
        if (retrier && times < retrier.MaxAttempts) {
          retried.set(retrier, times + 1)
          execution.transitions++
          const pause = retrier.IntervalSeconds * retrier.BackoffRate ** times
          this.#simulation.after(pause * 1000, () => this.#attempt(execution, state, data, retried, next))
          return
        }
        const handler = state.Catch?.find(({ ErrorEquals }) => ErrorEquals.includes('States.ALL'))
        if (handler === undefined) {
          end(execution, 'failed', 'Task')
          return
        }
        this.#simulation.after(5, () => this.#enter(execution, handler.Next, data))
      },
    )
  }
}

function end(execution: Execution, status: Execution['status'], state?: string): void {
  if (execution.status !== 'running') return
  execution.status = status
  if (state !== undefined) execution.endedIn = state
}

function checkDefinition(definition: Definition): void {
  for (const [name, state] of Object.entries(definition.States)) {
    const unknown = Object.keys(state).filter((field) => !known[state.Type]?.includes(field))
    if (unknown.length > 0) throw new Error(`State ${name} has ${unknown.join(', ')}, which is not simulated`)
  }
}

function read(data: unknown, path: string): unknown {
  if (path === '$') return data
  let value = data
  for (const part of path.replace(/^\$\./, '').split('.')) value = (value as Json | undefined)?.[part]
  return value
}

function fill(template: Json, data: Json): Json {
  return Object.fromEntries(
    Object.entries(template).map(([name, value]) =>
      name.endsWith('.$') ? [name.slice(0, -2), read(data, String(value))] : [name, value],
    ),
  )
}
