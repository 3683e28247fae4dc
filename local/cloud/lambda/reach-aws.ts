// A function's custom resource answers go to a host of AWS by name, over TLS on port 443, whatever endpoint the SDK is
// told to use. As an endpoint in a private network would, this leads every host of AWS to the local cloud.
import http from 'node:http'
import https from 'node:https'

const awsHost = /(^|\.)amazonaws\.com(\.cn)?$/

type Listener = (response: http.IncomingMessage) => void

/** Leads `https.request` for hosts of AWS to the endpoint; the path then begins with the host's first label. */
export function reachAws(endpoint: string): void {
  const request = https.request
  const { hostname, port } = new URL(endpoint)
  https.request = ((...given: Parameters<typeof https.request>) => {
    const { options, listener } = callOf(given)
    const host = String(options.hostname ?? options.host ?? '')
    if (!awsHost.test(host)) return request(...given)
    const [bucket = ''] = host.split('.')
    const { agent: _agent, host: _host, protocol: _protocol, ...kept } = options
    return http.request({ ...kept, hostname, port, path: `/${bucket}${options.path ?? '/'}` }, listener)
  }) as typeof https.request
}

/** An address may come before the options, and replaces what they say of it. */
function callOf(given: readonly unknown[]): { options: https.RequestOptions; listener?: Listener } {
  const [first, ...rest] = given
  const isAddress = typeof first === 'string' || first instanceof URL
  const { hostname, pathname, search } = isAddress ? new URL(first) : {}
  const [options, listener] =
    isAddress && typeof rest[0] === 'object' ? rest : [isAddress ? {} : first, rest[0]]
  return {
    options: {
      ...(options as https.RequestOptions),
      ...(isAddress ? { hostname, path: `${pathname}${search}` } : {}),
    },
    ...(listener === undefined ? {} : { listener: listener as Listener }),
  }
}
