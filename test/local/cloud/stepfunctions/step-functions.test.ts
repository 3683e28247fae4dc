import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test } from '@jest/globals'
import type { AwsJson } from '../../../../local/cloud/aws/aws-error.ts'
import { AwsError } from '../../../../local/cloud/aws/aws-error.ts'
import { FunctionError, TooManyRequestsError } from '../../../../local/cloud/lambda/function-error.ts'
import {
  openStepFunctions,
  type StepFunctions,
} from '../../../../local/cloud/stepfunctions/step-functions.ts'
import { until } from '../until.ts'

const root = mkdtempSync(join(tmpdir(), 'sfn-'))
const opened: StepFunctions[] = []
afterEach(() => {
  for (const one of opened.splice(0)) one.stop()
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const arn = 'arn:aws:states:eu-central-1:123456789012:stateMachine:m'
const task = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Parameters: { FunctionName: 'f', 'Payload.$': '$' },
}
const anyone = { arn: 'arn:aws:iam::1:user/anyone', authorize() {} }
const states = (States: object, more: object = {}) => ({ StartAt: Object.keys(States)[0], States, ...more })

let directories = 0
const newDirectory = () => join(root, String(++directories))

function open(
  definition: object,
  options: {
    directory?: string
    invoke?: (payload: never) => unknown
    speed?: number
    deny?: boolean
  } = {},
) {
  const stepFunctions = openStepFunctions({
    directory: options.directory ?? newDirectory(),
    clock: Date.now,
    speed: options.speed ?? 1000,
    invoke: (name, payload) =>
      name === 'f' ? (async () => options.invoke?.(payload as never) ?? payload)() : undefined,
    functionArn: (name) => name,
  })
  opened.push(stepFunctions)
  const identity = {
    arn: 'role',
    authorize() {
      if (options.deny) throw new AwsError('AccessDeniedException', 'User: role is not authorized')
    },
  }
  stepFunctions.addStateMachine({ name: 'm', arn, definition: JSON.stringify(definition), identity })
  const call = (operation: string, input: AwsJson) => stepFunctions.call(operation, input, anyone)
  const ended = async (executionArn: unknown) =>
    until(async () => {
      const execution = await call('DescribeExecution', { executionArn })
      return execution.status !== 'RUNNING' && execution
    })
  return {
    stepFunctions,
    call,
    ended,
    async run(input: unknown = {}, name = 'e'): Promise<AwsJson> {
      const { executionArn } = await call('StartExecution', {
        stateMachineArn: arn,
        name,
        input: JSON.stringify(input),
      })
      const execution = await ended(executionArn)
      return { ...execution, output: execution.output && JSON.parse(String(execution.output)) }
    },
  }
}

describe('an execution', () => {
  test.each<[string, object, unknown, unknown]>([
    [
      'Pass with a result',
      { A: { Type: 'Pass', Result: { b: 2 }, ResultPath: '$.r', End: true } },
      { a: 1 },
      { a: 1, r: { b: 2 } },
    ],
    [
      'the whole result in place of the input',
      { A: { ...task, ResultPath: '$', ResultSelector: { 'p.$': '$.Payload.a' }, End: true } },
      { a: 1 },
      { p: 1 },
    ],
    ['a discarded result', { A: { ...task, ResultPath: null, End: true } }, { a: 1 }, { a: 1 }],
    [
      'the context',
      {
        A: {
          Type: 'Pass',
          Parameters: {
            'n.$': '$$.Execution.Name',
            'i.$': '$$.Execution.Input.a',
            'm.$': '$$.StateMachine.Name',
          },
          End: true,
        },
      },
      { a: 1 },
      { n: 'e', i: 1, m: 'm' },
    ],
    [
      'Choice by number and presence',
      {
        A: {
          Type: 'Choice',
          Choices: [
            {
              And: [
                { Variable: '$.a', IsPresent: true },
                { Variable: '$.a', NumericGreaterThan: 5 },
              ],
              Next: 'Big',
            },
          ],
          Default: 'Small',
        },
        Big: { Type: 'Pass', Result: 'big', End: true },
        Small: { Type: 'Pass', Result: 'small', End: true },
      },
      { a: 7 },
      'big',
    ],
    [
      'intrinsic functions',
      { A: { Type: 'Pass', Parameters: { 't.$': "States.Format('x-{}', $.a)" }, End: true } },
      { a: 1 },
      { t: 'x-1' },
    ],
    [
      'a wait until a time that is over',
      { A: { Type: 'Wait', TimestampPath: '$.at', End: true } },
      { at: '2020-01-01T00:00:00Z' },
      { at: '2020-01-01T00:00:00Z' },
    ],
  ])('knows %s', async (_what, definition, input, output) => {
    expect(await open(states(definition)).run(input)).toMatchObject({ status: 'SUCCEEDED', output })
  })

  test.each<[string, unknown, string]>([
    [
      'an error of the function',
      () => new FunctionError({ errorType: 'BookingDenied', errorMessage: 'no' }),
      'BookingDenied',
    ],
    ['a throttled function', () => new TooManyRequestsError('f'), 'Lambda.TooManyRequestsException'],
  ])('catches %s by its name', async (_what, errorOf, name) => {
    const { run } = open(
      states({
        A: { ...task, Catch: [{ ErrorEquals: [name], ResultPath: '$.error', Next: 'Caught' }], End: true },
        Caught: { Type: 'Pass', End: true },
      }),
      {
        invoke() {
          throw (errorOf as () => Error)()
        },
      },
    )
    expect(await run({ a: 1 })).toMatchObject({
      status: 'SUCCEEDED',
      output: { a: 1, error: { Error: name } },
    })
  })

  test('is refused by the role of its machine as by AWS', async () => {
    const { run } = open(states({ A: { ...task, End: true } }), { deny: true })
    expect(await run()).toMatchObject({
      status: 'FAILED',
      error: 'Lambda.AWSLambdaException',
      cause: 'User: role is not authorized',
    })
  })

  test('retries as often as it is told, and each retry is a transition', async () => {
    let calls = 0
    const { run, stepFunctions } = open(
      states({
        A: {
          ...task,
          Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 1, MaxAttempts: 2 }],
          End: true,
        },
      }),
      {
        invoke() {
          calls++
          throw new FunctionError({ errorType: 'E', errorMessage: 'm' })
        },
      },
    )
    const { status, executionArn } = await run()
    expect([status, calls]).toEqual(['FAILED', 3])
    expect(stepFunctions.transitions()[String(executionArn)]).toBe(3)
  })

  test('ends a task that takes too long with States.Timeout', async () => {
    const { run } = open(states({ A: { ...task, TimeoutSeconds: 1, End: true } }), {
      invoke: () => new Promise(() => undefined),
    })
    expect(await run()).toMatchObject({ status: 'FAILED', error: 'States.Timeout' })
  })

  test('ends with a result above 256 KB, whatever it catches', async () => {
    const { run } = open(
      states({
        A: { ...task, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B' }], Next: 'B' },
        B: { Type: 'Succeed' },
      }),
      { invoke: () => 'x'.repeat(256 * 1024) },
    )
    expect(await run()).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' })
  })

  test('ends as a whole when its time is over', async () => {
    const { run } = open(states({ A: { Type: 'Wait', Seconds: 1000, End: true } }, { TimeoutSeconds: 20 }))
    expect(await run()).toMatchObject({ status: 'TIMED_OUT' })
  })

  test('fails when a wait has no number', async () => {
    const wait = { A: { Type: 'Wait', SecondsPath: '$.seconds', Next: 'B' }, B: { Type: 'Succeed' } }
    const outcomes = []
    for (const seconds of ['soon', -1, undefined]) outcomes.push(await open(states(wait)).run({ seconds }))
    expect(outcomes.map(({ status, error }) => [status, error])).toEqual(
      Array.from({ length: 3 }, () => ['FAILED', 'States.Runtime']),
    )
  })

  test('is stopped with a reason', async () => {
    const { call, ended } = open(states({ A: { Type: 'Wait', Seconds: 1e6, End: true } }))
    const { executionArn } = await call('StartExecution', { stateMachineArn: arn, name: 'e' })
    await call('StopExecution', { executionArn, error: 'Enough', cause: 'no more' })
    expect(await ended(executionArn)).toMatchObject({ status: 'ABORTED', error: 'Enough', cause: 'no more' })
  })
})

