// RFC 9728: tells a client which authorization server to use. Clients look under the path form first, then at
// the root (section 3.1); some know only one, so both are served.

const mcpPath = '/mcp'
/** People and clients add a slash; a redirect would lose the bearer token. */
const mcpPaths = [mcpPath, `${mcpPath}/`]
const wellKnown = '/.well-known/oauth-protected-resource'
/** The endpoint that each document describes. */
const endpointOf = new Map([
  [wellKnown, mcpPath],
  ...mcpPaths.map((path) => [wellKnown + path, path] as const),
])

export const isMcpPath = (pathname: string): boolean => mcpPaths.includes(pathname)

/** The document about the endpoint as this client spells it: the two must name the same resource (section 3.3). */
export function resourceMetadataUrl(requestUrl: string): string {
  const { origin, pathname } = new URL(requestUrl)
  return `${origin}${wellKnown}${isMcpPath(pathname) ? pathname : mcpPath}`
}

/** Answers requests for the metadata documents; nothing for any other path. */
export function answerMetadata(
  request: Request,
  settings: { issuer: string; scopesSupported: readonly string[] },
): Response | undefined {
  const url = new URL(request.url)
  const endpoint = endpointOf.get(url.pathname)
  if (endpoint === undefined) return undefined
  // A public document: any page may read it.
  const sharing = { 'access-control-allow-origin': '*' }
  if (request.method === 'OPTIONS') {
    return new Response(null, {
      status: 204,
      headers: {
        ...sharing,
        'access-control-allow-methods': 'GET',
        'access-control-allow-headers': 'mcp-protocol-version',
      },
    })
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return new Response(null, { status: 405, headers: { allow: 'GET, HEAD, OPTIONS' } })
  }
  const document = {
    resource: `${url.origin}${endpoint}`,
    resource_name: 'MyHotels',
    authorization_servers: [settings.issuer],
    // What ordinary use needs, so that one consent covers it. No `openid`: PingOne refuses it together with a
    // `resource` parameter. No `offline_access`: that is the client's to ask for.
    scopes_supported: settings.scopesSupported,
    bearer_methods_supported: ['header'],
  }
  return new Response(request.method === 'HEAD' ? null : JSON.stringify(document), {
    headers: { ...sharing, 'content-type': 'application/json', 'cache-control': 'public, max-age=300' },
  })
}
