import * as z from 'zod'
import { requireAll } from '../authority/check.ts'
import { personOf } from '../authority/person.ts'
import { readAccessToken } from '../authority/read-access-token.ts'
import { exchangedToken } from '../authority/tokens.ts'
import type { HotelApiDependencies } from '../dependencies.ts'
import { defineRoute, type Route } from '../http/route.ts'
import type { Storage } from '../storage/storage.ts'
import { ownedBy } from './checks/owner.ts'
import { intentSchema, presentIntent, transactionIdSchema } from './intent.ts'
import { loadIntent } from './load-intent.ts'
import { settleExpiry } from './settle-expiry.ts'

/** `GET /booking-intents/{transactionId}`: a person's own booking as it is now. */
export function readIntent(dependencies: HotelApiDependencies, storage: Storage): Route {
  const { settings, verify, clock } = dependencies
  const scope = settings.scopes.book
  const checks = exchangedToken(dependencies, scope)
  return defineRoute({
    method: 'GET',
    path: '/booking-intents/{transactionId}',
    operationId: 'readIntent',
    summary: 'Look a booking up',
    description: 'People see their own bookings only; any other is unknown to them.',
    access: { kind: 'required', scope, token: 'exchanged' },
    params: z.object({ transactionId: transactionIdSchema }),
    answers: { 200: { description: 'The booking', schema: intentSchema } },
    problems: { 404: ['unknown_booking'] },
    async authorize(request) {
      const token = await readAccessToken(request, verify)
      requireAll(checks, token)
      return { person: personOf(token) }
    },
    async answer({ params, authority, correlationId }) {
      const intent = await loadIntent(storage, params.transactionId)
      requireAll([ownedBy(authority.person)], intent)
      const now = clock()
      return {
        status: 200,
        body: presentIntent(await settleExpiry(storage, intent, now, correlationId), now),
      }
    },
  })
}
