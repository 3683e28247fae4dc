import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test } from '@jest/globals'
import { createLambdaFunction, type LambdaFunction } from '../../../../local/cloud/lambda/lambda-function.ts'
import { until } from '../until.ts'

const directory = mkdtempSync(join(tmpdir(), 'lambda-'))
writeFileSync(
  join(directory, 'index.mjs'),
  `
  let count = 0
  const after = (milliseconds, value) => new Promise((resolve) => setTimeout(resolve, milliseconds, value))
  export const echo = (event) => event
  export const context = ({ fail }, context) => ({ ...context, left: context.getRemainingTimeInMillis() })
  export const nothing = () => undefined
  export const slow = (milliseconds) => after(milliseconds, ++count)
  const instance = crypto.randomUUID()
  let running = 0
  export const busy = async (milliseconds) => {
    const atOnce = ++running
    await after(milliseconds)
    running--
    return { instance, atOnce }
  }
  export const typed = () => { throw Object.assign(new Error('denied'), { name: 'BookingDenied' }) }
  export const text = () => { throw 'just text' }
  export const exit = (now) => (now ? process.exit(7) : 'alive')
  export const uncaught = () => { setTimeout(() => { throw new TypeError('later') }); return after(5000) }
  export const rejection = () => { Promise.reject(new RangeError('alone')); return after(5000) }
  export const memory = () => { const kept = []; for (;;) kept.push(new Array(1000).fill({}).map(() => ({}))) }
  export const print = () => { console.log('to the log'); console.error('also') }
  export const levels = () => { console.debug('low'); console.log('%s and', 'text', 1); console.warn({ a: 1 }) }
  export const sourceMaps = () => process.sourceMapsEnabled
  export const large = () => 'x'.repeat(7 * 1024 * 1024)
  export const notFunction = 1
  `,
)
writeFileSync(join(directory, 'broken.mjs'), `throw new SyntaxError('at load')`)
writeFileSync(join(directory, 'old.cjs'), `exports.handler = async () => 'CommonJS'`)

const created: LambdaFunction[] = []
let printed = ''

function functionOf(handler: string, options: Partial<Parameters<typeof createLambdaFunction>[0]> = {}) {
  const one = createLambdaFunction({
    name: 'booking',
    arn: 'arn:aws:lambda:eu-central-1:123456789012:function:booking',
    directory,
    handler,
    environment: {},
    timeoutSeconds: 60,
    memoryMegabytes: 128,
    logGroup: '/aws/lambda/booking',
    write: (text) => {
      printed += text
    },
    ...options,
  })
  created.push(one)
  return one
}

const failureOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  )

