// Decision endpoints: where decisions are asked for, and which version of the policies answers.
import { randomUUID } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import * as z from 'zod'
import { decide } from '../../authorize/decide.ts'
import type { Stored } from '../../environment.ts'
import { ApiError, type Detail, invalidData, invalidValue, notFound } from '../api-error.ts'
import { parseBody, requireObject } from '../body.ts'
import { collectionOperations } from '../collection.ts'
import { page, present } from '../hal.ts'
import type { Call, ManagementContext, Operation } from '../operation.ts'
import { createRateLimit } from '../rate-limit.ts'
import { createEvaluations } from './evaluate.ts'
import { collections, draftFramework, frameworkAt, latestVersion, rootPolicyId } from './framework.ts'

const schema = z.strictObject({
  name: z.string().trim().min(1).max(256),
  description: z.string().max(1024),
  recordRecentRequests: z.boolean(),
  authorizationVersion: z.looseObject({ id: z.guid() }).optional(),
  policyId: z.guid().optional(),
  alternateId: z.string().min(1).max(256).optional(),
})

const rights = { read: 'authorize:read', write: 'authorize:write' } as const
const product = 'PING_ONE_AUTHORIZE' as const
const path = '/environments/{environmentID}/decisionEndpoints'
const bulkMediaType = 'application/vnd.pingidentity.decisionengine.authorize.bulk+json'
const mostDecisionsInBulk = 20
const mostRecentDecisions = 20
const recent = 24 * 60 * 60 * 1000

export function decisionEndpoints(context: ManagementContext): Operation[] {
  const { environment } = context
  const endpointPath = (id: string) => `/environments/${environment.id}/decisionEndpoints/${id}`
  const evaluations = createEvaluations(context)
  const limitDrafts = createRateLimit(
    context.clock,
    context.options.draftDecisionsPerMinute,
    'Decisions on the draft are limited. They are intended for policy development and debugging only.',
  )

  const requireEndpoint = (call: Call): Stored => {
    const id = call.variables.decisionEndpointID ?? ''
    const endpoint = environment.get('decisionEndpoints', id)
    if (!endpoint) throw notFound()
    return endpoint
  }

  async function evaluate(endpoint: Stored, input: DecisionInput): Promise<object> {
    const started = performance.now()
    const fixed = endpoint.authorizationVersion as { id: string } | undefined
    if (!fixed) limitDrafts()
    const framework = fixed ? frameworkAt(environment, fixed.id) : draftFramework(environment)
    if (!framework) throw notFound('The authorization version was not found.')
    const evaluation = evaluations({ framework, parameters: input.parameters, userId: input.userId })
    const policyId = typeof endpoint.policyId === 'string' ? endpoint.policyId : rootPolicyId(environment)
    const { decision, status, statements } = await decide(evaluation, policyId)
    const versionId = fixed?.id ?? latestVersion(environment)?.id
    const answer = {
      id: randomUUID(),
      correlationId: randomUUID(),
      timestamp: new Date(context.clock()).toISOString(),
      elapsedMicroseconds: Math.round((performance.now() - started) * 1000),
      status,
      decision,
      ...(versionId ? { authorizationVersion: { id: versionId } } : {}),
      statements,
    }
    if (endpoint.recordRecentRequests === true) record(endpoint.id, answer)
    return answer
  }

  /** What was asked stays out of the record: among the parameters are bearer tokens. */
  function record(endpointId: string, answer: { id: string; timestamp: string }): void {
    const { id, timestamp } = answer
    environment.putChild('recentDecisions', endpointId, {
      id,
      requestedAt: timestamp,
      decisionResponse: answer,
    })
    const kept = environment.children('recentDecisions', endpointId)
    for (const old of kept.slice(0, Math.max(0, kept.length - mostRecentDecisions))) {
      environment.deleteChild('recentDecisions', endpointId, old.id)
    }
  }

  const recentDecisions = (endpointId: string): Stored[] =>
    environment
      .children('recentDecisions', endpointId)
      .filter(({ requestedAt }) => context.clock() - Date.parse(String(requestedAt)) < recent)
      .toReversed()

  return [
    ...collectionOperations(context, {
      path,
      variable: 'decisionEndpointID',
      collection: 'decisionEndpoints',
      rights,
      product,
      schema,
      readOnly: ['owned', 'provenance', 'recentDecisions', 'recentDecisionsEnabled'],
      unique: ['name'],
      members({ authorizationVersion, ...input }) {
        if (input.policyId !== undefined && !environment.get(collections.policies, input.policyId)) {
          throw invalidValue('policyId', 'there is no such policy')
        }
        if (!authorizationVersion) return { ...input }
        const version = environment.get('authorizationVersions', authorizationVersion.id)
        if (!version?.tag) {
          throw notFound(`The authorization version ${authorizationVersion.id} is not tagged.`)
        }
        return { ...input, authorizationVersion: { id: version.id } }
      },
      show(endpoint) {
        const version = endpoint.authorizationVersion as { id: string } | undefined
        return {
          ...endpoint,
          owned: false,
          recentDecisionsEnabled: endpoint.recordRecentRequests,
          recentDecisions: {
            href: `${context.baseUrl}${endpointPath(endpoint.id)}/recentDecisions`,
            title: 'Recent Decisions',
            type: 'application/hal+json',
          },
          ...(version
            ? {
                authorizationVersion: {
                  id: version.id,
                  href: `${context.baseUrl}/environments/${environment.id}/authorizationVersions/${version.id}`,
                  title: 'Authorization Version',
                  type: 'application/hal+json',
                },
              }
            : {}),
        }
      },
      links: ({ id }) => ({ recentDecisions: `${endpointPath(id)}/recentDecisions` }),
    }),
    {
      method: 'POST',
      path: `${path}/{decisionEndpointID}`,
      // A decision asks for a valid token only: which role is the smallest that suffices is not documented.
      right: 'decision:evaluate',
      product,
      async handle(call) {
        const endpoint = requireEndpoint(call)
        return { status: 200, body: await evaluate(endpoint, readDecision(call.body)) }
      },
    },
    {
      method: 'POST',
      path: `${path}/{decisionEndpointID}`,
      mediaTypes: [bulkMediaType],
      right: 'decision:evaluate',
      product,
      async handle(call) {
        const endpoint = requireEndpoint(call)
        const responses: object[] = []
        let errors = 0
        for (const input of readBulk(call.body)) {
          try {
            responses.push(await evaluate(endpoint, readDecision(input)))
          } catch (error) {
            if (!(error instanceof ApiError)) throw error
            errors += 1
            responses.push({ code: error.code, message: error.message, details: error.details })
          }
        }
        const summary = { requested: responses.length, errors, successful: responses.length - errors }
        return { status: 200, body: { correlationId: randomUUID(), summary, responses } }
      },
    },
    {
      method: 'GET',
      path: `${path}/{decisionEndpointID}/recentDecisions`,
      right: rights.read,
      product,
      handle(call) {
        const { id } = requireEndpoint(call)
        const body = page(
          context,
          recentDecisions(id),
          {
            path: call.path,
            query: call.query,
            embedded: 'recentDecisions',
            defaultLimit: mostRecentDecisions,
            maximumLimit: mostRecentDecisions,
          },
          (item) => present(context, `${endpointPath(id)}/recentDecisions/${item.id}`, item),
        )
        return { status: 200, body }
      },
    },
    {
      method: 'GET',
      path: `${path}/{decisionEndpointID}/recentDecisions/{recentDecisionID}`,
      right: rights.read,
      product,
      handle(call) {
        const { id } = requireEndpoint(call)
        const item = recentDecisions(id).find((each) => each.id === call.variables.recentDecisionID)
        if (!item) throw notFound()
        return {
          status: 200,
          body: present(context, `${endpointPath(id)}/recentDecisions/${item.id}`, item),
        }
      },
    },
  ]
}

