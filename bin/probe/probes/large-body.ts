import { readAnswer } from '../answer.ts'
import { hotelApiUrlOf } from '../mcp-call.ts'
import type { Probe } from '../probe.ts'

export const largeBody: Probe = {
  id: 'large-body',
  about: 'AWS',
  asks: 'How is a body of 7 MB refused, which the API takes and Lambda does not?',
  expects: '413.',
  otherwise: {
    means: 'It counts as a failure of the service, and alarms go off.',
    change: '`local/cloud/apigateway/http-api.ts`, and the alarms on 5xx.',
  },
  async ask({ deployed, pingOne, record }) {
    const answer = await readAnswer(
      await pingOne.fetch(`${hotelApiUrlOf(deployed)}/booking-quotes`, {
        method: 'POST',
        headers: { 'content-type': 'text/plain' },
        body: 'x'.repeat(7_000_000),
        signal: AbortSignal.timeout(60_000),
      }),
    )
    record('refusal', answer)
    return { asExpected: answer.status === 413, saw: String(answer.status) }
  },
}
