// A function's custom resource answers go to a host of AWS by name, over TLS on port 443, whatever endpoint the SDK is
// told to use. As an endpoint in a private network would, this leads every host of AWS to the local cloud.
import http from 'node:http'
import https from 'node:https'

const awsHost = /(^|\.)amazonaws\.com(\.cn)?$/

/** Leads `https.request` for hosts of AWS to the endpoint; the path then begins with the host's first label. */
export function reachAws(endpoint: string): void {
  const request = https.request
  const { hostname, port } = new URL(endpoint)
  https.request = ((...given: Parameters<typeof https.request>) => {
    const [target, ...rest] = given
    const options: https.RequestOptions =
      typeof target === 'string' || target instanceof URL ? urlOptions(target) : target
    const host = String(options.hostname ?? options.host ?? '')
    if (!awsHost.test(host)) return request(...given)
    const [bucket = ''] = host.split('.')
    const { agent: _agent, host: _host, protocol: _protocol, ...kept } = options
    const redirected = { ...kept, hostname, port, path: `/${bucket}${options.path ?? '/'}` }
    return http.request(redirected, ...(rest as [(response: http.IncomingMessage) => void]))
  }) as typeof https.request
}

function urlOptions(target: string | URL): https.RequestOptions {
  const { hostname, pathname, search } = new URL(target)
  return { hostname, path: `${pathname}${search}` }
}
