// Stands between the CDK CLI and the local cloud and notes what passes: what the CLI really asks for, and what it hears.
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseQuery } from '../../local/cloud/aws/query-protocol.ts'

/** One call as it was sent; `input` holds the members of a form or a JSON document, or the query. */
export type Call = {
  service: string
  operation: string
  input: Record<string, unknown>
  status: number
  answer: string
}

export type Wire = {
  url: string
  calls: Call[]
  /** Hears every answered call. */
  onCall: ((call: Call) => void) | undefined
  stop(): Promise<void>
}

/**
 * Passes calls on. A stack that is being worked on is described when it is done, or after `patience`: the CLI asks
 * for it every five seconds, and would so wait for nothing most of the time.
 */
export async function startWire(target: string, patience = 30_000): Promise<Wire> {
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = []
    const until = performance.now() + patience
    const ask = (body: Buffer) => {
      const { method, headers, url = '/' } = incoming
      const onward = request(`${target}${url}`, { method, headers }, (response) => {
        const answer: Buffer[] = []
        response.on('data', (chunk) => answer.push(chunk))
        response.on('end', () => {
          const whole = Buffer.concat(answer)
          const call = {
            ...describe(String(method), url, headers, body),
            status: response.statusCode ?? 0,
            answer: whole.toString(),
          }
          if (isUnderWay(call) && performance.now() < until && !outgoing.destroyed) {
            setTimeout(ask, 50, body)
            return
          }
          wire.calls.push(call)
          outgoing.writeHead(call.status, response.headers).end(whole)
          wire.onCall?.(call)
        })
      })
      onward.on('error', () => outgoing.destroy())
      onward.end(body)
    }
    incoming.on('data', (chunk) => chunks.push(chunk))
    incoming.on('end', () => ask(Buffer.concat(chunks)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const wire: Wire = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: [],
    onCall: undefined,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return wire
}

const isUnderWay = ({ operation, answer }: Call) =>
  operation === 'DescribeStacks' && /<StackStatus>(?!REVIEW)\w+_IN_PROGRESS</.test(answer)

function describe(method: string, url: string, headers: Record<string, unknown>, body: Buffer) {
  const [, service = 'unsigned'] = /\/([\w-]+)\/aws4_request/.exec(String(headers.authorization)) ?? []
  const target = headers['x-amz-target']
  if (target !== undefined) {
    const operation = String(target).split('.').at(-1) ?? ''
    return { service, operation, input: JSON.parse(body.toString() || '{}') }
  }
  if (service === 's3') {
    const query = Object.fromEntries(new URLSearchParams(url.split('?')[1]))
    return { service, operation: s3Operation(method, url), input: query }
  }
  const { operation, input } = parseQuery(body.toString())
  return { service, operation, input }
}

function s3Operation(method: string, url: string): string {
  const [path = '', search = ''] = url.split('?')
  const query = new URLSearchParams(search)
  const isObject = path.split('/').filter(Boolean).length > 1
  if (isObject) return `${method === 'PUT' ? 'Put' : 'Get'}Object`
  if (query.has('location')) return 'GetBucketLocation'
  return query.has('encryption') ? 'GetBucketEncryption' : 'ListObjectsV2'
}

/** `sts AssumeRole ×9, s3 PutObject ×3` in the order in which they came first. */
export function summaryOf(calls: readonly Call[]): string {
  const counts = new Map<string, number>()
  for (const { service, operation } of calls) {
    const key = `${service} ${operation}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return [...counts].map(([key, count]) => (count > 1 ? `${key} ×${count}` : key)).join(', ')
}
