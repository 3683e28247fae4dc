// What may happen in one run: who does what when, what PingOne is like, and which outside actions fail.
import fc from 'fast-check'
import type { PingOnePolicy, PingOneScript } from './scripted-pingone.ts'
import type { Fault, FaultKind } from './simulation.ts'

/** `at` in milliseconds from the start of the run. */
export type Operation = { at: number } & (
  | { kind: 'prepare'; user: number; nights: number; form: number | undefined; repeats: number }
  | { kind: 'finalize'; user: number; booking: number }
  | { kind: 'phone'; user: number; answer: 'approve' | 'deny' }
  | { kind: 'leap'; seconds: number }
  | { kind: 'policy'; policy: PingOnePolicy }
  | { kind: 'replay token'; token: number; booking: number; action: 'confirm' | 'close' }
  | { kind: 'take quote'; user: number; quote: number }
)

/** What a person does about the requests on their phone once everything works again. */
export type Mood = 'approve' | 'deny' | 'ignore'

export type Schedule = {
  seed: number
  pingOne: PingOneScript
  operations: Operation[]
  faults: Fault[]
  moods: [Mood, Mood]
}

/** 1 night is permitted, 3 need approval, 9 too; 14 are refused. */
export const stays = [1, 3, 9, 14]

const user = fc.nat({ max: 1 })
const soon = fc.nat({ max: 300 })
const moment = fc.oneof(
  { arbitrary: soon, weight: 3 },
  { arbitrary: fc.nat({ max: 30_000 }), weight: 4 },
  { arbitrary: fc.nat({ max: 400_000 }), weight: 1 },
)

const prepare = fc.record({
  kind: fc.constant('prepare' as const),
  at: moment,
  user,
  nights: fc.constantFrom(1, 3, 3, 3, 9, 14),
  form: fc.option(fc.nat({ max: 1 }), { nil: undefined }),
  repeats: fc.nat({ max: 2 }),
})

const faultKind = fc.constantFrom<FaultKind>(
  'crash before',
  'crash after',
  'fail before',
  'fail after',
  'slow',
  'garbage',
)

/** Whatever is tried, and tried again, fails for a while. */
const outage = fc
  .record({
    from: fc.integer({ min: 18, max: 40 }),
    kind: fc.constantFrom<FaultKind>('fail before', 'fail after'),
  })
  .map(({ from, kind }): Fault[] => [0, 1, 2, 3, 4, 5].map((offset) => ({ at: from + offset, kind })))

/** Operations that chance would seldom bring together, and the faults that make them matter. */
type Story = { operations: Operation[]; faults: Fault[]; slowDownAt?: readonly number[] }

const anyBookings = fc
  .array(prepare, { minLength: 1, maxLength: 4 })
  .map((operations): Story => ({ operations, faults: [] }))

/** The same booking several times within the time that one takes. */
const impatience = fc
  .record({
    user,
    nights: fc.constantFrom(1, 1, 3),
    clicks: fc.array(fc.nat({ max: 60 }), { minLength: 2, maxLength: 4 }),
  })
  .map(({ user, nights, clicks }): Story => {
    const booking = { kind: 'prepare' as const, user, nights, form: 0, repeats: 0 }
    return { operations: clicks.map((at) => ({ ...booking, at })), faults: [] }
  })

/** Policy becomes stricter between two requests for a booking, or between a request and its approval. */
const policyChanges = fc
  .record({
    user,
    form: fc.constantFrom(undefined, 0),
    nights: fc.constantFrom(1, 3),
    policy: fc.constantFrom<PingOnePolicy>('strict', 'closed'),
    first: fc.integer({ min: 100, max: 1500 }),
    later: fc.nat({ max: 9000 }),
    faults: fc.array(fc.record({ at: fc.integer({ min: 10, max: 30 }), kind: faultKind }), { maxLength: 1 }),
  })
  .map(({ user, form, nights, policy, first, later, faults }): Story => {
    const booking = { kind: 'prepare' as const, user, nights, form, repeats: 0 }
    return {
      operations: [
        { ...booking, at: 0 },
        { kind: 'policy', policy, at: first },
        { ...booking, at: first + later },
        { kind: 'phone', user, answer: 'approve', at: first + later },
      ],
      faults,
    }
  })

/** An approval is given early or late, PingOne may want to be left in peace, and something fails while it is collected. */
const interruptedApproval = fc
  .record({
    user,
    approved: fc.constantFrom(700, 45_000),
    asked: fc.integer({ min: 2000, max: 9000 }),
    slowDownAt: fc.constantFrom([], [0], [0, 1]),
    faults: fc.oneof(
      fc.array(fc.record({ at: fc.integer({ min: 14, max: 36 }), kind: faultKind }), {
        minLength: 1,
        maxLength: 2,
      }),
      outage,
    ),
  })
  .map(
    ({ user, approved, asked, slowDownAt, faults }): Story => ({
      operations: [
        { kind: 'prepare', user, nights: 3, form: 0, repeats: 0, at: 0 },
        { kind: 'finalize', user, booking: 0, at: asked },
        { kind: 'finalize', user, booking: 0, at: asked },
        { kind: 'phone', user, answer: 'approve', at: approved },
      ],
      faults,
      slowDownAt,
    }),
  )

