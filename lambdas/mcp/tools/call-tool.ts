// Answers one tools/call: a second look at who calls, the tool itself, and nothing released without its permit.
import type { CallToolResult } from '@modelcontextprotocol/server'
import { isPermitFor } from '../../decision/decide.ts'
import { DecisionDeniedError, DecisionUnavailableError } from '../../decision/errors.ts'
import { MyHotelsError } from '../../errors/my-hotels-error.ts'
import { InvalidTokenError } from '../../oauth/verify-access-token.ts'
import type { AccessRules, Credential, Refusal } from '../access/access-request.ts'
import { challengeResult } from '../access/challenge.ts'
import { findRefusal } from '../access/checks.ts'
import { HotelApiProblemError } from '../hotel-api/call-hotel-api.ts'
import type { CallRecord } from '../telemetry/call-record.ts'
import { describeFailure } from '../telemetry/describe-failure.ts'
import type { Tool } from '../tool.ts'

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
  return { content: [{ type: 'text', text: wordsFor(error) }], isError: true }
}

function wordsFor(error: unknown): string {
  // What the hotel API holds against the exchanged token is between the two services, not the person's to mend. What
  // its policy says to the person is.
  const isOurs =
    error instanceof HotelApiProblemError &&
    [401, 403].includes(error.status) &&
    error.code !== 'denied_by_policy'
  if (error instanceof MyHotelsError && !isOurs) return error.message
  return 'MyHotels could not do this. Try again in a moment.'
}
