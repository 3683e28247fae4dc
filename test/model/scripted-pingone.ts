// PingOne as the schedule wants it: token endpoint, CIBA and decisions, in this process and on virtual time. It signs
// its tokens, remembers everything it said, and takes note of whoever polls too fast.

import { Buffer } from 'node:buffer'
import type { KeyObject } from 'node:crypto'
import { sign } from 'node:crypto'
import { amounts } from '../../lambdas/identity/desired-state/amounts.ts'
import { clientNamed, readForm } from '../oauth/clients.ts'
import type { Simulation } from './simulation.ts'

export const names = {
  issuer: 'https://auth.pingone.eu/0b5e9a2c-8a52-4c1c-9d19-0d3c1c6a8a10/as',
  decisionUrls: {
    mcp: 'https://api.pingone.eu/v1/environments/e/decisionEndpoints/mcp',
    hotelApi: 'https://api.pingone.eu/v1/environments/e/decisionEndpoints/hotel-api',
  },
  audience: 'myhotels-hotelapi',
  bookScope: 'my-hotels:api:book',
  hostBookScope: 'my-hotels:mcp:book',
  closeScope: 'my-hotels:api:close',
  connector: 'client-connector',
  clients: {
    exchange: clientNamed('client-exchange'),
    approval: clientNamed('client-approval'),
    workflow: clientNamed('client-workflow'),
    decision: clientNamed('client-decision'),
    hotelApiDecision: clientNamed('client-hotel-api-decision'),
  },
}

export type CibaRequest = {
  id: string
  user: string
  parameters: Record<string, string>
  status: 'pending' | 'approved' | 'denied'
  createdAt: number
  approvedAt: number | undefined
  expiresAt: number
  /** Seconds; grows with each slow_down, heard or not. */
  interval: number
  polls: number
  lastPollAt: number | undefined
  /** The one final answer was given. */
  consumed: boolean
}

export type MintedToken =
  | { kind: 'exchanged'; user: string }
  | { kind: 'approval'; user: string; request: CibaRequest }
  | { kind: 'workflow' }

export type Decision = {
  /** Who asked, and when. */
  service: string
  at: number
  /** The operation or tool. */
  resource: string
  token: string
  correlationId: string
  user: string
  parameters: Record<string, unknown>
  effect: 'permit' | 'approve' | 'deny' | 'inactive token'
}

export type PingOnePolicy = 'shipped' | 'strict' | 'closed'

export type PingOneScript = {
  interval: number
  expiresIn: number
  /** The numbers of the polls (over all requests) that are answered with slow_down. */
  slowDownAt: readonly number[]
  /** How many emails may go out; requests for which there is none are refused. */
  mails?: number | undefined
  /** By how much the clocks of those who poll may differ from the true time. */
  clocks: number
}

export class ScriptedPingOne {
  readonly requests: CibaRequest[] = []
  readonly minted = new Map<string, MintedToken>()
  readonly decisions: Decision[] = []
  readonly violations: string[] = []
  readonly revoked = new Set<string>()
  /** What policy does: as shipped, asking for an approval whatever the price, or refusing every booking. */
  policy: PingOnePolicy = 'shipped'
  polls = 0
  readonly #signIns = new Map<string, number>()
  readonly #simulation: Simulation
  readonly #script: PingOneScript
  readonly #key: KeyObject
  readonly #newId: () => string
  readonly #slowDownAt: ReadonlySet<number>

  constructor(simulation: Simulation, script: PingOneScript, key: KeyObject, newId: () => string) {
    this.#newId = newId
    this.#simulation = simulation
    this.#script = script
    this.#key = key
    this.#slowDownAt = new Set(script.slowDownAt)
  }

  /** The token that a person's host holds: another one after each sign-in. */
  inboundToken(user: string): string {
    return `inbound-${user}~${this.#signIns.get(user) ?? 0}`
  }

  signIn(user: string): void {
    this.#signIns.set(user, (this.#signIns.get(user) ?? 0) + 1)
  }

  /** Every token that this person has by now is worth nothing from now on. */
  revoke(user: string): void {
    this.#simulation.note(`the tokens of ${user} are revoked`)
    this.revoked.add(this.inboundToken(user))
    for (const [token, of] of this.minted) if ('user' in of && of.user === user) this.revoked.add(token)
  }

