// The CIBA requests: each runs its application's flow, first to ask the person and then, in whatever browser opened
// the link, to hear the answer. What waits is kept, so that it outlives the process.
import { randomBytes, randomUUID } from 'node:crypto'
import type Provider from 'oidc-provider'
import { errors } from 'oidc-provider'
import type { Clock } from '../../../lambdas/clock.ts'
import type { PingOneEnvironment } from '../environment.ts'
import type { Effect, Screen } from '../flows/capability.ts'
import { type FlowGraph, readGraph } from '../flows/graph.ts'
import { readSubmission } from '../flows/read-submission.ts'
import {
  type FlowRun,
  type FlowServices,
  openLink,
  type Progress,
  screenOf,
  startFlow,
  submitPage,
} from '../flows/run-flow.ts'
import { flowVersion } from '../management/davinci/deployed-flow.ts'
import type { ArtifactStore } from './artifact-store.ts'
import type { CibaFlow } from './ciba-flow.ts'

export type ApprovalStatus = 'pending' | 'approved' | 'denied' | 'expired'

/** One CIBA request. Times are milliseconds since the epoch. */
export type Approval = {
  /** Not the `auth_req_id`, which only the client may know. */
  id: string
  authReqId: string
  clientId: string
  scope: string
  createdAt: number
  expiresAt: number
  status: ApprovalStatus
  decidedAt?: number
  policyId: string
  flow: { id: string; version: number }
  /** What the flow knew when it had asked the person. */
  run: FlowRun
  links: { challenge: string; parent: string; expiresAt: number }[]
  /** Claims that the flow returned with its success, of the access token and of the ID token. */
  claims?: Record<string, unknown>
  idTokenClaims?: Record<string, unknown>
}

/** An email that a flow sent. */
export type Message = {
  id: string
  approvalId: string
  userId: string
  address: string
  from: string
  subject: string
  html: string
  sentAt: number
}

/** One opened link, and how far the person has come. Whoever opens the link again begins anew. */
type Interaction = { id: string; approvalId: string; run: FlowRun; step: number; openedAt: number }

/** What the browser is to show. */
export type FlowPage =
  | { kind: 'screen'; screen: Screen; error?: string; interaction: { id: string; step: number } }
  | { kind: 'ended'; status: number; title: string; message: string }

export type Started = { kind: 'answered' } | { kind: 'refused'; error: string; description: string }

const kind = 'Approval'
const messageKind = 'Message'
const interactionKind = 'Interaction'
const historyMs = 30 * 86_400_000
const mostInteractions = 10

export type Approvals = ReturnType<typeof createApprovals>

