import type { Probe } from '../probe.ts'

export const openidGrant: Probe = {
  id: 'openid-grant',
  about: 'PingOne',
  asks: 'Does a new application have grants that nobody gave it?',
  expects: 'None: the approval client is granted `openid` by the deployment.',
  otherwise: {
    means: 'A deployment finds a grant that it did not make, and takes it away or keeps it without need.',
    change: 'The grants stand in `lambdas/identity/desired-state/applications.ts`.',
  },
  async ask({ pingOne, playground }) {
    const { clientId } = await playground.client('grants', { grantTypes: ['CIBA'] })
    const grants = await pingOne.management.list(`applications/${clientId}/grants`, 'grants', {
      isFresh: true,
    })
    return {
      asExpected: grants.length === 0,
      saw: grants.length === 0 ? 'no grants' : `${grants.length} grants`,
    }
  },
}
