import * as z from 'zod'
import { outcomes } from '../../booking/life-cycle.ts'
import { requireAll } from '../authority/check.ts'
import { readAccessToken } from '../authority/read-access-token.ts'
import { workflowToken } from '../authority/tokens.ts'
import type { HotelApiDependencies } from '../dependencies.ts'
import { AlreadyConfirmedError, UnknownBookingError } from '../errors/booking-errors.ts'
import { defineRoute, type Route } from '../http/route.ts'
import type { Storage } from '../storage/storage.ts'
import { intentSchema, presentIntent, transactionIdSchema } from './intent.ts'
import { asOf, closed } from './life-cycle.ts'
import { loadIntent } from './load-intent.ts'
import { recordTransition } from './record-transition.ts'

export const closeRequestSchema = z.strictObject({
  outcome: z
    .enum(outcomes)
    .describe('Why the booking ends: the person said no, nobody answered, or it was called off'),
})

/** `POST /booking-intents/{transactionId}/close`: the approval workflow ends what was not approved. */
export function closeIntent(dependencies: HotelApiDependencies, storage: Storage): Route {
  const { settings, verify, clock } = dependencies
  const scope = settings.scopes.close
  const checks = workflowToken(settings)
  return defineRoute({
    method: 'POST',
    path: '/booking-intents/{transactionId}/close',
    operationId: 'closeIntent',
    summary: 'Close a pending booking',
    description: 'For the approval workflow alone. A booking that is closed already stays as it is.',
    access: { kind: 'required', scope, token: 'workflow' },
    params: z.object({ transactionId: transactionIdSchema }),
    body: closeRequestSchema,
    answers: { 200: { description: 'The closed booking', schema: intentSchema } },
    problems: { 404: ['unknown_booking'], 409: ['already_confirmed'], 422: ['invalid_request'] },
    async authorize(request) {
      requireAll(checks, await readAccessToken(request, verify))
    },
    async answer({ params, body, correlationId }) {
      const intent = await loadIntent(storage, params.transactionId)
      const now = clock()
      if (intent.status === 'confirmed') throw new AlreadyConfirmedError()
      if (intent.status !== 'pending') return { status: 200, body: presentIntent(intent, now) }

      // What is past its time has expired, whatever else came of it afterwards.
      const due = asOf(intent, now)
      const next = due.status === 'expired' ? due : closed(intent, { at: now, outcome: body.outcome })
      const result = await recordTransition(storage, intent, next, {
        endedBy: due.status === 'expired' ? 'time' : 'workflow',
        correlationId,
      })
      if (result === undefined) throw new UnknownBookingError('removed')
      if (result.status === 'confirmed') throw new AlreadyConfirmedError()
      return { status: 200, body: presentIntent(result, now) }
    },
  })
}