afterEach(async () => {
  printed = ''
  await Promise.all(created.splice(0).map((one) => one.stop()))
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

describe('a function', () => {
  test.each<[string, string, unknown, unknown]>([
    ['what its handler returns', 'index.echo', { a: ['é', null] }, { a: ['é', null] }],
    ['null for nothing', 'index.nothing', {}, null],
    ['what a CommonJS handler returns', 'old.handler', {}, 'CommonJS'],
  ])('answers %s', async (_what, handler, event, answer) => {
    expect(await functionOf(handler).invoke(event)).toEqual(answer)
  })

  test('tells its handler who it is and how much time is left', async () => {
    expect(await functionOf('index.context').invoke({})).toEqual({
      functionName: 'booking',
      functionVersion: '$LATEST',
      invokedFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:booking',
      memoryLimitInMB: '128',
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      logGroupName: '/aws/lambda/booking',
      logStreamName: expect.stringContaining('[$LATEST]'),
      callbackWaitsForEmptyEventLoop: true,
      left: expect.any(Number),
    })
  })

  test.each<[string, string, string, string]>([
    ['an error of its own', 'index.typed', 'BookingDenied', 'denied'],
    ['something that is no error', 'index.text', 'string', 'just text'],
    ['an error outside the handler', 'index.uncaught', 'TypeError', 'later'],
    ['a rejection that nobody handles', 'index.rejection', 'RangeError', 'alone'],
    ['an error at load', 'broken.handler', 'SyntaxError', 'at load'],
    ['a missing file', 'absent.handler', 'Runtime.ImportModuleError', "Error: Cannot find module 'absent'"],
    [
      'a missing export',
      'index.absent',
      'Runtime.HandlerNotFound',
      'index.absent is undefined or not exported',
    ],
    [
      'an export that is no function',
      'index.notFunction',
      'Runtime.HandlerNotFound',
      'index.notFunction is undefined or not exported',
    ],
    [
      'an answer above 6 MB',
      'index.large',
      'Function.ResponseSizeTooLarge',
      'Response payload size (7340034 bytes) exceeded',
    ],
  ])('reports %s as Lambda does', async (_what, handler, errorType, message) => {
    const error = await failureOf(functionOf(handler).invoke({}))
    expect(error).toMatchObject({
      name: 'FunctionError',
      errorType,
      message: expect.stringContaining(message),
    })
  })

  test('that takes too long is ended, and starts anew', async () => {
    const slow = functionOf('index.slow', { timeoutSeconds: 2 })
    const first = await slow.invoke(0)
    const error = await failureOf(slow.invoke(60_000))
    const next = await slow.invoke(0)

    expect(error).toMatchObject({
      errorType: 'Sandbox.Timedout',
      message: expect.stringMatching(/^RequestId: [\w-]+ Error: Task timed out after 2.00 seconds$/),
    })
    expect([first, next]).toEqual([1, 1])
  })

  test('that exits fails once, and the next invocation has a new instance', async () => {
    const exiting = functionOf('index.exit')
    const error = await failureOf(exiting.invoke(true))
    expect(error).toMatchObject({
      errorType: 'Runtime.ExitError',
      message: expect.stringContaining('exit status 7'),
    })
    expect(await exiting.invoke(false)).toBe('alive')
  })

  test('that uses more memory than it has fails alone', async () => {
    const greedy = functionOf('index.memory', { memoryMegabytes: 24 })
    expect(await failureOf(greedy.invoke({}))).toMatchObject({
      errorType: 'Runtime.OutOfMemory',
      message: 'The function used more than its 24 MB',
    })
  })

  test('serves one event at a time in each instance, and calls beyond its instances wait', async () => {
    const busy = functionOf('index.busy')
    const answers = (await Promise.all(Array.from({ length: 6 }, () => busy.invoke(50)))) as {
      instance: string
      atOnce: number
    }[]
    // Which of the three serves how many is nobody's promise.
    expect(new Set(answers.map(({ instance }) => instance)).size).toBe(3)
    expect(answers.map(({ atOnce }) => atOnce)).toEqual([1, 1, 1, 1, 1, 1])
  })

  test('with reserved concurrency throttles what is above it', async () => {
    const reserved = functionOf('index.slow', { reservedConcurrency: 1 })
    const outcomes = await Promise.allSettled([reserved.invoke(50), reserved.invoke(50)])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    expect(outcomes[1]).toMatchObject({ reason: { name: 'TooManyRequestsException' } })
    expect(await reserved.invoke(0)).toBe(2)
  })

  test('keeps one idle instance for the next call', async () => {
    const slow = functionOf('index.slow', { idleSeconds: 0.05 })
    await Promise.all([slow.invoke(50), slow.invoke(50)])
    // One of the two goes away; the other goes on counting.
    expect(await until(async () => Number(await slow.invoke(60)) >= 2)).toBe(true)
  })

  test('that logs as JSON writes objects from its level up', async () => {
    const environment = { AWS_LAMBDA_LOG_FORMAT: 'JSON', AWS_LAMBDA_LOG_LEVEL: 'INFO' }
    await functionOf('index.levels', { environment }).invoke({})
    await until(() => printed.includes('"a":1'))
    const lines = printed
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(
      lines.flatMap(({ level, message, requestId }) => (level ? [{ level, message, requestId }] : [])),
    ).toEqual([
      { level: 'INFO', message: 'text and 1', requestId: expect.any(String) },
      { level: 'WARN', message: { a: 1 }, requestId: expect.any(String) },
    ])
  })

  test('runs with the options of Node.js that its environment asks for', async () => {
    const environment = { NODE_OPTIONS: '--enable-source-maps' }
    expect(await functionOf('index.sourceMaps', { environment }).invoke({})).toBe(true)
    expect(await functionOf('index.sourceMaps').invoke({})).toBe(false)
  })

  test('writes all it prints, and a report of each invocation, to its log', async () => {
    await functionOf('index.print').invoke({})
    await until(() => printed.includes('to the log') && printed.includes('also'))
    expect(printed).toMatch(/"type":"platform.report","record":\{"requestId":"[\w-]+","status":"success"/)
  })
})

test('what is under way when another function takes the place is finished, and the instance ends after that', async () => {
  const slow = functionOf('index.slow')
  const underWay = [slow.invoke(300), slow.invoke(300)]
  await slow.retire()

  expect(await Promise.all(underWay)).toEqual([1, 1])
  // Another call would have counted on in an instance that was still there.
  expect(await slow.invoke(1)).toBe(1)
})
