import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'

/** A request as `fetch` would not send it: any target, repeated headers. The content is thrown away. */
export function sendRaw(
  url: string,
  options: { path: string; method?: string; headers?: OutgoingHttpHeaders },
): Promise<{ status: number; headers: IncomingHttpHeaders; length: number }> {
  const { protocol, hostname, port } = new URL(url)
  const send = protocol === 'https:' ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    const outgoing = send({ hostname, port, timeout: 20_000, ...options }, (incoming) => {
      let length = 0
      incoming.on('data', (chunk: Buffer) => {
        length += chunk.length
      })
      incoming.on('end', () =>
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, length }),
      )
      incoming.on('error', reject)
    })
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer in time')))
    outgoing.on('error', reject)
    outgoing.end()
  })
}
