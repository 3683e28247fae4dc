// Tests speak to this machine alone: a connection to any other address fails at once, with its name.
import net from 'node:net'

const loopback = /^(127(\.\d+){3}|::1|localhost|\[::1\])$/
const connect = net.Socket.prototype.connect

function targetHost(first: unknown, second: unknown): string | undefined {
  const options = Array.isArray(first) ? first[0] : first
  if (options !== null && typeof options === 'object') {
    const { path, host } = options as { path?: string; host?: string }
    return path ? undefined : (host ?? 'localhost')
  }
  if (typeof options === 'number') return typeof second === 'string' ? second : 'localhost'
  return undefined
}

net.Socket.prototype.connect = function guarded(this: net.Socket, ...args: unknown[]) {
  const host = targetHost(args[0], args[1])
  if (host !== undefined && !loopback.test(host)) {
    throw new Error(`Tests run with the network off, but something connects to ${host}`)
  }
  return connect.apply(this, args as Parameters<typeof connect>)
} as typeof connect
