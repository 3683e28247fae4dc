// One instance of a function: a worker thread that has nothing of this process but its memory limit.
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { FunctionError } from './function-error.ts'

type ErrorReport = { errorType: string; errorMessage: string; trace: string[] }

export type InvocationContext = {
  functionName: string
  functionVersion: string
  invokedFunctionArn: string
  memoryLimitInMB: string
  awsRequestId: string
  logGroupName: string
  logStreamName: string
  /** Milliseconds since the epoch. */
  deadline: number
}

export type ToInstance = { event: string; context: InvocationContext }

export type FromInstance =
  | { type: 'ready' }
  | { type: 'not ready'; error: ErrorReport }
  | { type: 'answer'; payload: string }
  | { type: 'failure'; error: ErrorReport }

export type Instance = {
  /** Settles when the handler is loaded or failed to load. */
  ready: Promise<void>
  /** The answer as JSON text. One at a time. */
  invoke(message: ToInstance): Promise<string>
  isAlive(): boolean
  end(): Promise<void>
}

const runtime = fileURLToPath(new URL('./runtime.ts', import.meta.url))

/**
 * Starts an instance. Everything that it prints goes to `write`.
 *
 * A crash rejects what is running with the error that Lambda reports for it; the instance is not alive after that.
 */
export function startInstance(options: {
  directory: string
  handler: string
  environment: Record<string, string>
  memoryMegabytes: number
  write(text: string): void
}): Instance {
  const worker = new Worker(runtime, {
    workerData: { directory: options.directory, handler: options.handler },
    env: options.environment,
    argv: [],
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: options.memoryMegabytes, maxYoungGenerationSizeMb: 8 },
  })
  worker.unref()
  worker.stdout.on('data', (chunk: Buffer) => options.write(chunk.toString()))
  worker.stderr.on('data', (chunk: Buffer) => options.write(chunk.toString()))

  let alive = true
  const ready = Promise.withResolvers<void>()
  ready.promise.catch(() => undefined)
  let running: PromiseWithResolvers<string> | undefined

  function die(error: FunctionError): void {
    alive = false
    ready.reject(error)
    running?.reject(error)
    running = undefined
  }

  worker.on('message', (message: FromInstance) => {
    switch (message.type) {
      case 'ready':
        return ready.resolve()
      case 'not ready':
        return die(new FunctionError(message.error))
      case 'answer':
        running?.resolve(message.payload)
        running = undefined
        return
      case 'failure':
        running?.reject(new FunctionError(message.error))
        running = undefined
    }
  })
  worker.on('error', (error: Error & { code?: string }) => {
    const isMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY'
    options.write(`${error.stack ?? error}\n`)
    die(
      new FunctionError({
        errorType: isMemory ? 'Runtime.OutOfMemory' : error.name,
        errorMessage: isMemory
          ? `The function used more than its ${options.memoryMegabytes} MB`
          : (error.message ?? String(error)),
        trace: (error.stack ?? '').split('\n'),
      }),
    )
  })
  worker.on('exit', (code) =>
    die(
      new FunctionError({
        errorType: 'Runtime.ExitError',
        errorMessage: `Error: Runtime exited with error: exit status ${code}`,
      }),
    ),
  )

  return {
    ready: ready.promise,
    invoke(message) {
      running = Promise.withResolvers<string>()
      worker.postMessage(message satisfies ToInstance)
      return running.promise
    },
    isAlive: () => alive,
    async end() {
      alive = false
      await worker.terminate()
    },
  }
}
