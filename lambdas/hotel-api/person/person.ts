// What this API keeps of one person: the stays that they hold, and what their limits are counted from. One record a
// person, written together with every booking that it tells of and under its version, so that it is never behind.
import * as z from 'zod'
import type { ClosedIntent, ConfirmedIntent, PendingIntent } from '../booking/life-cycle.ts'
import { euros } from '../catalogue/euros.ts'
import type { QuoteTerms } from '../quoting/quote.ts'
import { addDays } from '../quoting/stay-dates.ts'
import { ifAbsent } from '../storage/put-item.ts'
import type { ConditionalPut } from '../storage/write-together.ts'

const staySchema = z.object({
  transactionId: z.guid(),
  status: z.enum(['pending', 'confirmed']),
  hotelId: z.string(),
  hotelName: z.string(),
  startDate: z.iso.date(),
  endDate: z.iso.date(),
  /** The booking beside which this room was wanted as well. */
  additionalRoomTo: z.guid().optional(),
  /** When it expires unless it is confirmed. */
  expiresAt: z.int(),
  confirmationCode: z.string().optional(),
})
/** A booking that waits for its approval, or is confirmed and has not ended. */
export type HeldStay = z.infer<typeof staySchema>

export const personSchema = z.object({
  id: z.string(),
  kind: z.literal('person'),
  /** In the order in which they were asked for. */
  stays: z.array(staySchema),
  /** When questions expire whose booking was replaced by another: until then they may be on the person's phone. */
  replacedUntil: z.array(z.int()),
  /** Confirmed without an approval within the last day. */
  unapproved: z.array(z.object({ at: z.int(), cents: z.int() })),
  declinedAt: z.int().optional(),
  /** Grows with each write; 0 before the first. */
  version: z.int(),
  /** Seconds since the epoch. */
  ttl: z.int(),
})
export type Person = z.infer<typeof personSchema>

export const personItemId = (owner: string): string => `person#${owner}`

export const newPerson = (owner: string): Person => ({
  id: personItemId(owner),
  kind: 'person',
  stays: [],
  replacedUntil: [],
  unapproved: [],
  version: 0,
  ttl: 0,
})

const daySeconds = 24 * 60 * 60
const day = daySeconds * 1000

/** The person with a new booking, in place of those that it replaces. */
export function withBooking(
  person: Person,
  intent: PendingIntent | ConfirmedIntent,
  asked: { replaces: readonly HeldStay[]; additionalRoomTo: string | undefined },
): Person {
  const { transactionId, quote, expiresAt } = intent
  const { hotelId, hotelName, startDate, endDate } = quote
  const replaced = new Set(asked.replaces.map((stay) => stay.transactionId))
  const stay: HeldStay = {
    ...{ transactionId, hotelId, hotelName, startDate, endDate, expiresAt },
    ...(asked.additionalRoomTo === undefined ? {} : { additionalRoomTo: asked.additionalRoomTo }),
    ...(intent.status === 'confirmed'
      ? { status: 'confirmed', confirmationCode: intent.confirmationCode }
      : { status: 'pending' }),
  }
  return {
    ...person,
    stays: [...person.stays.filter((other) => !replaced.has(other.transactionId)), stay],
    replacedUntil: [...person.replacedUntil, ...asked.replaces.map((other) => other.expiresAt)],
    unapproved:
      intent.status === 'confirmed'
        ? [...person.unapproved, { at: intent.confirmedAt, cents: quote.totalPriceCents }]
        : person.unapproved,
  }
}

/** The person after what they were asked about has come to an end. */
export function afterTransition(person: Person, to: ConfirmedIntent | ClosedIntent): Person {
  const others = person.stays.filter(({ transactionId }) => transactionId !== to.transactionId)
  switch (to.status) {
    case 'confirmed':
      return {
        ...person,
        stays: person.stays.map((stay) =>
          stay.transactionId === to.transactionId
            ? { ...stay, status: 'confirmed', confirmationCode: to.confirmationCode }
            : stay,
        ),
        // Whoever answers has seen what there was to answer.
        replacedUntil: [],
      }
    case 'denied':
      return { ...person, stays: others, replacedUntil: [], declinedAt: to.closedAt }
    default:
      return { ...person, stays: others }
  }
}

/** The person as the table is to hold them, if nobody else has written meanwhile. */
export function putPerson(before: Person, after: Person, now: number): ConditionalPut {
  const yesterday = addDays(new Date(now).toISOString().slice(0, 10), -1)
  const item: Person = {
    ...after,
    stays: after.stays.filter(({ endDate }) => endDate >= yesterday),
    replacedUntil: after.replacedUntil.filter((until) => until > now),
    unapproved: after.unapproved.filter(({ at }) => at > now - day),
    version: before.version + 1,
    ttl: Math.max(
      Math.floor(now / 1000) + 2 * daySeconds,
      ...after.stays.map(({ endDate }) => Date.parse(`${endDate}T00:00:00Z`) / 1000 + 2 * daySeconds),
    ),
  }
  return {
    item,
    condition:
      before.version === 0
        ? ifAbsent
        : {
            expression: '#version = :version',
            names: { '#version': 'version' },
            values: { ':version': before.version },
          },
  }
}

/** What policy is told of the person who asks for this stay; see `MyHotels.person` in the Trust Framework. */
export function limitsOf(
  person: Person,
  wanted: { quote: QuoteTerms; now: number },
): { openApprovals: number; secondsSinceDecline: number; unapprovedTotal: number } {
  const { quote, now } = wanted
  const since = now - (person.declinedAt ?? Number.NEGATIVE_INFINITY)
  const unapproved = person.unapproved.filter(({ at }) => at > now - day)
  return {
    // One that is replaced by this one stays on the phone, too.
    openApprovals:
      person.stays.filter(({ status, expiresAt }) => status === 'pending' && expiresAt > now).length +
      person.replacedUntil.filter((until) => until > now).length,
    secondsSinceDecline: Math.min(daySeconds, Math.max(0, Math.floor(since / 1000))),
    unapprovedTotal: euros(unapproved.reduce((sum, { cents }) => sum + cents, quote.totalPriceCents)),
  }
}
