import { brief, text } from '../answer.ts'
import { exchange } from '../exchange.ts'
import type { Probe } from '../probe.ts'

export const exchangeWidens: Probe = {
  id: 'exchange-widens',
  about: 'PingOne',
  asks: 'Can a token be exchanged for a scope that it does not carry itself?',
  expects:
    'Yes: what counts are the grants of the client that exchanges. So the hotel API demands the scope in `subject_scope` as well.',
  otherwise: {
    means:
      'PingOne carries the scope of the subject token over: the hotel API’s scopes must then be named as the MCP server’s, and `subject_scope` is not needed.',
    change: 'Scopes stand in `cdk.json`, the exchange in `lambdas/mcp/exchange`.',
  },
  async ask(tools) {
    const { playground, record } = tools
    const answer = await exchange(tools, text(await playground.signedIn(), 'access_token'))
    record('answer', answer)
    const { scope } = await playground.hotelApi()
    const granted = text(answer, 'scope').split(' ').includes(scope)
    return {
      asExpected: answer.status === 200 && granted,
      saw: granted ? 'yes, the scope is granted' : brief(answer),
    }
  },
}
