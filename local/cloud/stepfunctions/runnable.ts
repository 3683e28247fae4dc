import type { Definition, State } from './definition.ts'

/** The state that leads an interrupted execution back to where it was. */
export const resumeState = 'Resume after a restart'

// The interpreter gives up a task without a timeout after a minute, where Step Functions waits practically for ever.
// Timers of Node.js reach 24 days.
const practicallyForEver = 2_000_000

export type Resumption = { state: string; input: unknown }

/**
 * The definition as the interpreter runs it. It behaves alike, except that
 * - waits become tasks, so that their time comes from the local cloud's clock and outlasts a restart;
 * - intervals between retries are divided by `speed`;
 * - the execution's timeout is left to the caller, who knows when the execution really began;
 * - `$$.Execution.StartTime` is read where the interpreter does not overwrite it;
 * - with a resumption, the execution begins at its state.
 */
export function runnableDefinition(
  definition: Definition,
  speed: number,
  resumption?: Resumption,
): Definition {
  const text = JSON.stringify(definition).replaceAll('$$.Execution.StartTime', () => '$$.Started')
  const { TimeoutSeconds: _timeout, ...rest } = JSON.parse(text) as Definition
  const States: Record<string, State> = {}
  for (const [name, state] of Object.entries(rest.States)) States[name] = runnableState(state, speed)
  if (resumption === undefined) return { ...rest, States }
  States[resumeState] = {
    Type: 'Pass',
    // Wrapped, because the interpreter takes a falsy result for none.
    Result: { input: resumption.input },
    OutputPath: '$.input',
    Next: resumption.state,
  }
  return { ...rest, States, StartAt: resumeState }
}

function runnableState(state: State, speed: number): State {
  const { ResultPath: resultPath, ...others } = state
  // The interpreter takes `$`, the default, for a member of that name.
  const kept = resultPath === undefined || resultPath === '$' ? {} : { ResultPath: resultPath }
  if (state.Type === 'Wait') {
    const { Seconds: _s, SecondsPath: _sp, Timestamp: _t, TimestampPath: _tp, ...wait } = others
    return { ...wait, Type: 'Task', Resource: 'local:wait', TimeoutSeconds: practicallyForEver }
  }
  if (state.Type !== 'Task') return { ...others, ...kept }
  const hasTimeout = state.TimeoutSeconds !== undefined || state.TimeoutSecondsPath !== undefined
  return {
    ...others,
    ...kept,
    ...(hasTimeout ? {} : { TimeoutSeconds: practicallyForEver }),
    ...(Array.isArray(state.Retry)
      ? { Retry: state.Retry.map((retrier) => faster(retrier as Retrier, speed)) }
      : {}),
  }
}

type Retrier = { IntervalSeconds?: number; MaxDelaySeconds?: number }

function faster(retrier: Retrier, speed: number): Retrier {
  return {
    ...retrier,
    IntervalSeconds: (retrier.IntervalSeconds ?? 1) / speed,
    ...(retrier.MaxDelaySeconds === undefined ? {} : { MaxDelaySeconds: retrier.MaxDelaySeconds / speed }),
  }
}
