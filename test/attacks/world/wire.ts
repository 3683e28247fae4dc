// Everything that is said over HTTP to the servers of this process, heard without standing in the way.
import diagnostics from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'

/** One request and its answer; bodies as text. */
export type Exchange = {
  port: number
  method: string
  path: string
  /** The value of the Authorization header. */
  credential: string | undefined
  asked: string
  status: number
  /** Where a redirect leads. */
  location: string | undefined
  answered: string
}

const channel = 'http.server.request.start'

/** Keeps every exchange from now on, until it is stopped. */
export function listenIn(): { exchanges: Exchange[]; stop(): void } {
  const exchanges: Exchange[] = []

  function hear(message: unknown): void {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse }
    const asked: Buffer[] = []
    const answered: Buffer[] = []
    const keep = (into: Buffer[], chunk: unknown) => {
      if (typeof chunk === 'string') into.push(Buffer.from(chunk))
      else if (chunk instanceof Uint8Array) into.push(Buffer.from(chunk))
    }
    const { push } = request
    request.push = (chunk, encoding) => {
      keep(asked, chunk)
      return push.call(request, chunk, encoding)
    }
    const write = response.write.bind(response) as (...args: unknown[]) => boolean
    response.write = ((...args: unknown[]) => {
      keep(answered, args[0])
      return write(...args)
    }) as typeof response.write
    const end = response.end.bind(response) as (...args: unknown[]) => ServerResponse
    response.end = ((...args: unknown[]) => {
      keep(answered, args[0])
      exchanges.push({
        port: request.socket.localPort ?? 0,
        method: request.method ?? '',
        path: request.url ?? '',
        credential: request.headers.authorization,
        asked: Buffer.concat(asked).toString(),
        status: response.statusCode,
        location: response.getHeader('location')?.toString(),
        answered: Buffer.concat(answered).toString(),
      })
      return end(...args)
    }) as typeof response.end
  }

  diagnostics.subscribe(channel, hear)
  return { exchanges, stop: () => diagnostics.unsubscribe(channel, hear) }
}
