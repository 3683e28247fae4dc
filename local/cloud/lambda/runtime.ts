// Runs in a worker thread: the Node.js runtime of one function instance. It loads the handler of the function's own
// bundle and answers one event after the other, as AWS's runtime interface client does.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'
import type { FromInstance, InvocationContext, ToInstance } from './instance.ts'
import { writeLogsAsJson } from './json-console.ts'
import { reachAws } from './reach-aws.ts'

const { directory, handler: name } = workerData as { directory: string; handler: string }
const port = parentPort
if (port === null) throw new Error('This file runs in a worker thread')
const post = (message: FromInstance) => port.postMessage(message)

type Handler = (event: unknown, context: unknown) => unknown

async function load(): Promise<Handler> {
  const dot = name.lastIndexOf('.')
  const file = ['.mjs', '.js', '.cjs']
    .map((extension) => join(directory, name.slice(0, dot) + extension))
    .find((candidate) => existsSync(candidate))
  if (file === undefined) {
    throw named('Runtime.ImportModuleError', `Error: Cannot find module '${name.slice(0, dot)}'`)
  }
  const module = (await import(pathToFileURL(file).href)) as Record<string, unknown>
  const exported =
    module[name.slice(dot + 1)] ??
    (module.default as Record<string, unknown> | undefined)?.[name.slice(dot + 1)]
  if (typeof exported !== 'function') {
    throw named('Runtime.HandlerNotFound', `${name} is undefined or not exported`)
  }
  return exported as Handler
}

function named(type: string, message: string): Error {
  return Object.assign(new Error(message), { name: type })
}

/** The JSON that Lambda reports for what a handler threw. */
function report(error: unknown) {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] }
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') }
}

function contextOf({ deadline, ...context }: InvocationContext) {
  return {
    ...context,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  }
}

if (process.env.AWS_ENDPOINT_URL !== undefined) reachAws(process.env.AWS_ENDPOINT_URL)
let requestId: string | undefined
if (process.env.AWS_LAMBDA_LOG_FORMAT === 'JSON') writeLogsAsJson(() => requestId)

try {
  const handler = await load()
  port.on('message', async ({ event, context }: ToInstance) => {
    requestId = context.awsRequestId
    try {
      const answer = await handler(JSON.parse(event), contextOf(context))
      post({ type: 'answer', payload: JSON.stringify(answer) ?? 'null' })
    } catch (error) {
      post({ type: 'failure', error: report(error) })
    }
  })
  post({ type: 'ready' })
} catch (error) {
  post({ type: 'not ready', error: report(error) })
}
