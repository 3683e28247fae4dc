import { brief, text } from '../answer.ts'
import type { Probe } from '../probe.ts'

export const refreshGrace: Probe = {
  id: 'refresh-grace',
  about: 'PingOne',
  asks: 'Can a refresh token be used twice within the grace period, as hosts do that refresh in parallel?',
  expects: 'Yes, with `refreshTokenRollingGracePeriodDuration`; each answer has a new refresh token.',
  otherwise: {
    means: 'Hosts that refresh in parallel sign people out now and then.',
    change: 'Leave rotation to such hosts, or give them a client of their own in `cdk.json`.',
  },
  async ask({ pingOne, playground, record }) {
    const connector = await playground.connector()
    const first = text(await playground.signedIn(), 'refresh_token')
    if (first === '') return { asExpected: false, saw: 'no refresh token without `offline_access`' }
    const refresh = () =>
      pingOne.post('token', { grant_type: 'refresh_token', refresh_token: first }, connector)
    const [once, again] = [await refresh(), await refresh()]
    record('first use', once)
    record('second use', again)
    const rotates = text(once, 'refresh_token') !== '' && text(once, 'refresh_token') !== first
    return {
      asExpected: once.status === 200 && again.status === 200 && rotates,
      saw: `first ${brief(once)}, ${rotates ? 'a new refresh token' : 'the same refresh token'}, second ${brief(again)}`,
    }
  },
}
