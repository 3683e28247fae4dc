import { hotelApiUrlOf } from '../mcp-call.ts'
import type { Probe } from '../probe.ts'
import { sendRaw } from '../send-raw.ts'

export const repeatedHeader: Probe = {
  id: 'repeated-header',
  about: 'AWS',
  asks: 'What becomes of a header that is sent twice?',
  expects: 'Its values are joined by a comma, so that two are never taken for one.',
  otherwise: {
    means: 'Of two `Authorization` headers one would be dropped before the function sees it.',
    change:
      '`local/cloud/apigateway/event.ts`; what a header says is judged in `lambdas/http/lambda-http.ts`.',
  },
  async ask({ deployed }) {
    const answer = await sendRaw(`${hotelApiUrlOf(deployed)}/openapi.json`, {
      path: '/openapi.json',
      headers: { 'x-correlation-id': ['probe-one', 'probe-two'] },
    })
    // An id of a wrong form is replaced by a new one; one of the two would come back.
    const back = String(answer.headers['x-correlation-id'] ?? '')
    const isJoined = back !== '' && !back.startsWith('probe-')
    return {
      asExpected: answer.status === 200 && isJoined,
      saw: isJoined ? 'joined' : back === '' ? `status ${answer.status}` : `only ${back} arrives`,
    }
  },
}
