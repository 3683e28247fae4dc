// The CIBA requests as the person's phone sees them, and the person's answers.
import { randomUUID } from 'node:crypto'
import type Provider from 'oidc-provider'
import { errors } from 'oidc-provider'
import type { Clock } from '../../../lambdas/clock.ts'
import type { PingOneEnvironment } from '../environment.ts'
import { deployedFlow } from '../management/davinci/deployed-flow.ts'
import type { ArtifactStore } from './artifact-store.ts'
import { type CibaFlow, flowClaims } from './ciba-flow.ts'

export type ApprovalStatus = 'pending' | 'approved' | 'denied' | 'expired'

/** One CIBA request. Times are milliseconds since the epoch. */
export type Approval = {
  /** Not the `auth_req_id`, which only the client may know. */
  id: string
  userId: string
  clientId: string
  scope: string
  /** Every parameter of the authorization request, but no client credentials. */
  parameters: Record<string, string>
  createdAt: number
  expiresAt: number
  status: ApprovalStatus
  decidedAt?: number
  policyId: string
  /** Claims that the flow returned with its success. */
  claims?: Record<string, unknown>
}

type StoredApproval = Approval & { authReqId: string }

/** No pending approval has this id. */
export class NoPendingApprovalError extends Error {
  override readonly name = 'NoPendingApprovalError'
  constructor() {
    super('There is nothing to decide any more: it has been decided, has expired, or never was.')
  }
}

const kind = 'Approval'
const historyMs = 30 * 86_400_000

export type Approvals = ReturnType<typeof createApprovals>

export function createApprovals(options: {
  environment: PingOneEnvironment
  store: ArtifactStore
  clock: Clock
  provider: () => Provider
}) {
  const { environment, store, clock } = options
  /** When each request was last polled; forgotten at a restart, which only spares a `slow_down`. */
  const lastPolls = new Map<string, number>()

  return {
    /** Remembers a request that has just been accepted. */
    add(request: {
      authReqId: string
      userId: string
      clientId: string
      scope: string
      parameters: Record<string, string>
      lifetimeSeconds: number
      flow: CibaFlow
    }): void {
      const createdAt = clock()
      write({
        id: randomUUID(),
        authReqId: request.authReqId,
        userId: request.userId,
        clientId: request.clientId,
        scope: request.scope,
        parameters: request.parameters,
        createdAt,
        expiresAt: createdAt + request.lifetimeSeconds * 1000,
        status: 'pending',
        policyId: request.flow.policyId,
      })
    },

    /** All approvals of a person, the newest first. */
    list(userId: string): Approval[] {
      return read()
        .filter((approval) => approval.userId === userId)
        .reverse()
        .sort((left, right) => right.createdAt - left.createdAt)
        .map(({ authReqId: _, ...approval }) => approval)
    },

    findByRequest(authReqId: string): StoredApproval | undefined {
      return read().find((approval) => approval.authReqId === authReqId)
    },

    has(id: string): boolean {
      return store.get(kind, id) !== undefined
    },

    /** True when the request is polled sooner than `interval` seconds after the last time. */
    polledTooEarly(authReqId: string, interval: number): boolean {
      const now = clock()
      const last = lastPolls.get(authReqId)
      lastPolls.set(authReqId, now)
      // Timers and the network jitter; PingOne's own tolerance is unknown.
      return last !== undefined && now - last < interval * 1000 - 50
    },

    /** @throws {NoPendingApprovalError} */
    async approve(id: string): Promise<void> {
      const approval = pending(id)
      const provider = options.provider()
      const flow = deployedFlow(environment, approval.policyId)
      const request = await provider.BackchannelAuthenticationRequest.find(approval.authReqId)
      if (request === undefined) throw new NoPendingApprovalError()
      const grant = new provider.Grant({ accountId: approval.userId, clientId: approval.clientId })
      grant.addOIDCScope(approval.scope)
      if (typeof request.resource === 'string') grant.addResourceScope(request.resource, approval.scope)
      await grant.save()
      write({
        ...approval,
        status: 'approved',
        decidedAt: clock(),
        claims: flow === undefined ? {} : flowClaims(flow, approval.parameters),
      })
      await provider.backchannelResult(approval.authReqId, grant, {
        acr: approval.policyId,
        amr: ['email'],
        authTime: Math.floor(Date.now() / 1000),
        sessionUid: approval.id,
      })
      store.flush()
    },

    /** @throws {NoPendingApprovalError} */
    async deny(id: string): Promise<void> {
      const approval = pending(id)
      write({ ...approval, status: 'denied', decidedAt: clock() })
      await options.provider().backchannelResult(approval.authReqId, new errors.AccessDenied())
      store.flush()
    },

    /**
     * Lets a pending request expire now, as if its time had passed.
     *
     * @throws {NoPendingApprovalError}
     */
    expire(id: string): void {
      const approval = pending(id)
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

  function read(): StoredApproval[] {
    return store.list(kind).map(([, value]) => withStatus(value as StoredApproval))
  }

  function withStatus(approval: StoredApproval): StoredApproval {
    return approval.status === 'pending' && approval.expiresAt <= clock()
      ? { ...approval, status: 'expired' }
      : approval
  }

  function pending(id: string): StoredApproval {
    const stored = store.get(kind, id) as StoredApproval | undefined
    const approval = stored && withStatus(stored)
    if (approval?.status !== 'pending') throw new NoPendingApprovalError()
    return approval
  }

  function write(approval: StoredApproval): void {
    store.put(kind, approval.id, approval, approval.createdAt + historyMs)
  }
}