type DecisionInput = { parameters: Map<string, string | number | boolean>; userId: string | undefined }

const decisionSchema = z.strictObject({
  parameters: z.record(z.string(), z.unknown()),
  userContext: z.looseObject({ user: z.looseObject({ id: z.string().min(1) }) }).optional(),
})

/** Scalars only: structures are sent as JSON text. */
function readDecision(body: unknown): DecisionInput {
  const { userContext } = parseBody(decisionSchema, body)
  // Read from the body itself: validation copies members by name, and a name here may be any text.
  const given = requireObject(requireObject(body).parameters)
  const parameters = new Map<string, string | number | boolean>()
  const details: Detail[] = []
  for (const [name, value] of Object.entries(given)) {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      parameters.set(name, value)
    } else {
      details.push({
        code: 'INVALID_VALUE',
        target: `parameters.${name}`,
        message: 'must be a string, a number or a boolean; send structures as JSON text',
      })
    }
  }
  if (details.length > 0) throw invalidData(...details)
  return { parameters, userId: userContext?.user.id }
}

const bulkSchema = z.strictObject({
  parameters: z.record(z.string(), z.unknown()).optional(),
  userContext: z.looseObject({}).optional(),
  decisionRequests: z.array(z.looseObject({})).min(1).max(mostDecisionsInBulk),
})

/** The inner requests, each over what they share. */
function readBulk(body: unknown): object[] {
  const { parameters = {}, userContext, decisionRequests } = parseBody(bulkSchema, body)
  return decisionRequests.map((request) => ({
    ...(userContext ? { userContext } : {}),
    ...request,
    parameters: { ...parameters, ...(request.parameters as object | undefined) },
  }))
}
