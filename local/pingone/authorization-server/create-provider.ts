// oidc-provider configured to PingOne's habits.
import Provider, {
  type ActionContext,
  type Artifact,
  type Client,
  errors,
  interactionPolicy,
} from 'oidc-provider'
import type { Clock } from '../../../lambdas/clock.ts'
import type { PingOneEnvironment, Stored } from '../environment.ts'
import { accessTokenClaims, groupsOf, type SignIn } from './access-token-claims.ts'
import type { Approvals } from './approvals.ts'
import { createArtifactAdapter } from './artifact-adapter.ts'
import type { ArtifactStore } from './artifact-store.ts'
import { equalInConstantTime } from './authenticate-caller.ts'
import { authenticationPolicy } from './authentication-policy.ts'
import { findCibaFlow } from './ciba-flow.ts'
import { acceptedSecrets, findApplication, strings, tokenExchangeGrant } from './client-metadata.ts'
import { createTokenExchange, type Exchange, exchangeParameters } from './exchange-token.ts'
import type { ReadIssuedToken } from './read-issued-token.ts'
import {
  describeResource,
  findResource,
  grantedScopes,
  idOf,
  noScopeGranted,
  selectResource,
} from './select-resource.ts'
import type { SigningKeys } from './signing-keys.ts'
import { standardClaims } from './user-info.ts'

const month = 30 * 86_400

/** The person of a CIBA request until its flow has said who it is. No user has this id. */
const whoTheFlowFinds = 'whoever the flow finds'
const credentialParameters = new Set([
  'client_id',
  'client_secret',
  'client_assertion',
  'client_assertion_type',
])

export type ProviderServices = {
  environment: PingOneEnvironment
  store: ArtifactStore
  clock: Clock
  keys: SigningKeys
  approvals: Approvals
  readIssuedToken: ReadIssuedToken
  managementAudience: string
  cibaExpiresIn: number
  /** Where the browser goes to sign in. */
  signInUrl: string
  requestedResources(ctx: ActionContext): readonly string[]
  renderError(ctx: ActionContext, error: { error: string; error_description?: string }): void
}

