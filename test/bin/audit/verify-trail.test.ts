// A real hotel API writes the bookings and their trail; then somebody with both tables changes one thing.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Evidence } from '../../../bin/audit/evidence.ts'
import { verifyTrail } from '../../../bin/audit/verify-trail.ts'
import { hashOfEntry } from '../../../lambdas/hotel-api/audit/chain.ts'
import type { Entry } from '../../../lambdas/hotel-api/audit/entry.ts'
import { headSchema } from '../../../lambdas/hotel-api/audit/head.ts'
import { intentRecordSchema } from '../../../lambdas/hotel-api/booking/life-cycle.ts'
import { approvalNeeded, auditKey, refused, settings, startWorld, type World } from '../../hotel-api/world.ts'

let world: World
let evidence: Evidence
const booked = { direct: '', approved: '', other: '', denied: '', expired: '', cancelled: '', pending: '' }

beforeAll(async () => {
  world = await startWorld()
  booked.direct = await world.intend('anna', 'not_required')
  for (const which of ['approved', 'other', 'denied', 'expired', 'cancelled'] as const)
    booked[which] = await world.intend('anna', 'required')
  for (const which of ['approved', 'other'] as const) {
    world.clock.now += 30_000
    await world.confirm(booked[which], await world.approvalTokenFor('anna', booked[which]))
  }
  await world.close(booked.denied, 'denied')
  world.policy.answer = refused
  await world.confirm(booked.cancelled, await world.approvalTokenFor('anna', booked.cancelled))
  const { quoteId } = await world.quote('ben')
  await world.send('/booking-intents', {
    token: await world.tokenOf('ben'),
    headers: { 'idempotency-key': 'refused' },
    body: { quoteId },
  })
  world.policy.answer = approvalNeeded
  world.clock.now += settings.intentLifetimeSeconds * 1000
  await world.read(booked.expired, 'anna')
  booked.pending = await world.intend('anna', 'required')
  const records = await world.stored()
  evidence = {
    bookings: records.filter(({ kind }) => kind === 'intent').map((one) => intentRecordSchema.parse(one)),
    refusals: records
      .filter(({ kind }) => kind === 'refusals')
      .map(({ id, trail }) => ({ id: String(id), trail: headSchema.parse(trail) })),
    items: await world.trail(),
    key: auditKey,
    now: world.clock.now,
  }
})
afterAll(() => world.stop())

const itemOf = ({ items }: Evidence, id: string, sequence: number) => {
  const item = items.find((one) => one.id === id && one.sequence === sequence)
  if (item === undefined) throw new Error(`no entry ${sequence} of ${id}`)
  return item
}

const bookingOf = ({ bookings }: Evidence, id: string) => {
  const booking = bookings.find(({ transactionId }) => transactionId === id)
  if (booking === undefined) throw new Error(`no booking ${id}`)
  return booking
}

/** Edits the text of an entry; with the key also its hash, and the head that the booking holds. */
function edit(copy: Evidence, id: string, sequence: number, change: (entry: Entry) => void, key?: string) {
  const item = itemOf(copy, id, sequence)
  const entry = JSON.parse(item.entry) as Entry
  change(entry)
  item.entry = JSON.stringify(entry)
  if (key === undefined) return
  item.hash = hashOfEntry(key, item.entry)
  const { trail } = bookingOf(copy, id)
  if (trail?.sequence === sequence) trail.hash = item.hash
}

const without = (copy: Evidence, id: string, sequence: number): Evidence => ({
  ...copy,
  items: copy.items.filter((item) => item.id !== id || item.sequence !== sequence),
})

type Confirmed = Extract<Entry, { event: 'confirmed' }>

