// The hosted sign-on for programs: the flow that `/as/authorize` redirects to, as JSON. A client checks a password
// there and goes on at `/as/resume` (developer.pingidentity.com, workflow library, "PKCE authorization code flow").
import type { IncomingMessage, ServerResponse } from 'node:http'
import type Provider from 'oidc-provider'
import type { Interaction } from 'oidc-provider'
import * as z from 'zod'
import type { Clock } from '../../../lambdas/clock.ts'
import type { PingOneEnvironment } from '../environment.ts'
import { ApiError, notFound, toErrorResponse } from '../management/api-error.ts'
import { authenticationPolicy } from './authentication-policy.ts'
import { findApplication } from './client-metadata.ts'
import { verifyPassword } from './verify-password.ts'

export type FlowRequest = { message: IncomingMessage; response: ServerResponse; flowId: string }
type Services = { environment: PingOneEnvironment; provider: Provider; authUrl: string; clock: Clock }

export const passwordCheck = 'application/vnd.pingidentity.usernamePassword.check+json'

const credentials = z.object({ username: z.string(), password: z.string() })

/** `GET /{env}/flows/{flowId}`: what is asked for. */
export async function readFlow(request: FlowRequest, services: Services): Promise<Response> {
  const interaction = await findInteraction(request, services.provider)
  if (interaction === undefined) return toErrorResponse(notFound())
  const isDone = interaction.result?.login !== undefined
  return describe(request.flowId, isDone ? 'COMPLETED' : 'USERNAME_PASSWORD_REQUIRED', services)
}

/** `POST /{env}/flows/{flowId}` with a user name and a password. */
export async function checkPassword(
  request: FlowRequest & { body: string },
  services: Services,
): Promise<Response> {
  const { environment, provider } = services
  const interaction = await findInteraction(request, provider)
  const application = interaction && findApplication(environment, interaction.params.client_id ?? '')
  if (application === undefined) return toErrorResponse(notFound())
  const given = credentials.safeParse(parseJson(request.body))
  const username = given.data?.username.trim().toLowerCase()
  const person = environment.list('users').find((each) => String(each.username).toLowerCase() === username)
  const check = verifyPassword(services, person, given.data?.password ?? '')
  if (check !== 'right' || person === undefined) {
    return toErrorResponse(
      new ApiError(400, 'INVALID_DATA', 'Validation Error : [password - Invalid username and/or password]', [
        { code: 'INVALID_VALUE', target: 'password', message: 'Invalid username and/or password' },
      ]),
    )
  }
  await provider.interactionResult(
    request.message,
    request.response,
    { login: { accountId: person.id, acr: authenticationPolicy(environment, application), amr: ['pwd'] } },
    { mergeWithLastSubmission: false },
  )
  return describe(request.flowId, 'COMPLETED', services)
}

/** `GET /{env}/as/resume`: the browser goes back to where it came from. */
export async function resumeFlow(request: FlowRequest, services: Services): Promise<Response> {
  const interaction = await findInteraction(request, services.provider)
  if (interaction === undefined) return toErrorResponse(notFound())
  return new Response(null, { status: 302, headers: { location: interaction.returnTo } })
}

async function findInteraction(
  { message, response, flowId }: FlowRequest,
  provider: Provider,
): Promise<Interaction | undefined> {
  try {
    const found = await provider.interactionDetails(message, response)
    return found.uid === flowId ? found : undefined
  } catch {
    return undefined
  }
}

function describe(flowId: string, status: string, { environment, authUrl }: Services): Response {
  const self = `${authUrl}/${environment.id}/flows/${flowId}`
  return Response.json(
    {
      _links: {
        self: { href: self },
        ...(status === 'COMPLETED' ? {} : { 'usernamePassword.check': { href: self } }),
      },
      id: flowId,
      environment: { id: environment.id },
      resumeUrl: `${authUrl}/${environment.id}/as/resume?flowId=${flowId}`,
      status,
    },
    { headers: { 'content-type': 'application/hal+json', 'cache-control': 'no-store' } },
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
