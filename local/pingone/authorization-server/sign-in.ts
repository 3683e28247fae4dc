// The hosted sign-on: shows the page, checks the password, and sends the browser back to where it came from.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type Provider from 'oidc-provider'
import type { Interaction } from 'oidc-provider'
import type { Clock } from '../../../lambdas/clock.ts'
import type { PingOneEnvironment, Stored } from '../environment.ts'
import { messagePage } from '../pages/message-page.ts'
import { signInPage } from '../pages/sign-in-page.ts'
import { authenticationPolicy } from './authentication-policy.ts'
import { findApplication } from './client-metadata.ts'
import { verifyPassword } from './verify-password.ts'

const wrong =
  'That username and password do not belong together. Check both and try again; the terminal that started MyHotels shows them.'
const locked = 'Too many wrong passwords. Wait for 15 minutes, then try again.'

/**
 * Answers GET (the page) and POST (the form) of one sign-in.
 *
 * @returns a page to send, or `undefined` when the browser has been sent on
 */
export async function signIn(
  exchange: {
    request: IncomingMessage
    response: ServerResponse
    flowId: string | null
    form?: URLSearchParams
  },
  services: { environment: PingOneEnvironment; clock: Clock; provider: Provider },
): Promise<Response | undefined> {
  const { environment, provider } = services
  const { request, response, form } = exchange
  const interaction = await findInteraction()
  const application = interaction && findApplication(environment, interaction.params.client_id ?? '')
  if (interaction === undefined || application === undefined) {
    return messagePage({
      title: 'This sign-in has ended',
      message:
        'It was finished, replaced by a newer one, or took too long. Go back to the app and start again.',
      status: 400,
    })
  }
  if (form === undefined) return showPage(interaction, application)
  if (form.get('action') === 'cancel') {
    await provider.interactionFinished(request, response, {
      error: 'access_denied',
      error_description: 'The person cancelled the sign-in',
    })
    return undefined
  }
  const username = form.get('username')?.trim() ?? ''
  const user = environment
    .list('users')
    .find((each) => String(each.username).toLowerCase() === username.toLowerCase())
  const check = verifyPassword(services, user, form.get('password') ?? '')
  if (check !== 'right' || user === undefined)
    return showPage(interaction, application, username, check === 'locked' ? locked : wrong)
  await provider.interactionFinished(
    request,
    response,
    { login: { accountId: user.id, acr: authenticationPolicy(environment, application), amr: ['pwd'] } },
    { mergeWithLastSubmission: false },
  )
  return undefined

  async function findInteraction(): Promise<Interaction | undefined> {
    try {
      const found = await provider.interactionDetails(request, response)
      return found.uid === exchange.flowId ? found : undefined
    } catch {
      return undefined
    }
  }

  function showPage(
    found: Interaction,
    app: Stored,
    name = found.params.login_hint,
    problem?: string,
  ): Response {
    return signInPage({
      application: String(app.name),
      permissions: describeScopes(environment, found.params.scope ?? ''),
      redirectHost: new URL(found.params.redirect_uri ?? 'about:blank').host,
      flowId: found.uid,
      ...(name === undefined ? {} : { username: name }),
      ...(problem === undefined ? {} : { problem }),
    })
  }
}

const oidcScopes: Record<string, string> = {
  openid: 'know who you are',
  profile: 'see your name',
  email: 'see your email address',
  address: 'see your address',
  phone: 'see your phone number',
  offline_access: 'stay signed in while you are away',
}

/** The scopes in words: PingOne's own description of a custom scope, or its name. */
function describeScopes(environment: PingOneEnvironment, scope: string): string[] {
  const custom = environment.list('resources').flatMap(({ id }) => environment.children('scopes', id))
  return scope
    .split(' ')
    .filter(Boolean)
    .map((name) => {
      const known = oidcScopes[name]
      if (known !== undefined) return known
      const description = custom.find((each) => each.name === name)?.description
      return typeof description === 'string' && description !== '' ? description : name
    })
}
