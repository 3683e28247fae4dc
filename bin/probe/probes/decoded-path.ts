import { mcpUrlOf } from '../mcp-call.ts'
import type { Probe } from '../probe.ts'

export const decodedPath: Probe = {
  id: 'decoded-path',
  about: 'AWS',
  asks: 'Does an HTTP API hand the path over percent-decoded?',
  expects: 'Yes: an encoded slash is a slash, and an encoded question mark ends the path.',
  otherwise: {
    means:
      'Paths with encoded characters are answered differently on the laptop. Nobody’s client sends such.',
    change: '`encodePath` in `lambdas/http/lambda-http.ts`, and `local/cloud/apigateway/read-target.ts`.',
  },
  async ask({ deployed, pingOne }) {
    const at = async (path: string) => {
      const response = await pingOne.fetch(new URL(path, mcpUrlOf(deployed)))
      await response.body?.cancel()
      return response.status
    }
    const slash = await at('/.well-known%2Foauth-protected-resource')
    const question = await at('/.well-known/oauth-protected-resource%3Fx')
    return {
      asExpected: slash === 200 && question === 200,
      saw: `with %2F ${slash}, with %3F ${question}`,
    }
  },
}