describe('the name of an execution', () => {
  const waiting = states({ A: { Type: 'Wait', Seconds: 1e6, End: true } })
  const start = (name: string, input: unknown) => ({
    stateMachineArn: arn,
    name,
    input: JSON.stringify(input),
  })

  test('gives the same execution for the same input while it runs', async () => {
    const { call } = open(waiting)
    const first = await call('StartExecution', start('e', { a: 1 }))
    expect(await call('StartExecution', start('e', { a: 1 }))).toEqual(first)
  })

  test('is taken for another input, and after the end', async () => {
    const { call } = open(waiting)
    const { executionArn } = await call('StartExecution', start('e', { a: 1 }))
    await expect(call('StartExecution', start('e', { a: 2 }))).rejects.toMatchObject({
      type: 'ExecutionAlreadyExists',
    })
    await call('StopExecution', { executionArn })
    await expect(call('StartExecution', start('e', { a: 1 }))).rejects.toMatchObject({
      type: 'ExecutionAlreadyExists',
    })
  })

  test.each<[AwsJson, string]>([
    [{ stateMachineArn: arn, name: '../x' }, 'InvalidName'],
    [{ stateMachineArn: arn, name: 'x'.repeat(81) }, 'InvalidName'],
    [{ stateMachineArn: arn, input: 'nothing' }, 'InvalidExecutionInput'],
    [{ stateMachineArn: `${arn}2` }, 'StateMachineDoesNotExist'],
  ])('%j is refused', async (input, type) => {
    await expect(open(waiting).call('StartExecution', input)).rejects.toMatchObject({ type })
  })

  test.each(['DescribeExecution', 'StopExecution', 'GetExecutionHistory'])(
    '%s needs one that exists',
    async (operation) => {
      const executionArn = arn.replace('stateMachine', 'execution')
      await expect(
        open(waiting).call(operation, { executionArn: `${executionArn}:../../x` }),
      ).rejects.toMatchObject({
        type: 'ExecutionDoesNotExist',
      })
    },
  )
})