  approve(request: CibaRequest): void {
    if (request.status !== 'pending' || this.#simulation.now >= request.expiresAt) return
    this.#simulation.note(`${request.user} approves ${request.id}`)
    request.status = 'approved'
    request.approvedAt = this.#simulation.now
  }

  deny(request: CibaRequest): void {
    if (request.status !== 'pending' || this.#simulation.now >= request.expiresAt) return
    this.#simulation.note(`${request.user} denies ${request.id}`)
    request.status = 'denied'
  }

  answer(request: { url: string; headers: Headers; body: string }): Response {
    const correlationId = request.headers.get('x-ping-external-transaction-id') ?? ''
    const json = (status: number, body: unknown) => Response.json(body, { status })
    if (Object.values<string>(names.decisionUrls).includes(request.url)) {
      return json(200, this.#decide(request, correlationId))
    }
    const { client, parameters } = readForm(request.body)
    const form = new URLSearchParams(parameters)
    if (request.url === `${names.issuer}/cibaAuthorization`) {
      if (client !== names.clients.approval.clientId) return json(401, { error: 'invalid_client' })
      // As the approval flow answers when its email does not go out.
      if (this.requests.length >= (this.#script.mails ?? Number.POSITIVE_INFINITY))
        return json(400, { error: 'notification_failure' })
      return json(200, this.#startCiba(form))
    }
    if (request.url !== `${names.issuer}/token`) return json(404, {})
    switch (form.get('grant_type')) {
      case 'client_credentials': {
        if (
          client === names.clients.decision.clientId ||
          client === names.clients.hotelApiDecision.clientId
        ) {
          return json(200, { access_token: 'worker', token_type: 'Bearer', expires_in: 3600 })
        }
        if (client !== names.clients.workflow.clientId) return json(401, { error: 'invalid_client' })
        const token = this.#mint({ client_id: client, scope: names.closeScope }, 3600, { kind: 'workflow' })
        return json(200, {
          access_token: token,
          token_type: 'Bearer',
          expires_in: 3600,
          scope: names.closeScope,
        })
      }
      case 'urn:ietf:params:oauth:grant-type:token-exchange': {
        if (client !== names.clients.exchange.clientId) return json(401, { error: 'invalid_client' })
        const token = this.exchange(form.get('subject_token') ?? '')
        if (token === undefined) return json(400, { error: 'invalid_grant' })
        return json(200, {
          access_token: token,
          token_type: 'Bearer',
          expires_in: 300,
          scope: names.bookScope,
        })
      }
      case 'urn:openid:params:grant-type:ciba': {
        if (client !== names.clients.approval.clientId) return json(401, { error: 'invalid_client' })
        const found = this.requests.find(({ id }) => id === form.get('auth_req_id'))
        if (found === undefined) return json(400, { error: 'invalid_grant' })
        const answer = this.#poll(found)
        // It counts from when it is said, whether or not anybody hears it.
        if (answer.error === 'slow_down') found.interval += 5
        return json('error' in answer ? 400 : 200, answer)
      }
      default:
        return json(400, { error: 'unsupported_grant_type' })
    }
  }

  /** A token for the hotel API in exchange for a person's own, if that is good. */
  exchange(inbound: string): string | undefined {
    if (this.revoked.has(inbound)) return undefined
    const user = personOf(inbound)
    const client = names.clients.exchange.clientId
    const claims = {
      ...{ sub: user, client_id: client, scope: names.bookScope, subject_scope: names.hostBookScope },
      act: { sub: client, act: { sub: names.connector } },
    }
    return this.#mint(claims, 300, { kind: 'exchanged', user })
  }

  #startCiba(form: URLSearchParams) {
    const { now } = this.#simulation
    const { interval, expiresIn } = this.#script
    const request: CibaRequest = {
      id: `req-${this.requests.length}-${Math.floor(this.#simulation.random() * 1e9)}`,
      user: form.get('login_hint') ?? '',
      parameters: Object.fromEntries(form),
      status: 'pending',
      createdAt: now,
      approvedAt: undefined,
      expiresAt: now + expiresIn * 1000,
      interval,
      polls: 0,
      lastPollAt: undefined,
      consumed: false,
    }
    this.requests.push(request)
    this.#simulation.note(`PingOne asks ${request.user}: ${request.id}`)
    return { auth_req_id: request.id, expires_in: expiresIn, interval }
  }

  #poll(request: CibaRequest): Record<string, unknown> {
    const { now } = this.#simulation
    const tooFast = request.lastPollAt !== undefined && now - request.lastPollAt < request.interval * 1000
    if (
      request.lastPollAt !== undefined &&
      now - request.lastPollAt < request.interval * 1000 - 2 * this.#script.clocks
    ) {
      this.violations.push(
        `${request.id} was polled ${now - (request.lastPollAt ?? 0)} ms after the last poll, interval ${request.interval} s`,
      )
    }
    request.lastPollAt = now
    request.polls++
    const number = this.polls++
    if (request.consumed) return { error: 'invalid_grant' }
    if (now >= request.expiresAt) return { error: 'expired_token' }
    if (request.status === 'denied') {
      request.consumed = true
      return { error: 'access_denied' }
    }
    if (this.#slowDownAt.has(number) || tooFast) return { error: 'slow_down' }
    if (request.status === 'pending') return { error: 'authorization_pending' }
    request.consumed = true
    const token = this.#mint(
      {
        sub: request.user,
        client_id: names.clients.approval.clientId,
        scope: `openid ${names.bookScope}`,
        act: { sub: names.clients.approval.clientId },
        approval_amr: 'pwd',
        ...displayed(request.parameters),
      },
      300,
      { kind: 'approval', user: request.user, request },
    )
    return { access_token: token, id_token: 'x.y.z', token_type: 'Bearer', expires_in: 300 }
  }

  #decide(request: { body: string }, correlationId: string) {
    const { parameters } = JSON.parse(request.body) as { parameters: Record<string, unknown> }
    const token = String(parameters['MyHotels.bearerToken'])
    const service = String(parameters['MyHotels.service'])
    const resource = String(parameters['MyHotels.resource'])
    const minted = this.minted.get(token)
    // Introspection knows the tokens that were issued, and each operation wants its own.
    const kind = { create_booking: 'exchanged', confirm_booking: 'approval' }[resource]
    const isGood = service === 'myhotels-hotelapi' ? minted?.kind === kind : token.startsWith('inbound-')
    const user = minted !== undefined && 'user' in minted ? minted.user : personOf(token)
    const effect = this.revoked.has(token)
      ? 'inactive token'
      : isGood
        ? this.#effectOf(resource, parameters)
        : 'deny'
    const at = this.#simulation.now
    this.decisions.push({ service, at, resource, token, correlationId, user, parameters, effect })
    if (effect === 'inactive token') {
      const statement = { code: 'INVALID-TOKEN', payload: null, obligatory: false, fulfilled: false }
      return { id: 'd', decision: 'DENY', statements: [statement] }
    }
    if (effect === 'deny') {
      const statement = {
        code: 'DENIED-REASON',
        payload: 'Too expensive for an agent.',
        obligatory: false,
        fulfilled: false,
      }
      return { id: 'd', decision: 'DENY', statements: [statement] }
    }
    const asks = { code: 'USER-AZ-REQUIRED', payload: 'Approve it.', obligatory: true, fulfilled: false }
    return { id: 'd', decision: 'PERMIT', statements: effect === 'approve' ? [asks] : [] }
  }

  #effectOf(resource: string, parameters: Record<string, unknown>): Decision['effect'] {
    if (resource === 'finalize_booking') return 'permit'
    const number = (name: string, otherwise: number) => {
      const value = parameters[`MyHotels.${name}`]
      return typeof value === 'number' ? value : otherwise
    }
    const price = number('parameters.totalPrice', Number.POSITIVE_INFINITY)
    if (price > amounts.refusedAbove || this.policy === 'closed') return 'deny'
    // What the MCP server cannot know, the hotel API has to tell.
    const isCounted = resource === 'create_booking'
    const sum = number('person.unapprovedTotal', isCounted ? Number.POSITIVE_INFINITY : 0)
    const asks =
      price >= amounts.approvalFrom ||
      sum >= amounts.dailyApprovalFrom ||
      parameters['MyHotels.parameters.approvalRequired'] === true ||
      this.policy === 'strict'
    if (!asks) return 'permit'
    if (!isCounted) return 'approve'
    const open = number('person.openApprovals', Number.POSITIVE_INFINITY)
    const since = number('person.secondsSinceDecline', 0)
    return open >= amounts.openApprovals || since < amounts.pauseAfterDeclineSeconds ? 'deny' : 'approve'
  }

  #mint(claims: Record<string, unknown>, lifetime: number, what: MintedToken): string {
    const now = Math.floor(this.#simulation.now / 1000)
    const header = { alg: 'RS256', typ: 'JWT', kid: 'model' }
    const payload = {
      iss: names.issuer,
      aud: [names.audience],
      iat: now,
      exp: now + lifetime,
      jti: this.#newId(),
      ...claims,
    }
    const signed = [header, payload]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.')
    const token = `${signed}.${sign('RSA-SHA256', Buffer.from(signed), this.#key).toString('base64url')}`
    this.minted.set(token, what)
    return token
  }
}

const personOf = (inbound: string) => inbound.replace(/^inbound-/, '').replace(/~\d+$/, '')

/** What the flow displays, it puts into the token. */
function displayed(parameters: Record<string, string>): Record<string, string | undefined> {
  const { scope, login_hint, ...shown } = parameters
  return shown
}
