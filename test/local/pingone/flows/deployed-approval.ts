// MyHotels' approval flow on a local PingOne, brought there by MyHotels' own deployment, and a client that asks.
import { randomUUID } from 'node:crypto'
import { prepare } from '../../../../lambdas/identity/reconcile/prepare.ts'
import { type ApprovalAuthentication, defaultSettings } from '../../../../lambdas/identity/settings.ts'
import { startPingOne } from '../../../../local/pingone/start.ts'
import { type Mail, readMail } from '../../../journeys/answer-approval.ts'
import { addAnna, administrator, anna, pollCiba, startCiba } from '../configure-ciba.ts'
import { managementClientOf } from '../management-client-of.ts'

export type DeployedApproval = Awaited<ReturnType<typeof deployApproval>>

export async function deployApproval(
  authentication: ApprovalAuthentication,
  options: Parameters<typeof startPingOne>[0] = {},
) {
  /** Why flows died. */
  const died: string[] = []
  const pingOne = await startPingOne({ log: (line) => died.push(line), ...options })
  const { reconciler } = await prepare({
    client: managementClientOf(pingOne),
    settings: { ...defaultSettings, approval: { authentication } },
    issuer: pingOne.issuer,
    workerClientId: pingOne.worker.clientId,
    clock: Date.now,
  })
  await reconciler.apply()
  const call = await administrator(pingOne)
  const annasId = await addAnna(call)
  const applications = pingOne.environment.list('applications')
  const { id = '' } = applications.find(({ grantTypes }) => `${grantTypes}` === 'CIBA') ?? {}
  // A secret is all that a test of flows needs of the client.
  const application = pingOne.environment.get('applications', id)
  pingOne.environment.put('applications', {
    ...application,
    id,
    tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC',
  })
  const client = { clientId: id, clientSecret: pingOne.environment.secrets[id]?.secret ?? '' }

  return {
    pingOne,
    call,
    died,
    /** Asks for an approval; `mail` is what arrived of it. */
    async ask() {
      const transaction = randomUUID()
      const known = new Set((await readMail(pingOne.phoneUrl, anna.username)).map((each) => each.id))
      const { body } = await startCiba(pingOne, client, {
        login_hint: annasId,
        binding_message: '7FK3PQRS',
        transaction_id: transaction,
        hotel_id: 'la-ringhiera',
        hotel_name: 'La Ringhiera',
        city: 'Milan',
        check_in: '2027-03-01',
        check_out: '2027-03-04',
        nights: '3',
        amount: '375.00',
        currency: 'EUR',
      })
      const arrived = await readMail(pingOne.phoneUrl, anna.username)
      const mail: Mail | undefined = arrived.find((each) => !known.has(each.id))
      return { transaction, started: body, mail, poll: () => pollCiba(pingOne, client, body.auth_req_id) }
    },
    stop: () => pingOne.stop(),
  }
}
