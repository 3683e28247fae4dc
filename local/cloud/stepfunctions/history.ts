import type { AwsJson } from '../aws/aws-error.ts'
import type { Definition } from './definition.ts'
import type { LogEntry } from './execution-log.ts'

/** The events of GetExecutionHistory. */
export function historyOf(entries: readonly LogEntry[], definition: Definition, roleArn: string): AwsJson[] {
  const events: AwsJson[] = []
  function add(at: number, type: string, details: AwsJson = {}): void {
    const id = events.length + 1
    events.push({ id, previousEventId: id - 1, timestamp: at / 1000, type, ...details })
  }
  const typeOf = (state: string) => definition.States[state]?.Type ?? 'Pass'
  const resource = { resourceType: 'lambda', resource: 'invoke' }

  for (const entry of entries) {
    switch (entry.type) {
      case 'started':
        add(entry.at, 'ExecutionStarted', {
          executionStartedEventDetails: { input: JSON.stringify(entry.input), roleArn },
        })
        break
      case 'entered':
        add(entry.at, `${typeOf(entry.state)}StateEntered`, {
          stateEnteredEventDetails: { name: entry.state, input: JSON.stringify(entry.input) },
        })
        if (typeOf(entry.state) === 'Task') schedule(entry.at)
        break
      case 'failed': {
        if (typeOf(entry.state) !== 'Task') break
        const { error, cause } = entry
        if (error === 'States.Timeout') {
          add(entry.at, 'TaskTimedOut', { taskTimedOutEventDetails: { ...resource, error, cause } })
        } else add(entry.at, 'TaskFailed', { taskFailedEventDetails: { ...resource, error, cause } })
        break
      }
      case 'retried':
        schedule(entry.at)
        break
      case 'exited': {
        const output = JSON.stringify(entry.output)
        const last = events.at(-1)?.type
        if (typeOf(entry.state) === 'Task' && last === 'TaskStarted') {
          add(entry.at, 'TaskSucceeded', { taskSucceededEventDetails: resource })
        }
        add(entry.at, `${typeOf(entry.state)}StateExited`, {
          stateExitedEventDetails: { name: entry.state, output },
        })
        break
      }
      case 'ended':
        add(entry.at, endEvents[entry.status], endDetails(entry))
    }
  }
  return events

  function schedule(at: number): void {
    add(at, 'TaskScheduled', { taskScheduledEventDetails: resource })
    add(at, 'TaskStarted', { taskStartedEventDetails: resource })
  }
}

const endEvents = {
  SUCCEEDED: 'ExecutionSucceeded',
  FAILED: 'ExecutionFailed',
  ABORTED: 'ExecutionAborted',
  TIMED_OUT: 'ExecutionTimedOut',
} as const

function endDetails(entry: LogEntry & { type: 'ended' }): AwsJson {
  const { error, cause } = entry
  switch (entry.status) {
    case 'SUCCEEDED':
      return { executionSucceededEventDetails: { output: JSON.stringify(entry.output) } }
    case 'FAILED':
      return { executionFailedEventDetails: { error, cause } }
    case 'ABORTED':
      return { executionAbortedEventDetails: { error, cause } }
    case 'TIMED_OUT':
      return { executionTimedOutEventDetails: {} }
  }
}
