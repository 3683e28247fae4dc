import { type Check, refusalOf } from './check.ts'

const subject = 'Policies'

/** The Admin APIs of PingOne Authorize are in Early Access: a tenant answers 403 until they are switched on. */
export const checkPolicyEditor: Check = async ({ client }) => {
  const status = await refusalOf(client.get('authorizationAttributes?limit=1'))
  if (status === undefined) return { subject, level: 'ok', sentence: 'can be written through the API' }
  return {
    subject,
    level: 'limited',
    sentence: `PingOne Authorize refuses its Admin API (status ${status}), so the Trust Framework and the policies cannot be written.`,
    stillWorks:
      'Everything but decisions: clients, resources and the decision endpoint are set up. Until policies are imported every tool call is denied.',
    toDo: 'Ask Ping for the Early Access feature "PingOne Authorize Admin APIs" and run again; or import the snapshot file in the console and finish by hand, as docs/pingone.md tells.',
    refuses: 'authorizeEditor',
    snapshotHelps: true,
  }
}
