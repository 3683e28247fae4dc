import { brief, text } from '../answer.ts'
import type { Probe } from '../probe.ts'

export const resourceIndicator: Probe = {
  id: 'resource-indicator',
  about: 'PingOne',
  asks: 'What becomes of a `resource` (RFC 8707) that is no audience here, as hosts send the address of the MCP server?',
  expects: 'It is ignored at `/authorize` and `/token`: the scopes choose the audience.',
  otherwise: {
    means: 'ChatGPT and other hosts cannot sign anybody in.',
    change: 'The audience of the MCP server in `cdk.json` becomes its address, `https://…/mcp`.',
  },
  async ask({ pingOne, playground, record }) {
    const resource = 'https://mcp.example.com/mcp'
    const signedIn = await playground.signedIn({ resource })
    record('sign-in', signedIn)
    const client = await playground.service()
    const { scope } = await playground.hotelApi()
    const answer = await pingOne.post('token', { grant_type: 'client_credentials', scope, resource }, client)
    record('token', answer)
    return {
      asExpected: text(answer, 'access_token') !== '',
      saw: `sign-in: ${brief(signedIn)}; token: ${brief(answer)}`,
    }
  },
}
