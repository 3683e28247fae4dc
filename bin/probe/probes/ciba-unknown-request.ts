import { randomUUID } from 'node:crypto'
import { brief, text } from '../answer.ts'
import type { Probe } from '../probe.ts'

export const cibaUnknownRequest: Probe = {
  id: 'ciba-unknown-request',
  about: 'PingOne',
  asks: 'How is a poll for an approval refused that PingOne does not know?',
  expects: '400 `invalid_grant`.',
  otherwise: {
    means: 'An approval whose answer was lost is polled for until the booking expires.',
    change: 'The table `kinds` in `lambdas/mcp/approval/ciba.ts`.',
  },
  async ask({ pingOne, playground, record }) {
    const client = await playground.client('ciba', { grantTypes: ['CIBA'] }, [await playground.hotelApi()])
    const answer = await pingOne.post(
      'token',
      { grant_type: 'urn:openid:params:grant-type:ciba', auth_req_id: randomUUID() },
      client,
    )
    record('refusal', answer)
    return {
      asExpected: answer.status === 400 && text(answer, 'error') === 'invalid_grant',
      saw: brief(answer),
    }
  },
}
