// The part of oidc-provider's interface that the local PingOne uses; the package brings no types.
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  export class OIDCProviderError extends Error {
    error: string
    error_description?: string
    error_detail?: string
    status: number
    statusCode: number
  }
  export const errors: {
    OIDCProviderError: typeof OIDCProviderError
    CustomOIDCProviderError: new (error: string, description: string) => OIDCProviderError
    AccessDenied: new (description?: string, detail?: string) => OIDCProviderError
    InvalidGrant: new (detail: string) => OIDCProviderError
    InvalidRequest: new (description: string, status?: number) => OIDCProviderError
    InvalidScope: new (description: string, scope?: string) => OIDCProviderError
    InvalidTarget: new (description?: string) => OIDCProviderError
  }

  export type Payload = Record<string, unknown>

  export interface Adapter {
    upsert(id: string, payload: Payload, expiresIn?: number): Promise<void>
    find(id: string): Promise<Payload | undefined>
    findByUid(uid: string): Promise<Payload | undefined>
    findByUserCode(userCode: string): Promise<Payload | undefined>
    consume(id: string): Promise<void>
    destroy(id: string): Promise<void>
    revokeByGrantId(grantId: string): Promise<void>
  }

  export interface Client {
    readonly clientId: string
    readonly clientAuthMethod: string
    compareClientSecret(actual: string): boolean
  }

  export class ResourceServer {
    constructor(identifier: string, info: ResourceServerInfo)
    audience?: string
    accessTokenTTL?: number
    identifier(): string
  }

  export type ResourceServerInfo = {
    scope: string
    audience?: string
    accessTokenFormat?: 'jwt' | 'opaque'
    accessTokenTTL?: number
    jwt?: { sign: { alg: string } }
  }

  export interface Artifact {
    jti: string
    kind: string
    clientId: string
    accountId?: string
    scope?: string
    scopes: Set<string>
    resource?: string | string[]
    grantId?: string
    sessionUid?: string
    authTime?: number
    iat: number
    exp: number
    expiration: number
    readonly isExpired: boolean
    save(ttl?: number): Promise<string>
    destroy(): Promise<void>
  }

  export interface AccessToken extends Artifact {
    resourceServer?: ResourceServer
  }

  export interface Grant extends Artifact {
    addOIDCScope(scope: string): void
    addResourceScope(resource: string, scope: string): void
  }

  export interface Session extends Artifact {
    uid: string
    authorizations?: Record<string, { grantId?: string }>
  }

  export interface Interaction {
    uid: string
    params: Record<string, string | undefined>
    prompt: { name: string; reasons: string[] }
    result?: { login?: { accountId: string } }
    /** Where the browser goes on when the person has done their part. */
    returnTo: string
  }

  type Model<Kind> = {
    new (properties: Record<string, unknown>): Kind
    find(id: string, options?: { ignoreExpiration?: boolean }): Promise<Kind | undefined>
  }

  export interface Context {
    req: IncomingMessage
    res: ServerResponse
    path: string
    method: string
    status: number
    body: unknown
    type: string
    set(name: string, value: string): void
    get(name: string): string
    response: { get(name: string): string; remove(name: string): void }
    oidc?: OidcContext
  }

  export interface OidcContext {
    route: string
    params: Record<string, unknown>
    body: Record<string, unknown>
    client: Client
    account?: { accountId: string }
    session: Session
    entities: {
      AuthorizationCode?: Artifact
      RefreshToken?: Artifact
      BackchannelAuthenticationRequest?: Artifact
      IdTokenHint?: { payload: Payload }
    }
    resourceServers: Record<string, ResourceServer>
    requestParamScopes: Set<string>
  }

  /** A context inside an action of the provider. */
  export type ActionContext = Context & { oidc: OidcContext }

  export default class Provider {
    constructor(issuer: string, configuration: Record<string, unknown>)
    readonly issuer: string
    proxy: boolean
    readonly AccessToken: Model<AccessToken>
    readonly BackchannelAuthenticationRequest: Model<Artifact>
    readonly Client: { prototype: Client; find(id: string): Promise<Client | undefined> }
    readonly Grant: Model<Grant>
    readonly RefreshToken: Model<Artifact>
    readonly ResourceServer: typeof ResourceServer
    readonly Session: Model<Session> & {
      get(ctx: unknown): Promise<Session>
      findByUid(uid: string): Promise<Session | undefined>
    }
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>
    createContext(request: IncomingMessage, response: ServerResponse): Context
    use(middleware: (ctx: Context, next: () => Promise<void>) => Promise<void>): this
    on(event: string, listener: (...values: never[]) => void): this
    registerGrantType(
      name: string,
      handler: (ctx: ActionContext) => Promise<void>,
      parameters: Iterable<string>,
      duplicates?: Iterable<string>,
    ): void
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<Interaction>
    interactionFinished(
      request: IncomingMessage,
      response: ServerResponse,
      result: Record<string, unknown>,
      options?: { mergeWithLastSubmission?: boolean },
    ): Promise<void>
    /** Keeps the result; the browser is sent on by somebody else. */
    interactionResult(
      request: IncomingMessage,
      response: ServerResponse,
      result: Record<string, unknown>,
      options?: { mergeWithLastSubmission?: boolean },
    ): Promise<string>
    backchannelResult(
      request: string | Artifact,
      result: Grant | OIDCProviderError,
      details?: Record<string, unknown>,
    ): Promise<void>
  }

  export const interactionPolicy: {
    base(): Prompt[] & { get(name: string): Prompt | undefined }
    Check: {
      new (
        reason: string,
        description: string,
        check: (ctx: ActionContext) => boolean | Promise<boolean>,
      ): object
      REQUEST_PROMPT: true
      NO_NEED_TO_PROMPT: false
    }
    Prompt: unknown
  }
  export interface Prompt {
    name: string
    checks: { add(check: object): void; clear(): void }
  }
}