describe('after a restart', () => {
  const definition = states({
    First: { Type: 'Pass', Result: { first: true }, ResultPath: '$.r', Next: 'Wait' },
    Wait: { Type: 'Wait', Seconds: 100, Next: 'Work' },
    Work: { ...task, ResultSelector: { 'p.$': '$.Payload' }, ResultPath: '$.work', Next: 'End' },
    End: {
      Type: 'Pass',
      Parameters: { 'now.$': '$', 'began.$': '$$.Execution.Input', 'at.$': '$$.Execution.StartTime' },
      End: true,
    },
  })

  test('an execution goes on where it was, with the rest of its wait', async () => {
    const directory = newDirectory()
    const before = open(definition, { directory, speed: 1 })
    const { executionArn, startDate } = await before.call('StartExecution', {
      stateMachineArn: arn,
      name: 'e',
      input: '{"a":1}',
    })
    await until(async () => {
      const { events } = await before.call('GetExecutionHistory', { executionArn })
      return (events as AwsJson[]).at(-1)?.type === 'WaitStateEntered'
    })
    before.stepFunctions.stop()
    appendFileSync(join(directory, 'm', 'running', 'e.jsonl'), '{"torn')

    const after = open(definition, { directory })
    after.stepFunctions.resume()
    const execution = await after.ended(executionArn)
    const history = (await after.call('GetExecutionHistory', { executionArn })).events as AwsJson[]

    const state = { a: 1, r: { first: true } }
    expect(JSON.parse(String(execution.output))).toEqual({
      now: { ...state, work: { p: state } },
      began: { a: 1 },
      at: new Date(Number(startDate) * 1000).toISOString(),
    })
    expect(history.filter(({ type }) => type === 'WaitStateEntered')).toHaveLength(1)
    expect(after.stepFunctions.transitions()[String(executionArn)]).toBe(4)
  })

  test('a task that was running runs once more', async () => {
    const directory = newDirectory()
    const work = states({ Work: { ...task, End: true } })
    let calls = 0
    const before = open(work, {
      directory,
      invoke() {
        calls++
        return new Promise(() => undefined)
      },
    })
    const { executionArn } = await before.call('StartExecution', { stateMachineArn: arn, name: 'e' })
    await until(() => calls === 1)
    before.stepFunctions.stop()

    const after = open(work, { directory, invoke: () => ({ done: true }) })
    after.stepFunctions.resume()
    expect(await after.ended(executionArn)).toMatchObject({ status: 'SUCCEEDED' })
  })

  test('an execution whose time is over is timed out', async () => {
    const directory = newDirectory()
    const waiting = states({ A: { Type: 'Wait', Seconds: 1e6, End: true } }, { TimeoutSeconds: 1000 })
    const before = open(waiting, { directory, speed: 1 })
    const { executionArn } = await before.call('StartExecution', { stateMachineArn: arn, name: 'e' })
    before.stepFunctions.stop()

    const after = open(waiting, { directory, speed: 1e6 })
    after.stepFunctions.resume()
    expect(await after.ended(executionArn)).toMatchObject({ status: 'TIMED_OUT' })
  })
})