const tamperings: [what: string, tamper: (copy: Evidence) => Evidence | undefined, fault: RegExp][] = [
  [
    'an amount is edited',
    (copy) => void edit(copy, booked.approved, 2, (entry) => ((entry as Confirmed).quote.totalPrice = 3)),
    /entry 2 was edited/,
  ],
  [
    'an amount is edited by who can make hashes with another key',
    (copy) =>
      void edit(copy, booked.approved, 2, (entry) => ((entry as Confirmed).quote.totalPrice = 3), 'other'),
    /entry 2 was edited/,
  ],
  [
    'an amount is edited, with the key, everywhere but in the decision',
    (copy) => {
      edit(copy, booked.direct, 1, (entry) => ((entry as Confirmed).quote.totalPrice = 3), auditKey)
      bookingOf(copy, booked.direct).quote.totalPriceCents = 300
    },
    /decision about another totalPrice/,
  ],
  [
    'a booking is edited',
    (copy) => void Object.assign(bookingOf(copy, booked.direct).quote, { totalPriceCents: 1 }),
    /other terms/,
  ],
  [
    'a booking is given to somebody else',
    (copy) => void Object.assign(bookingOf(copy, booked.direct), { owner: 'ben' }),
    /another person/,
  ],
  ['the first entry is deleted', (copy) => without(copy, booked.approved, 1), /entry 1 is missing/],
  ['the last entry is deleted', (copy) => without(copy, booked.approved, 2), /knows 2 entries, there are 1/],
  [
    'the only entry is deleted',
    (copy) => without(copy, booked.direct, 1),
    /confirmed booking has no audit trail/,
  ],
  [
    'the entry of a refusal is deleted',
    (copy) => ({ ...copy, items: copy.items.filter(({ id }) => !id.startsWith('refused#')) }),
    /the refusal has no audit trail/,
  ],
  [
    'a confirmed booking is put in without a decision',
    (copy) => {
      const { trail: _, ...booking } = structuredClone(bookingOf(copy, booked.direct))
      const transactionId = '00000000-0000-8000-8000-000000000000'
      return { ...copy, bookings: [...copy.bookings, { ...booking, transactionId }] }
    },
    /confirmed without a decision/,
  ],
  [
    'a denied booking is called confirmed',
    (copy) =>
      void Object.assign(bookingOf(copy, booked.denied), {
        status: 'confirmed',
        confirmedAt: 1,
        confirmationCode: 'MH-AAAA-AAAA',
      }),
    /is confirmed, its trail ends with denied/,
  ],
  [
    'the entries of two bookings change places',
    (copy) => {
      const [one, two] = [itemOf(copy, booked.approved, 2), itemOf(copy, booked.other, 2)]
      ;[one.entry, one.hash, two.entry, two.hash] = [two.entry, two.hash, one.entry, one.hash]
    },
    /belongs elsewhere/,
  ],
  [
    'two bookings swap approvals, with the key',
    (copy) => {
      const theirs = (id: string) => (JSON.parse(itemOf(copy, id, 2).entry) as Confirmed).approval
      const [one, two] = [theirs(booked.approved), theirs(booked.other)]
      edit(copy, booked.approved, 2, (entry) => Object.assign(entry, { approval: two }), auditKey)
      edit(copy, booked.other, 2, (entry) => Object.assign(entry, { approval: one }), auditKey)
    },
    /approved another transaction_id/,
  ],
  [
    'one approval serves two bookings, with the key',
    (copy) => {
      const { approval } = JSON.parse(itemOf(copy, booked.other, 2).entry) as Confirmed
      edit(
        copy,
        booked.approved,
        2,
        (entry) => Object.assign((entry as Confirmed).approval ?? {}, { tokenHash: approval?.tokenHash }),
        auditKey,
      )
    },
    /the same approval/,
  ],
  [
    'the approval is taken out, with the key',
    (copy) => void edit(copy, booked.approved, 2, (entry) => delete (entry as Confirmed).approval, auditKey),
    /without the approval that it needed/,
  ],
  [
    'the approval was not authenticated, with the key',
    (copy) =>
      void edit(
        copy,
        booked.approved,
        2,
        (entry) => Object.assign((entry as Confirmed).approval ?? {}, { amr: [] }),
        auditKey,
      ),
    /approved without authentication/,
  ],
  [
    'the approval is older than the request, with the key',
    (copy) =>
      void edit(
        copy,
        booked.approved,
        2,
        (entry) =>
          Object.assign((entry as Confirmed).approval ?? {}, { issuedAt: '2026-11-22T10:00:00.000Z' }),
        auditKey,
      ),
    /not given between request and confirmation/,
  ],
  [
    'the decision was a denial, with the key',
    (copy) =>
      void edit(copy, booked.direct, 1, (entry) => ((entry as Confirmed).decision.effect = 'DENY'), auditKey),
    /although policy said DENY/,
  ],
  [
    'an entry would be forgotten early',
    (copy) => void Object.assign(itemOf(copy, booked.direct, 1), { ttl: 1 }),
    /forgotten at another time/,
  ],
  [
    'a booking is deleted',
    (copy) => ({
      ...copy,
      bookings: copy.bookings.filter(({ transactionId }) => transactionId !== booked.approved),
    }),
    /gone before its time/,
  ],
  [
    'an entry is no JSON',
    (copy) => void Object.assign(itemOf(copy, booked.direct, 1), { entry: '{' }),
    /was edited/,
  ],
]

describe('verifying the trail', () => {
  test('finds no fault in bookings of every end, and in a refusal', () => {
    expect(new Set(evidence.bookings.map(({ status }) => status))).toEqual(
      new Set(['confirmed', 'denied', 'expired', 'cancelled', 'pending']),
    )
    expect(verifyTrail(evidence)).toEqual({ confirmed: 3, chains: 8, faults: [] })
  })

  test.each(tamperings)('finds it when %s', (_what, tamper, fault) => {
    const copy = structuredClone(evidence)

    const { faults } = verifyTrail(tamper(copy) ?? copy)

    expect(faults).toContainEqual(expect.stringMatching(fault))
  })

  test('still verifies a booking whose record was forgotten in its time', () => {
    const later = {
      ...evidence,
      bookings: evidence.bookings.filter(({ transactionId }) => transactionId === booked.pending),
      now: evidence.now + 200 * 24 * 60 * 60 * 1000,
    }

    expect(verifyTrail(later).faults).toEqual([])
  })
})
