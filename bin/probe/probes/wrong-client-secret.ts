import { brief, text } from '../answer.ts'
import type { Probe } from '../probe.ts'

export const wrongClientSecret: Probe = {
  id: 'wrong-client-secret',
  about: 'PingOne',
  asks: 'How is a client with a wrong secret refused?',
  expects: '401 `invalid_client`, with a correlation id in text and header.',
  otherwise: {
    means: 'A rotated secret is not recognized as such, and is kept for minutes.',
    change: 'The error is looked for where clients authenticate, `lambdas/mcp/exchange` and `lambdas/oauth`.',
  },
  async ask({ pingOne, playground, record }) {
    const { clientId } = await playground.service()
    const answer = await pingOne.post(
      'token',
      { grant_type: 'client_credentials' },
      { clientId, clientSecret: 'wrong' },
    )
    record('refusal', answer)
    const hasId =
      /Correlation ID/i.test(text(answer, 'error_description')) && answer.headers.has('correlation-id')
    return {
      asExpected: answer.status === 401 && text(answer, 'error') === 'invalid_client' && hasId,
      saw: `${brief(answer)}, ${hasId ? 'with' : 'without'} a correlation id in both places`,
    }
  },
}
