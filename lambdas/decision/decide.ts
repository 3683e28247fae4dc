// An enforcement point's question to PingOne Authorize, and the only maker of permits. Closed: whatever is not a
// well-formed PERMIT whose obligations can all be fulfilled refuses the call.
import * as z from 'zod'
import {
  type Answer,
  fetchWithRetry,
  type RetryingFetch,
  type RetryLimits,
} from '../http/fetch-with-retry.ts'
import { InvalidTokenError } from '../oauth/invalid-token-error.ts'
import type { OAuthClient } from '../oauth/oauth-client.ts'
import { plainText } from '../plain-text.ts'
import { DecisionDeniedError, DecisionUnavailableError } from './errors.ts'
import type { Decide, DecisionRequest, Obligation, Permit, Verdict } from './permit.ts'
import { createWorkerToken } from './worker-token.ts'

const approval: Obligation = 'USER-AZ-REQUIRED'
const denialWords = 'DENIED-REASON'
const inactiveToken = 'INVALID-TOKEN'

const statement = z.object({
  code: z.string().max(200),
  payload: z.string().max(10_000).nullish(),
  obligatory: z.boolean(),
})
type Statement = z.infer<typeof statement>

const decisionAnswer = z.object({
  id: z.string().max(200).optional(),
  decision: z.enum(['PERMIT', 'DENY', 'NOT_APPLICABLE', 'INDETERMINATE']),
  statements: z.array(statement).max(100).default([]),
})
type DecisionAnswer = z.infer<typeof decisionAnswer>

/** What each permit was made for. A permit that is not in here was not made by `decide`. */
const made = new WeakMap<Permit, { resource: string; correlationId: string }>()

/** True only for a permit that `decide` made for this very call. */
export function isPermitFor(value: unknown, call: { resource: string; correlationId: string }): boolean {
  if (value === null || typeof value !== 'object') return false
  const purpose = made.get(value as Permit)
  return purpose?.resource === call.resource && purpose.correlationId === call.correlationId
}

export type DecisionPoint = {
  issuer: string
  endpointUrl: string
  /** The name by which the policy knows the server that asks; becomes `MyHotels.service`. */
  service: string
  /** The enforcement point's own client: it may ask for decisions. */
  client: OAuthClient
  /** For the question, and for the worker token before it. */
  limits?: RetryLimits
}

const defaultLimits = { deadline: 6000, attemptTimeout: 3000, attempts: 3 }

export function createDecide(options: RetryingFetch & DecisionPoint): Decide {
  const limits = options.limits ?? defaultLimits
  const workerToken = createWorkerToken({ ...options, limits })

  return async function decide(request) {
    const answer = readAnswer(await ask(request))
    const verdict = verdictOn(request, answer)
    if (answer.decision !== 'PERMIT') {
      if (answer.decision === 'DENY' && answer.statements.some(({ code }) => code === inactiveToken)) {
        throw new InvalidTokenError('the policy calls the token inactive')
      }
      throw new DecisionDeniedError({
        verdict,
        words: wordsOf(answer.statements.find(({ code }) => code === denialWords)),
        detail: answer.statements.map(({ code }) => code),
      })
    }
    const canFulfil = new Set<string>(request.canFulfil ?? [])
    // Whoever is asked for an approval asks for it, whatever the statement says of itself: an edit in the policy must
    // not turn the question off unnoticed.
    const unmet = answer.statements.find(
      ({ code, obligatory }) => (obligatory || code === approval) && !canFulfil.has(code),
    )
    if (unmet) {
      throw new DecisionDeniedError({ verdict, detail: `cannot fulfil ${unmet.code}` })
    }
    return makePermit(request, answer, verdict)
  }

  async function ask(request: DecisionRequest): Promise<Answer> {
    const first = await send(request, await workerToken.get(request.correlationId))
    if (first.status !== 401) return first
    // The kept worker token was revoked: once more with a new one.
    workerToken.forget()
    return send(request, await workerToken.get(request.correlationId))
  }

  async function send(request: DecisionRequest, token: string): Promise<Answer> {
    try {
      return await fetchWithRetry(
        options,
        {
          url: options.endpointUrl,
          init: {
            method: 'POST',
            headers: {
              authorization: `Bearer ${token}`,
              'content-type': 'application/json',
              accept: 'application/json',
              'x-ping-external-transaction-id': request.correlationId,
            },
            body: JSON.stringify({ parameters: parametersOf(options.service, request) }),
          },
          repeatable: true,
        },
        limits,
      )
    } catch (cause) {
      throw new DecisionUnavailableError('no answer from the decision endpoint', cause)
    }
  }
}

function parametersOf(service: string, request: DecisionRequest): Record<string, string | number | boolean> {
  const parameters: Record<string, string | number | boolean> = {
    'MyHotels.service': service,
    'MyHotels.resource': request.resource,
  }
  for (const [name, value] of Object.entries(request.parameters)) {
    parameters[`MyHotels.parameters.${name}`] = value
  }
  for (const [name, value] of Object.entries(request.person ?? {})) {
    parameters[`MyHotels.person.${name}`] = value
  }
  if (request.bearerToken !== undefined) parameters['MyHotels.bearerToken'] = request.bearerToken
  return parameters
}

function readAnswer(answer: Answer): DecisionAnswer {
  if (answer.status !== 200) {
    throw new DecisionUnavailableError(`the decision endpoint answered ${answer.status}`)
  }
  let body: unknown
  try {
    body = JSON.parse(answer.text)
  } catch (cause) {
    throw new DecisionUnavailableError('the decision is not JSON', cause)
  }
  const parsed = decisionAnswer.safeParse(body)
  if (!parsed.success) throw new DecisionUnavailableError('the decision is malformed', parsed.error)
  return parsed.data
}

function verdictOn(request: DecisionRequest, answer: DecisionAnswer): Verdict {
  const { resource, parameters, person } = request
  return {
    id: answer.id,
    effect: answer.decision,
    statements: answer.statements.map((each) => ({ code: each.code, words: wordsOf(each) })),
    judged: { resource, parameters, ...(person ? { person } : {}) },
  }
}

function makePermit(request: DecisionRequest, answer: DecisionAnswer, verdict: Verdict): Permit {
  const asked = answer.statements.find(({ code }) => code === approval)
  const permit: Permit = Object.freeze({
    effect: 'PERMIT',
    approvalRequired: asked !== undefined,
    approvalReason: wordsOf(asked),
    verdict,
  })
  made.set(permit, { resource: request.resource, correlationId: request.correlationId })
  return permit
}

/** The words that the policy meant for the person: one line, bounded. */
function wordsOf(statement: Statement | undefined): string | undefined {
  return plainText(statement?.payload ?? '', 500) || undefined
}