/** A thief has the approval of one booking and tries it on the next. */
const stolenApproval = user.map((user): Story => {
  const booking = { kind: 'prepare' as const, user, repeats: 0 }
  return {
    operations: [
      { ...booking, nights: 3, form: 0, at: 0 },
      { kind: 'phone', user, answer: 'approve', at: 700 },
      { kind: 'finalize', user, booking: 0, at: 7000 },
      { ...booking, nights: 9, form: 1, at: 12_000 },
      { kind: 'replay token', token: 1, booking: 1, action: 'confirm', at: 14_000 },
    ],
    faults: [],
  }
})

/** An approval is given, its booking expires before it is used, and a thief tries it all the same. */
const lateConfirmation = user.map(
  (user): Story => ({
    operations: [
      { kind: 'prepare', user, nights: 3, form: 0, repeats: 0, at: 0 },
      { kind: 'phone', user, answer: 'approve', at: 700 },
      // The hotel API is away while the approval is collected.
      { kind: 'leap', seconds: 2000, at: 9000 },
      { kind: 'replay token', token: 1, booking: 0, action: 'confirm', at: 10_000 },
      { kind: 'prepare', user, nights: 3, form: 0, repeats: 0, at: 10_500 },
    ],
    faults: Array.from({ length: 14 }, (_, index) => ({ at: 24 + index, kind: 'fail before' as const })),
  }),
)

/** A confirmation is decided just before the booking expires, and written after somebody was told that it had. */
const confirmationUnderWay = fc
  .record({
    user,
    asked: fc.integer({ min: 500, max: 2500 }),
    slow: fc.integer({ min: 28, max: 40 }),
  })
  .map(({ user, asked, slow }): Story => {
    const booking = { kind: 'prepare' as const, user, nights: 3, form: 0, repeats: 0 }
    return {
      operations: [
        { ...booking, at: 0 },
        { kind: 'phone', user, answer: 'approve', at: 700 },
        { kind: 'leap', seconds: 1790, at: 1000 },
        { kind: 'finalize', user, booking: 0, at: 1_797_500 },
        { ...booking, at: 1_800_000 + asked },
      ],
      faults: [{ at: slow, kind: 'slow' }],
    }
  })

const other = fc.oneof(
  {
    arbitrary: fc.record({
      kind: fc.constant('finalize' as const),
      at: moment,
      user,
      booking: fc.nat({ max: 5 }),
    }),
    weight: 6,
  },
  {
    arbitrary: fc.record({
      kind: fc.constant('phone' as const),
      at: moment,
      user,
      answer: fc.constantFrom('approve' as const, 'approve' as const, 'approve' as const, 'deny' as const),
    }),
    weight: 5,
  },
  {
    arbitrary: fc.record({
      kind: fc.constant('leap' as const),
      at: moment,
      seconds: fc.constantFrom(3, 25, 130, 900, 2000),
    }),
    weight: 1,
  },
  {
    arbitrary: fc.record({
      kind: fc.constant('policy' as const),
      at: moment,
      policy: fc.constantFrom<PingOnePolicy>('shipped', 'shipped', 'strict', 'closed'),
    }),
    weight: 1,
  },
  {
    arbitrary: fc.record({
      kind: fc.constant('replay token' as const),
      at: moment,
      token: fc.nat({ max: 9 }),
      booking: fc.nat({ max: 5 }),
      action: fc.constantFrom('confirm' as const, 'confirm' as const, 'close' as const),
    }),
    weight: 2,
  },
  {
    arbitrary: fc.record({
      kind: fc.constant('take quote' as const),
      at: moment,
      user,
      quote: fc.nat({ max: 5 }),
    }),
    weight: 1,
  },
)

const mood = fc.constantFrom<Mood>('approve', 'approve', 'approve', 'deny', 'ignore')

const anyFaults = fc.oneof(
  { arbitrary: fc.constant<Fault[]>([]), weight: 1 },
  {
    arbitrary: fc.array(
      fc.record({ at: fc.oneof(fc.nat({ max: 50 }), fc.nat({ max: 160 })), kind: faultKind }),
      { minLength: 1, maxLength: 8 },
    ),
    weight: 6,
  },
)

export const scheduleArbitrary: fc.Arbitrary<Schedule> = fc
  .record({
    seed: fc.nat({ max: 0x7fffffff }),
    pingOne: fc.record({
      interval: fc.constantFrom(2, 5),
      expiresIn: fc.constantFrom(120, 300, 600),
      slowDownAt: fc.uniqueArray(fc.nat({ max: 9 }), { maxLength: 4 }),
    }),
    story: fc.oneof(
      { arbitrary: anyBookings, weight: 16 },
      { arbitrary: interruptedApproval, weight: 4 },
      { arbitrary: impatience, weight: 2 },
      { arbitrary: policyChanges, weight: 2 },
      { arbitrary: stolenApproval, weight: 1 },
      { arbitrary: lateConfirmation, weight: 1 },
      { arbitrary: confirmationUnderWay, weight: 1 },
    ),
    others: fc.array(other, { maxLength: 7 }),
    faults: anyFaults,
    moods: fc.tuple(mood, mood),
  })
  .map(({ story, others, faults, pingOne, ...rest }) => ({
    ...rest,
    pingOne: { ...pingOne, slowDownAt: story.slowDownAt ?? pingOne.slowDownAt },
    operations: [...story.operations, ...others].sort((a, b) => a.at - b.at),
    faults: [...faults, ...story.faults],
  }))
