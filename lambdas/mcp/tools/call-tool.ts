// Answers one tools/call: a second look at who calls, the tool itself, and nothing released without its permit.
import type { CallToolResult } from '@modelcontextprotocol/server'
import { isPermitFor } from '../../decision/decide.ts'
import { DecisionDeniedError, DecisionUnavailableError } from '../../decision/errors.ts'
import { MyHotelsError } from '../../errors/my-hotels-error.ts'
import { InvalidTokenError } from '../../oauth/invalid-token-error.ts'
import type { AccessRules, Credential, Refusal } from '../access/access-request.ts'
import { challengeResult } from '../access/challenge.ts'
import { findRefusal } from '../access/checks.ts'
import { HotelApiProblemError } from '../hotel-api/call-hotel-api.ts'
import type { CallRecord } from '../telemetry/call-record.ts'
import { describeFailure } from '../telemetry/describe-failure.ts'
import type { Tool } from '../tool.ts'
import { ToolError } from './tool-error.ts'

/** One request on its way through the server. */
export type Call = {
  credential: Credential
  rules: AccessRules
  record: CallRecord
  requestUrl: string
  /** Within this many milliseconds the call is answered, if only with words. */
  deadline: number
  /** Set when the call turns out to need sign-in after all; the HTTP answer is then a challenge. */
  refusal?: Refusal
}

export async function callTool(
  tool: Tool,
  input: Record<string, unknown>,
  call: Call,
): Promise<CallToolResult> {
  const { record } = call
  const refusal = findRefusal({
    message: { method: 'tools/call', params: { name: tool.name } },
    credential: call.credential,
    rules: call.rules,
  })
  if (refusal) return refuseCall(refusal, call)
  try {
    const answer = await withinDeadline(
      tool.answer({
        input,
        caller: call.credential.kind === 'valid' ? call.credential.caller : undefined,
        correlationId: record.correlationId,
        trace: record,
      }),
      call.deadline,
    )
    if (!isPermitFor(answer.permit, { resource: tool.name, correlationId: record.correlationId })) {
      record.decision = 'missing'
      return fail(new Error('The tool answered without a permit for this call'), record)
    }
    record.decision = answer.permit.approvalRequired ? 'PERMIT, approval required' : 'PERMIT'
    // Only what the output schema names goes out.
    const structuredContent = tool.outputSchema.parse(answer.structuredContent)
    record.outcome = 'ok'
    return {
      content: [
        { type: 'text', text: answer.text },
        ...(answer.textForModel === undefined ? [] : [forModel(answer.textForModel)]),
      ],
      structuredContent,
      ...(answer.widgetData ? { _meta: answer.widgetData } : {}),
    }
  } catch (error) {
    if (error instanceof InvalidTokenError) {
      record.failure = describeFailure(error)
      return refuseCall(
        {
          status: 401,
          error: 'invalid_token',
          description: error.message,
          scopes: call.rules.scopesSupported,
          mayBeToolResult: false,
        },
        call,
      )
    }
    return fail(error, record)
  }
}

const forModel = (text: string) => ({
  type: 'text' as const,
  text,
  annotations: { audience: ['assistant' as const] },
})

/** Every step of a tool has a limit of its own; together they may still outlast the gateway, which tells nobody why. */
class CallTakesTooLongError extends MyHotelsError {
  constructor() {
    super({
      name: 'CallTakesTooLongError',
      code: 'takes_too_long',
      status: 504,
      retryable: true,
      message: 'This takes longer than usual. Do the same again: nothing is done twice.',
    })
  }
}

async function withinDeadline<T>(work: Promise<T>, deadline: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  try {
    return await Promise.race([
      work,
      new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new CallTakesTooLongError()), deadline)
      }),
    ])
  } finally {
    clearTimeout(timer)
  }
}

function refuseCall(refusal: Refusal, call: Call): CallToolResult {
  call.refusal = refusal
  call.record.outcome = `refused:${refusal.error}`
  return challengeResult(refusal, call.requestUrl)
}

function fail(error: unknown, record: CallRecord): CallToolResult {
  if (error instanceof DecisionDeniedError) record.decision = error.effect
  if (error instanceof DecisionUnavailableError) record.decision = 'unavailable'
  record.failure = describeFailure(error)
  record.outcome = `failed:${error instanceof MyHotelsError ? error.code : 'internal'}`
  const told = isForCaller(error) ? error : undefined
  const hint = told instanceof ToolError ? told.forModel : undefined
  return {
    content: [
      { type: 'text', text: told?.message ?? 'MyHotels could not do this. Try again in a moment.' },
      ...(hint === undefined ? [] : [forModel(hint)]),
    ],
    isError: true,
    // Tells what was refused from what nobody knows: only the latter may have been done.
    _meta: {
      'myhotels/error': {
        ...(told instanceof ToolError ? told.facts : {}),
        code: told?.code ?? 'internal_error',
        retryable: told?.retryable ?? true,
      },
    },
  }
}

function isForCaller(error: unknown): error is MyHotelsError {
  // What the hotel API holds against the exchanged token is between the two services, not the person's to mend. What
  // its policy says to the person is.
  const isOurs =
    error instanceof HotelApiProblemError &&
    [401, 403].includes(error.status) &&
    error.code !== 'denied_by_policy'
  return error instanceof MyHotelsError && !isOurs
}