export function createApprovals(options: {
  environment: PingOneEnvironment
  store: ArtifactStore
  clock: Clock
  provider: () => Provider
  /** Where a link with this challenge leads. */
  linkTo(challenge: string): string
  /** Why a flow died; PingOne itself says less. */
  log(line: string): void
}) {
  const { environment, store, clock } = options
  const services: FlowServices = { environment, clock, linkTo: options.linkTo }
  /** When each request was last polled; forgotten at a restart, which only spares a `slow_down`. */
  const lastPolls = new Map<string, number>()

  return {
    /** Runs the flow of a request that has just come in, as far as it gets without the person. */
    async start(request: {
      authReqId: string
      clientId: string
      scope: string
      parameters: Record<string, unknown>
      lifetimeSeconds: number
      flow: CibaFlow
    }): Promise<Started> {
      const createdAt = clock()
      const { flow, policyId } = request.flow
      const progress = await startFlow(readGraph(flow), request.parameters, services)
      const approval: Approval = {
        id: randomUUID(),
        authReqId: request.authReqId,
        clientId: request.clientId,
        scope: request.scope,
        createdAt,
        expiresAt: createdAt + request.lifetimeSeconds * 1000,
        status: 'pending',
        policyId,
        flow: { id: flow.id, version: flow.version },
        run: progress.run,
        links: progress.effects
          .filter((effect) => effect.kind === 'link')
          .map(({ kind: _, ...link }) => link),
      }
      deliver(approval, progress.effects)
      const answer = progress.effects.find(
        (effect) => effect.kind === 'answered' || effect.kind === 'refused',
      )
      if (answer?.kind === 'answered' && progress.failure === undefined) {
        write(approval)
        return { kind: 'answered' }
      }
      if (answer?.kind === 'refused') return answer
      tellWhy(progress, flow.name, 'It ended without an answer to the client.')
      return { kind: 'refused', error: 'server_error', description: 'The flow ended without an answer' }
    },

    /** What has arrived for a person, the newest first, and what has become of it. */
    messages(userId: string): (Message & { status: ApprovalStatus; expiresAt: number })[] {
      return store
        .list(messageKind)
        .map(([, value]) => value as Message)
        .filter((message) => message.userId === userId)
        .reverse()
        .sort((left, right) => right.sentAt - left.sentAt)
        .map((message) => {
          const approval = store.get(kind, message.approvalId) as Approval | undefined
          return approval === undefined
            ? { ...message, status: 'expired' as const, expiresAt: message.sentAt }
            : { ...message, status: withStatus(approval).status, expiresAt: approval.expiresAt }
        })
    },

    message(id: string): Message | undefined {
      return store.get(messageKind, id) as Message | undefined
    },

    has(id: string): boolean {
      return store.get(kind, id) !== undefined
    },

    findByRequest(authReqId: string): Approval | undefined {
      return read().find((approval) => approval.authReqId === authReqId)
    },

    /** True when the request is polled sooner than `interval` seconds after the last time. */
    polledTooEarly(authReqId: string, interval: number): boolean {
      const now = clock()
      const last = lastPolls.get(authReqId)
      lastPolls.set(authReqId, now)
      // Timers and the network jitter; PingOne's own tolerance is unknown.
      return last !== undefined && now - last < interval * 1000 - 50
    },

    /** The person, or whoever has their mail, opens a link. */
    async open(challenge: string): Promise<FlowPage> {
      const approval = read().find(({ links }) => links.some((link) => link.challenge === challenge))
      const link = approval?.links.find((each) => each.challenge === challenge)
      if (approval === undefined || link === undefined) return endings.unknown
      if (approval.status !== 'pending') return endings[approval.status]
      const graph = graphOf(approval)
      if (link.expiresAt <= clock() || graph === undefined) return endings.expired
      const interaction: Interaction = {
        id: randomBytes(24).toString('base64url'),
        approvalId: approval.id,
        run: approval.run,
        step: 0,
        openedAt: clock(),
      }
      forgetOldInteractions(approval)
      return advance(approval, interaction, graph, await openLink(graph, approval.run, link, services))
    },

    /** The person sends the page of an opened link. */
    async submit(id: string, step: number, sent: URLSearchParams): Promise<FlowPage> {
      const interaction = store.get(interactionKind, id) as Interaction | undefined
      const stored = interaction && (store.get(kind, interaction.approvalId) as Approval | undefined)
      if (interaction === undefined || stored === undefined) return endings.unknown
      const approval = withStatus(stored)
      if (approval.status !== 'pending') return endings[approval.status]
      const graph = graphOf(approval)
      const screen = graph && (await screenOf(graph, interaction.run, services))
      if (graph === undefined || screen === undefined) return endings.unknown
      // Sent twice, or from a page that is not the last one: the person sees where they are.
      if (step !== interaction.step) return pageOf(interaction, screen)
      const submission = readSubmission(screen, sent)
      if (submission.kind === 'incomplete') return pageOf(interaction, screen, submission.problem)
      const progress = await submitPage(graph, interaction.run, submission, services)
      // What was typed into a password field is for the calls that follow at once, and is not kept.
      const page = progress.run.calls[interaction.run.page?.node ?? '']
      if (page !== undefined) page.output = submission.kept
      return advance(approval, { ...interaction, step: step + 1 }, graph, progress)
    },

    /** Lets the request that an email is about expire now, as if its time had passed. */
    expire(messageId: string): void {
      const message = store.get(messageKind, messageId) as Message | undefined
      const approval = store.get(kind, message?.approvalId ?? '') as Approval | undefined
      if (approval === undefined || withStatus(approval).status !== 'pending') return
      const request = store.get('BackchannelAuthenticationRequest', approval.authReqId)
      const exp = Math.floor(clock() / 1000) - 1
      write({ ...approval, expiresAt: clock() - 1 })
      if (request !== undefined)
        store.put(
          'BackchannelAuthenticationRequest',
          approval.authReqId,
          { ...request, exp },
          clock() + historyMs,
        )
      store.flush()
    },
  }

  /** Does what the flow did, keeps how far it came, and gives the page that it waits with. */
  async function advance(
    approval: Approval,
    interaction: Interaction,
    graph: FlowGraph,
    progress: Progress,
  ): Promise<FlowPage> {
    // The flow may have taken its time: somebody else may have decided meanwhile.
    const { status } = withStatus((store.get(kind, approval.id) as Approval | undefined) ?? approval)
    if (status !== 'pending') return endings[status]
    deliver(approval, progress.effects)
    const outcome = progress.effects.find(({ kind: each }) =>
      ['approved', 'denied', 'refused'].includes(each),
    )
    if (outcome?.kind === 'approved') await approve(approval, outcome)
    else if (outcome !== undefined || progress.failure !== undefined) await deny(approval)
    const next = { ...interaction, run: progress.run }
    store.put(interactionKind, next.id, next, approval.expiresAt + historyMs)
    const screen = progress.failure === undefined ? await screenOf(graph, next.run, services) : undefined
    if (screen !== undefined) return pageOf(next, screen, next.run.page?.error)
    if (outcome !== undefined && progress.failure === undefined)
      return outcome.kind === 'refused' ? endings.failed : endings.done
    tellWhy(progress, approval.flow.id, 'What the person did led nowhere.')
    return endings.failed
  }

  async function approve(approval: Approval, outcome: Effect & { kind: 'approved' }): Promise<void> {
    const provider = options.provider()
    // Before anything else: a second answer that comes meanwhile finds it decided.
    const { claims, idTokenClaims, scopes } = outcome
    write({ ...approval, status: 'approved', decidedAt: clock(), claims, idTokenClaims })
    const request = await provider.BackchannelAuthenticationRequest.find(approval.authReqId)
    if (request === undefined) return
    // Who approves is what the flow says; the client only gave a hint.
    request.accountId = outcome.userId
    const grant = new provider.Grant({ accountId: outcome.userId, clientId: approval.clientId })
    const asked = approval.scope.split(' ')
    const granted = asked.filter((each) => scopes?.includes(each) ?? true).join(' ')
    grant.addOIDCScope(granted)
    if (typeof request.resource === 'string') grant.addResourceScope(request.resource, granted)
    await grant.save()
    await provider.backchannelResult(request, grant, {
      acr: approval.policyId,
      amr: outcome.amr,
      authTime: Math.floor(Date.now() / 1000),
      sessionUid: approval.id,
    })
  }

  async function deny(approval: Approval): Promise<void> {
    write({ ...approval, status: 'denied', decidedAt: clock() })
    await options.provider().backchannelResult(approval.authReqId, new errors.AccessDenied())
  }

  function deliver(approval: Approval, effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind !== 'email') continue
      const { kind: _, ...email } = effect
      const message: Message = { id: randomUUID(), approvalId: approval.id, ...email, sentAt: clock() }
      store.put(messageKind, message.id, message, clock() + historyMs)
    }
  }

  function graphOf(approval: Approval): FlowGraph | undefined {
    const flow = flowVersion(environment, approval.flow.id, approval.flow.version)
    return flow && readGraph(flow)
  }

  function pageOf({ id, step }: Interaction, screen: Screen, error?: string): FlowPage {
    return { kind: 'screen', screen, ...(error === undefined ? {} : { error }), interaction: { id, step } }
  }

  function forgetOldInteractions(approval: Approval): void {
    const opened = store
      .list(interactionKind)
      .map(([, value]) => value as Interaction)
      .filter(({ approvalId }) => approvalId === approval.id)
    for (const { id } of opened.slice(0, Math.max(0, opened.length - mostInteractions + 1)))
      store.delete(interactionKind, id)
  }

  function tellWhy({ failure }: Progress, flow: string, otherwise: string): void {
    options.log(`The flow "${flow}" died: ${failure?.message ?? otherwise}`)
  }

  function read(): Approval[] {
    return store.list(kind).map(([, value]) => withStatus(value as Approval))
  }

  function withStatus(approval: Approval): Approval {
    return approval.status === 'pending' && approval.expiresAt <= clock()
      ? { ...approval, status: 'expired' }
      : approval
  }

  function write(approval: Approval): void {
    store.put(kind, approval.id, approval, approval.createdAt + historyMs)
  }
}

const ended = (status: number, title: string, message: string): FlowPage => ({
  kind: 'ended',
  status,
  title,
  message,
})
const endings = {
  unknown: ended(
    404,
    'This link leads nowhere',
    'It is not complete, or it is too old. Open the link in the newest email.',
  ),
  expired: ended(
    410,
    'This request has expired',
    'Nobody answered in time, so nothing was done. Go back to your conversation and ask again.',
  ),
  approved: ended(
    410,
    'This has been approved',
    'There is nothing more to do here. You can close this page.',
  ),
  denied: ended(
    410,
    'This request has ended',
    'It was declined, or something went wrong on the way; nothing was done. Go back to your conversation and ask again.',
  ),
  done: ended(200, 'Thank you', 'There is nothing more to do here. You can close this page.'),
  failed: ended(
    400,
    'Something went wrong',
    'Nothing was done. Go back to your conversation and ask again; if it happens again, the approval flow is set up wrong.',
  ),
} satisfies Record<string, FlowPage>