export function createProvider(issuer: string, services: ProviderServices): Provider {
  const { environment, clock, approvals } = services
  const exchanges = new WeakMap<object, Exchange>()

  const application = (clientId: string): Stored => {
    const found = findApplication(environment, clientId)
    if (found === undefined) throw new errors.CustomOIDCProviderError('invalid_client', 'No such application')
    return found
  }
  const activeUser = (id: string | undefined): Stored | undefined => {
    const user = environment.get('users', id ?? '')
    return user?.enabled === false ? undefined : user
  }

  const provider: Provider = new Provider(issuer, {
    adapter: createArtifactAdapter({ environment, store: services.store, clock }),
    jwks: services.keys.jwks,
    cookies: {
      keys: services.keys.cookieKeys,
      names: { session: 'pingone_session', interaction: 'pingone_flow', resume: 'pingone_resume' },
    },
    routes: {
      authorization: '/authorize',
      token: '/token',
      jwks: '/jwks',
      pushed_authorization_request: '/par',
      backchannel_authentication: '/cibaAuthorization',
      end_session: '/unused-signoff',
    },
    scopes: ['openid', 'offline_access', 'profile', 'email', 'address', 'phone'],
    claims: {
      openid: ['sub', 'acr', 'amr', 'auth_time'],
      profile: ['preferred_username', 'given_name', 'family_name'],
      email: ['email'],
      acr: null,
      auth_time: null,
      iss: null,
      sid: null,
    },
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'none'],
    responseTypes: ['code'],
    allowOmittingSingleRegisteredRedirectUri: false,
    clockTolerance: 0,
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      clientCredentials: { enabled: true },
      pushedAuthorizationRequests: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: (ctx: ActionContext, client: Client) => chooseResource(ctx, client),
        useGrantedResource: () => true,
        getResourceServerInfo: (_ctx: ActionContext, identifier: string, client: Client) =>
          describeResource(
            environment,
            identifier,
            application(client.clientId),
            services.managementAudience,
          ),
      },
      ciba: {
        enabled: true,
        deliveryModes: ['poll'],
        validateRequestContext: requireCibaFlow,
        validateBindingMessage: refuseUnreadableMessage,
        processLoginHint: () => whoTheFlowFinds,
        processLoginHintToken() {
          throw new errors.InvalidRequest('login_hint_token is not supported by the local PingOne')
        },
        verifyUserCode: () => {},
        triggerAuthenticationDevice: runFlow,
      },
    },
    findAccount(_ctx: ActionContext, id: string) {
      if (id === whoTheFlowFinds) return { accountId: id, claims: () => ({ sub: id }) }
      const user = activeUser(id)
      return (
        user && {
          accountId: user.id,
          claims: (_use: string, scope: string) => ({
            sub: user.id,
            ...standardClaims(user, scope.split(' ')),
          }),
        }
      )
    },
    interactions: {
      policy: signInPolicy(),
      url: (_ctx: ActionContext, interaction: { uid: string }) =>
        `${services.signInUrl}?flowId=${interaction.uid}`,
    },
    loadExistingGrant: grantRequested,
    pkce: {
      required: (_ctx: ActionContext, client: Client) =>
        ['REQUIRED', 'S256_REQUIRED'].includes(String(application(client.clientId).pkceEnforcement)),
    },
    issueRefreshToken: (
      _ctx: ActionContext,
      client: Client,
      source: { scopes: Set<string>; kind?: string },
    ) => {
      const app = application(client.clientId)
      if (!strings(app.grantTypes).includes('REFRESH_TOKEN')) return false
      const isCiba = source.kind === 'BackchannelAuthenticationRequest'
      const offlineGranted = grantedScopes(environment, app).some(({ scope }) => scope === 'offline_access')
      return isCiba || offlineGranted ? source.scopes.has('offline_access') : true
    },
    rotateRefreshToken: true,
    // PingOne's sign-off ends the session; tokens end by their own lifetime or by revocation.
    expiresWithSession: () => false,
    formats: { customizers: { jwt: mintClaims } },
    ttl: {
      AccessToken: (_ctx: ActionContext, token: { resourceServer?: { accessTokenTTL?: number } }) =>
        token.resourceServer?.accessTokenTTL ?? 3600,
      ClientCredentials: (_ctx: ActionContext, token: { resourceServer?: { accessTokenTTL?: number } }) =>
        token.resourceServer?.accessTokenTTL ?? 3600,
      AuthorizationCode: 60,
      BackchannelAuthenticationRequest: services.cibaExpiresIn,
      Grant: 12 * month,
      IdToken: 3600,
      Interaction: 3600,
      RefreshToken: (_ctx: ActionContext, _token: object, client: Client) => {
        const duration = application(client.clientId).refreshTokenDuration
        return typeof duration === 'number' ? duration : month
      },
      Session: month,
    },
    clientBasedCORS: (_ctx: ActionContext, origin: string, client: Client) => {
      const cors = application(client.clientId).corsSettings as { behavior?: string; origins?: unknown }
      return cors?.behavior === 'ALLOW_SPECIFIC_ORIGINS' && strings(cors.origins).includes(origin)
    },
    renderError: services.renderError,
  })

  // The previous secret goes on working for a while after a rotation.
  provider.Client.prototype.compareClientSecret = function compare(this: Client, actual: string) {
    return acceptedSecrets(environment, this.clientId, clock).some((secret) =>
      equalInConstantTime(secret, actual),
    )
  }
  provider.registerGrantType(
    tokenExchangeGrant,
    createTokenExchange({
      ...services,
      provider,
      remember: (token, exchange) => exchanges.set(token, exchange),
    }),
    exchangeParameters,
  )
  return provider

  function chooseResource(ctx: ActionContext, client: Client): string {
    const { params, route } = ctx.oidc
    const selection = selectResource(environment, {
      application: application(client.clientId),
      scopes: typeof params.scope === 'string' ? params.scope.split(' ') : [],
      resources: services.requestedResources(ctx),
      grantType: typeof params.grant_type === 'string' ? params.grant_type : 'authorization_code',
      atAuthorize: route !== 'token' && route !== 'backchannel_authentication',
    })
    params.scope = selection.scopes.length === 0 ? undefined : selection.scopes.join(' ')
    return selection.identifier
  }

  /** The person consents by signing in: what the request asks for and the application is granted. */
  async function grantRequested(ctx: ActionContext) {
    const { client, account, requestParamScopes, resourceServers } = ctx.oidc
    const user = activeUser(account?.accountId)
    if (user === undefined) return undefined
    if (!mayUse(application(client.clientId), user))
      throw new errors.AccessDenied(`${user.username} is not in a group that may use this application`)
    const grant = new provider.Grant({ accountId: user.id, clientId: client.clientId })
    const scope = [...requestParamScopes].join(' ')
    grant.addOIDCScope(scope)
    for (const identifier of Object.keys(resourceServers)) grant.addResourceScope(identifier, scope)
    await grant.save()
    return grant
  }

  /** `accessControl.group` counts for the authorization code flow alone. */
  function mayUse(app: Stored, user: Stored): boolean {
    const control = (app.accessControl as { group?: { type?: string; groups?: unknown[] } } | undefined)
      ?.group
    const wanted = (control?.groups ?? []).map(idOf)
    if (wanted.length === 0) return true
    const own = new Set<string | undefined>(groupsOf(environment, user).map(({ id }) => id))
    return control?.type === 'ALL_GROUPS'
      ? wanted.every((id) => own.has(id))
      : wanted.some((id) => own.has(id))
  }

  function requireCibaFlow(ctx: ActionContext): void {
    if (findCibaFlow(environment, application(ctx.oidc.client.clientId)) === undefined)
      throw new errors.InvalidRequest('No enabled CIBA flow policy is assigned to the application')
  }

  function refuseUnreadableMessage(_ctx: ActionContext, message: unknown): void {
    if (message === undefined) return
    if (typeof message !== 'string' || message.length > 256 || /\p{C}/u.test(message))
      throw new errors.CustomOIDCProviderError(
        'invalid_binding_message',
        'The binding message is not readable',
      )
  }

  /** The flow finds the person, asks them, and decides how the client is answered. */
  async function runFlow(
    ctx: ActionContext,
    request: Artifact,
    _account: { accountId: string },
    client: Client,
  ): Promise<void> {
    const app = application(client.clientId)
    const flow = findCibaFlow(environment, app)
    if (flow === undefined) throw new errors.InvalidRequest('The CIBA flow has gone')
    const sent = Object.entries(ctx.oidc.body).filter(
      ([name, value]) => typeof value === 'string' && !credentialParameters.has(name),
    )
    const started = await approvals.start({
      authReqId: request.jti,
      clientId: client.clientId,
      scope: request.scope ?? '',
      parameters: {
        authorizationRequest: {
          ...Object.fromEntries(sent),
          client_id: client.clientId,
          auth_req_id: request.jti,
          ...(ctx.oidc.entities.IdTokenHint
            ? { id_token_hint_claims: ctx.oidc.entities.IdTokenHint.payload }
            : {}),
        },
        application: { id: app.id, name: app.name },
      },
      lifetimeSeconds: services.cibaExpiresIn,
      flow,
    })
    if (started.kind === 'answered') return
    await request.destroy()
    throw started.error === 'server_error'
      ? Object.assign(new errors.CustomOIDCProviderError(started.error, started.description), {
          status: 500,
          statusCode: 500,
        })
      : new errors.CustomOIDCProviderError(started.error, started.description)
  }

  type Minted = {
    kind: string
    clientId: string
    accountId?: string
    scope?: string
    resourceServer?: { identifier(): string; audience?: string }
    expiration: number
  }

  function mintClaims(
    ctx: ActionContext,
    token: Minted,
    jwt: { header: unknown; payload: Record<string, unknown> },
  ): void {
    const user = activeUser(token.accountId)
    if (user !== undefined && !token.scope) throw new errors.InvalidScope(noScopeGranted)
    const identifier = token.resourceServer?.identifier() ?? ''
    const exchange = exchanges.get(token)
    const app = application(token.clientId)
    jwt.payload = accessTokenClaims(environment, {
      application: app,
      resource: findResource(environment, identifier),
      audience: token.resourceServer?.audience ?? services.managementAudience,
      issuer,
      scope: token.scope,
      grantType: String(ctx.oidc.params.grant_type),
      user,
      signIn: user && (exchange ? signInOf(exchange.subjectToken) : signInFrom(ctx, app)),
      ...(exchange ? { subjectToken: exchange.subjectToken } : {}),
      ...(exchange?.actorToken ? { actorToken: exchange.actorToken } : {}),
      flowClaims: approvalOf(ctx)?.claims ?? {},
      tokenId: String(jwt.payload.jti),
      issuedAt: Math.floor(clock() / 1000),
      lifetime: token.expiration,
    })
  }

  function approvalOf(ctx: ActionContext) {
    const request = ctx.oidc.entities.BackchannelAuthenticationRequest
    return request && approvals.findByRequest(request.jti)
  }

  function signInFrom(ctx: ActionContext, app: Stored): SignIn {
    const { AuthorizationCode, RefreshToken, BackchannelAuthenticationRequest } = ctx.oidc.entities
    const source = AuthorizationCode ?? RefreshToken ?? BackchannelAuthenticationRequest
    return {
      sid: source?.sessionUid,
      authTime: source?.authTime,
      acr: approvalOf(ctx)?.policyId ?? authenticationPolicy(environment, app),
    }
  }
}

function signInOf(claims: Record<string, unknown>): SignIn {
  return {
    sid: typeof claims.sid === 'string' ? claims.sid : undefined,
    authTime: typeof claims.auth_time === 'number' ? claims.auth_time : undefined,
    acr: typeof claims.acr === 'string' ? claims.acr : undefined,
  }
}

/** Only signing in is asked for; `prompt=consent` has no effect of its own. */
function signInPolicy() {
  const { base, Check } = interactionPolicy
  const policy = base()
  policy.get('consent')?.checks.clear()
  policy
    .get('login')
    ?.checks.add(
      new Check('user_gone', 'The user of the session does not exist any more', (ctx) =>
        ctx.oidc.session.accountId !== undefined && ctx.oidc.account === undefined
          ? Check.REQUEST_PROMPT
          : Check.NO_NEED_TO_PROMPT,
      ),
    )
  return policy
}
