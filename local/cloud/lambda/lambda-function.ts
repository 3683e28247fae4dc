// A function and its instances. As in Lambda an instance serves one event at a time, and the function grows when all
// of its instances are busy: up to its reserved concurrency (calls above that are throttled), or up to three instances
// where none is reserved (calls above that wait, since one machine has no more to give). An instance starts when it is
// first needed; the ones above the first go away when they have been idle for a while.
import { randomUUID } from 'node:crypto'
import { FunctionError, RequestTooLargeError, TooManyRequestsError } from './function-error.ts'
import { type Instance, startInstance } from './instance.ts'

export type LambdaFunctionOptions = {
  name: string
  arn: string
  /** Where the bundle lies. */
  directory: string
  handler: string
  environment: Record<string, string>
  timeoutSeconds: number
  memoryMegabytes: number
  reservedConcurrency?: number
  logGroup: string
  /** Takes whatever the function prints. */
  write(text: string): void
  idleSeconds?: number
}

export type LambdaFunction = {
  name: string
  arn: string
  /** How often the function was invoked. */
  invocations(): number
  /**
   * @param payload anything that JSON can hold
   * @throws {FunctionError} when the function fails, times out or crashes
   * @throws {TooManyRequestsError} when the reserved concurrency is used up
   * @throws {RequestTooLargeError} when the payload is larger than Lambda takes
   */
  invoke(payload: unknown): Promise<unknown>
  /** Ends the instances that have nothing to do. */
  rest(): Promise<void>
  /** Another one has taken its place: what is under way is finished, and each instance ends after that. */
  retire(): Promise<void>
  stop(): Promise<void>
}

// Lambda's limit for the request and the response of a synchronous invocation.
const largestPayload = 6 * 1024 * 1024
// Loading the bundle has ten seconds of its own; when they are over, Lambda begins anew within the function's time.
const initSeconds = 10
const unreservedInstances = 3

export function createLambdaFunction(options: LambdaFunctionOptions): LambdaFunction {
  const { name, arn, write, timeoutSeconds } = options
  const limit = options.reservedConcurrency ?? unreservedInstances
  const instances = new Set<Instance>()
  const idle: { instance: Instance; retire: NodeJS.Timeout }[] = []
  const waiting: (() => void)[] = []
  let busy = 0
  let invocations = 0
  let stopped = false
  let isReplaced = false
  const logStreamName = `${new Date().toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${randomUUID().replaceAll('-', '')}`

  function start(): Instance {
    const instance = startInstance(options)
    instances.add(instance)
    return instance
  }

  async function end(instance: Instance): Promise<void> {
    instances.delete(instance)
    await instance.end()
  }

  function take(): Instance {
    for (;;) {
      const free = idle.pop()
      if (free === undefined) return start()
      clearTimeout(free.retire)
      if (free.instance.isAlive()) return free.instance
      instances.delete(free.instance)
    }
  }

  function giveBack(instance: Instance): void {
    if (!instance.isAlive() || isReplaced) {
      void end(instance)
      return
    }
    const retire = setTimeout(
      () => {
        const at = idle.findIndex((entry) => entry.instance === instance)
        if (at < 0 || instances.size < 2) return
        idle.splice(at, 1)
        void end(instance)
      },
      (options.idleSeconds ?? 10) * 1000,
    )
    retire.unref()
    idle.push({ instance, retire })
  }

  async function turn(): Promise<void> {
    if (busy < limit) {
      busy++
      return
    }
    if (options.reservedConcurrency !== undefined) throw new TooManyRequestsError(name)
    // Whoever finishes hands its place over.
    await new Promise<void>((resolve) => waiting.push(resolve))
  }

  function handOver(): void {
    const next = waiting.shift()
    if (next) next()
    else busy--
  }

  async function run(instance: Instance, event: string, requestId: string): Promise<string> {
    await within(initSeconds + timeoutSeconds, instance.ready, 'The bundle was not loaded')
    const deadline = Date.now() + timeoutSeconds * 1000
    return within(
      timeoutSeconds,
      instance.invoke({
        event,
        context: {
          functionName: name,
          functionVersion: '$LATEST',
          invokedFunctionArn: arn,
          memoryLimitInMB: String(options.memoryMegabytes),
          awsRequestId: requestId,
          logGroupName: options.logGroup,
          logStreamName,
          deadline,
        },
      }),
      `RequestId: ${requestId} Error: Task`,
    )
  }

  async function invoke(payload: unknown): Promise<unknown> {
    const event = JSON.stringify(payload ?? null)
    const size = Buffer.byteLength(event)
    if (size > largestPayload) throw new RequestTooLargeError(size, largestPayload)
    await turn()
    if (stopped)
      throw new FunctionError({ errorType: 'Runtime.ExitError', errorMessage: 'The local cloud has stopped' })
    invocations++
    const requestId = randomUUID()
    const began = performance.now()
    const instance = take()
    let status = 'success'
    try {
      const answer = await run(instance, event, requestId)
      const answerSize = Buffer.byteLength(answer)
      if (answerSize > largestPayload) throw responseTooLarge(answerSize)
      return JSON.parse(answer)
    } catch (error) {
      status = 'error'
      if (error instanceof FunctionError) logFailure(error, requestId)
      // A timed-out instance is still at work: it goes away, as Lambda's does.
      if (error instanceof FunctionError && error.errorType === 'Sandbox.Timedout') await end(instance)
      throw error
    } finally {
      const durationMs = Math.round((performance.now() - began) * 100) / 100
      write(
        `${JSON.stringify({ time: new Date().toISOString(), type: 'platform.report', record: { requestId, status, metrics: { durationMs } } })}\n`,
      )
      giveBack(instance)
      handOver()
    }
  }

  function logFailure(error: FunctionError, requestId: string): void {
    const { errorType, errorMessage, trace } = error.payload
    write(
      `${JSON.stringify({ timestamp: new Date().toISOString(), level: 'ERROR', requestId, message: { errorType, errorMessage, stackTrace: trace } })}\n`,
    )
  }

  async function rest(): Promise<void> {
    const resting = idle.splice(0)
    for (const { retire } of resting) clearTimeout(retire)
    await Promise.all(resting.map(({ instance }) => end(instance)))
  }

  return {
    name,
    arn,
    invocations: () => invocations,
    invoke,
    rest,
    async retire() {
      isReplaced = true
      await rest()
    },
    async stop() {
      stopped = true
      for (const { retire } of idle) clearTimeout(retire)
      for (const next of waiting.splice(0)) next()
      await Promise.all([...instances].map(end))
    },
  }
}

function responseTooLarge(size: number): FunctionError {
  return new FunctionError({
    errorType: 'Function.ResponseSizeTooLarge',
    errorMessage: `Response payload size (${size} bytes) exceeded maximum allowed payload size (${largestPayload} bytes).`,
  })
}

async function within<T>(seconds: number, work: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const errorMessage = `${what} timed out after ${seconds.toFixed(2)} seconds`
      reject(new FunctionError({ errorType: 'Sandbox.Timedout', errorMessage }))
    }, seconds * 1000)
  })
  try {
    return await Promise.race([work, timeout])
  } finally {
    clearTimeout(timer)
  }
}
