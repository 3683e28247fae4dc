// The clients at PingOne, for whoever holds what each of them proves itself with.
import type { ClientRole } from '../../../lambdas/identity/desired-state/applications.ts'
import { basicCredentials } from '../../../lambdas/oauth/basic-credentials.ts'
import { createClientKey } from '../../../lambdas/oauth/client-key.ts'
import { createOAuthClient } from '../../../lambdas/oauth/oauth-client.ts'
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

/** The functions that sign, and a part of the name of the role of each. */
export const signingFunctions = {
  server: 'McpServerRole',
  task: 'AdvanceApprovalRole',
  hotelApi: 'HotelApiRole',
} as const
export type SigningFunction = keyof typeof signingFunctions

/** Whose key each client is proved with. */
const signerOf: Record<Exclude<ClientRole, 'connector'>, SigningFunction> = {
  exchange: 'server',
  approval: 'server',
  workflow: 'task',
  decision: 'server',
  hotelApiDecision: 'hotelApi',
}

export type Clients = ReturnType<typeof createClients>

export function createClients({ pingOne, cloud }: MyHotels) {
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
    return role === 'connector'
      ? postWithSecret(role, path, form)
      : postSigned(role, path, form, signerOf[role])
  }

  async function postWithSecret(
    role: ClientRole,
    path: string,
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

  /** The same with what a function's role signs, in the name of whichever client. */
  async function postSigned(
    role: ClientRole,
    path: string,
    form: Record<string, string>,
    signer: SigningFunction,
  ): Promise<Answer> {
    const known = assertionsOf.get(`${role} ${signer}`) ?? clientOf(role, signer)
    assertionsOf.set(`${role} ${signer}`, known)
    const response = await fetch(`${issuer}/${path}`, {
      method: 'POST',
      body: new URLSearchParams({
        ...form,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: (await known.assert()).assertion,
      }),
    })
    return readAnswer('pingOne', response)
  }

  const assertionsOf = new Map<string, ReturnType<typeof clientOf>>()

  function clientOf(role: ClientRole, signer: SigningFunction) {
    const { accessKeyId, secretAccessKey, sessionToken } = cloud.credentialsOf(signingFunctions[signer])
    return createOAuthClient({
      clientId: clientId(role),
      issuer,
      clock: Date.now,
      key: createClientKey({
        arn: keyOf(signer),
        fetch,
        clock: Date.now,
        variables: {
          AWS_ACCESS_KEY_ID: accessKeyId,
          AWS_SECRET_ACCESS_KEY: secretAccessKey,
          AWS_SESSION_TOKEN: sessionToken,
          AWS_ENDPOINT_URL_KMS: cloud.awsEndpoint,
        },
      }),
    })
  }

  /** The ARN of the key that a function signs with. */
  function keyOf(signer: SigningFunction): string {
    const { name = '' } =
      cloud.functions.find(({ path }) => path.endsWith(signingFunctions[signer].replace(/Role$/, ''))) ?? {}
    return cloud.environments()[name]?.CLIENT_KEY_ARN ?? ''
  }

  const accessToken = 'urn:ietf:params:oauth:token-type:access_token'

  return {
    clientId,
    keyOf,
    post,
    postSigned,
    postWithSecret,
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
