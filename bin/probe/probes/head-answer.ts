import { hotelApiUrlOf } from '../mcp-call.ts'
import type { Probe } from '../probe.ts'
import { sendRaw } from '../send-raw.ts'

export const headAnswer: Probe = {
  id: 'head-answer',
  about: 'AWS',
  asks: 'Does HEAD reach the function, and come back without content?',
  expects: '200 without content.',
  otherwise: {
    means: 'Monitors that ask with HEAD see a service that is down.',
    change: '`lambdas/hotel-api/http/find-route.ts`.',
  },
  async ask({ deployed }) {
    const { status, length } = await sendRaw(`${hotelApiUrlOf(deployed)}/openapi.json`, {
      method: 'HEAD',
      path: '/openapi.json',
    })
    return { asExpected: status === 200 && length === 0, saw: `${status}, ${length} bytes` }
  },
}
