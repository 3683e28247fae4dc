// Test runs: POST to an attribute, condition, service, policy or rule evaluates it on the draft.
import { performance } from 'node:perf_hooks'
import * as z from 'zod'
import { callService } from '../../authorize/call-service.ts'
import { decide, decideRule } from '../../authorize/decide.ts'
import { isMet } from '../../authorize/evaluate-condition.ts'
import type { Evaluation } from '../../authorize/evaluation.ts'
import type { Framework } from '../../authorize/model.ts'
import { resolveAttribute } from '../../authorize/resolve-attribute.ts'
import { EvaluationFailure, toText } from '../../authorize/values.ts'
import { notFound } from '../api-error.ts'
import { parseBody } from '../body.ts'
import type { ManagementContext, Operation } from '../operation.ts'
import { createEvaluations } from './evaluate.ts'
import { collections, draftFramework } from './framework.ts'

const schema = z.strictObject({
  parameters: z.array(z.strictObject({ key: z.string().min(1), value: z.string() })),
  userContext: z.looseObject({ user: z.looseObject({ id: z.guid() }).optional() }).optional(),
  overrides: z
    .array(
      z.strictObject({
        type: z.enum(['ATTRIBUTE', 'SERVICE']),
        value: z.strictObject({ id: z.guid(), override: z.string() }),
      }),
    )
    .optional(),
})

type Result = { type: string; value: string }
type Run = (
  evaluation: Evaluation,
  id: string,
) => Promise<{ result?: Result; failure?: { code: string; message?: string } }>

const runs: { kind: keyof Framework; variable: string; run: Run }[] = [
  {
    kind: 'attributes',
    variable: 'attributeID',
    run: async (evaluation, id) => {
      const { type, value } = await resolveAttribute(evaluation, id)
      return { result: { type, value: toText(value) } }
    },
  },
  {
    kind: 'conditions',
    variable: 'conditionID',
    run: async (evaluation, id) => ({
      result: {
        type: 'BOOLEAN',
        value: String(await isMet(evaluation, { type: 'REFERENCE', reference: { id } })),
      },
    }),
  },
  {
    kind: 'services',
    variable: 'serviceID',
    run: async (evaluation, id) => ({
      result: { type: 'JSON', value: toText((await callService(evaluation, id, [])) ?? null) },
    }),
  },
  {
    kind: 'policies',
    variable: 'policyID',
    run: async (evaluation, id) => toResult(await decide(evaluation, id)),
  },
  {
    kind: 'rules',
    variable: 'ruleID',
    run: async (evaluation, id) => {
      const rule = evaluation.framework.rules.get(id)
      if (!rule) throw notFound()
      return toResult(await decideRule(evaluation, rule))
    },
  },
]

function toResult({ decision, status }: Awaited<ReturnType<typeof decide>>): Awaited<ReturnType<Run>> {
  const result = { type: 'DECISION', value: decision }
  return status.code === 'OKAY' ? { result } : { result, failure: status }
}

export function testRuns(context: ManagementContext): Operation[] {
  const evaluations = createEvaluations(context)
  return runs.map(
    ({ kind, variable, run }): Operation => ({
      method: 'POST',
      path: `/environments/{environmentID}/${collections[kind]}/{${variable}}`,
      right: 'authorize:write',
      product: 'PING_ONE_AUTHORIZE',
      authorizeAdminApi: true,
      async handle(call) {
        const id = call.variables[variable] ?? ''
        const framework = draftFramework(context.environment)
        if (!framework[kind].has(id)) throw notFound()
        const request = parseBody(schema, call.body)
        const started = performance.now()
        const evaluation = evaluations({
          framework,
          parameters: new Map(request.parameters.map(({ key, value }) => [key, value])),
          userId: request.userContext?.user?.id,
          overrides: new Map((request.overrides ?? []).map(({ value }) => [value.id, value.override])),
        })
        const { result, failure } = await run(evaluation, id).catch((error: unknown) => {
          if (error instanceof EvaluationFailure) return { result: undefined, failure: error }
          throw error
        })
        return {
          status: 200,
          body: {
            elapsedMicroseconds: Math.round((performance.now() - started) * 1000),
            request,
            authorized: result?.value === 'PERMIT',
            status: { code: failure?.code ?? 'OKAY', messages: failure?.message ? [failure.message] : [] },
            ...(result ? { result } : {}),
          },
        }
      },
    }),
  )
}
