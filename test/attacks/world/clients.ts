// The clients at PingOne, for whoever holds what each of them proves itself with.
import type { ClientRole } from '../../../lambdas/identity/desired-state/applications.ts'
import { basicCredentials } from '../../../lambdas/oauth/basic-credentials.ts'
import type { MyHotels } from '../../../local/run.ts'
import { type Answer, readAnswer } from './answer.ts'

const names: Record<ClientRole, string> = {
  connector: 'MyHotels ChatGPT',
  exchange: 'MyHotels Token Exchange',
  approval: 'MyHotels Booking Approval',
  workflow: 'MyHotels Approval Workflow',
  decision: 'MyHotels Decision Caller',
  hotelApiDecision: 'MyHotels Hotel API Decision Caller',
}

export type Clients = ReturnType<typeof createClients>

export function createClients({ pingOne }: MyHotels) {
  const { environment, issuer } = pingOne

  function clientId(role: ClientRole): string {
    const application = environment.list('applications').find(({ name }) => name === names[role])
    if (application === undefined) throw new Error(`There is no client "${names[role]}"`)
    return application.id
  }

  /** Sends a form to an endpoint of the authorization server as the client. */
  async function post(
    role: ClientRole,
    path: 'token' | 'bc-authorize' | 'introspect' | 'revoke' | 'cibaAuthorization' | 'par',
    form: Record<string, string>,
  ): Promise<Answer> {
    const id = clientId(role)
    const clientSecret = environment.secrets[id]?.secret ?? ''
    const response = await fetch(`${issuer}/${path}`, {
      method: 'POST',
      headers: { authorization: basicCredentials({ clientId: id, clientSecret }) },
      body: new URLSearchParams(form),
    })
    return readAnswer('pingOne', response)
  }

  const accessToken = 'urn:ietf:params:oauth:token-type:access_token'

  return {
    clientId,
    post,
    exchange: (
      token: string,
      scope: string,
      as: ClientRole = 'exchange',
      more: Record<string, string> = {},
    ) =>
      post(as, 'token', {
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token: token,
        subject_token_type: accessToken,
        requested_token_type: accessToken,
        scope,
        ...more,
      }),
    ownToken: (as: ClientRole, scope?: string) =>
      post(as, 'token', { grant_type: 'client_credentials', ...(scope === undefined ? {} : { scope }) }),
    startCiba: (form: Record<string, string>, as: ClientRole = 'approval') =>
      post(as, 'cibaAuthorization', form),
    pollCiba: (authReqId: string, as: ClientRole = 'approval') =>
      post(as, 'token', { grant_type: 'urn:openid:params:grant-type:ciba', auth_req_id: authReqId }),
  }
}
