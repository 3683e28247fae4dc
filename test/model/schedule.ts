// What may happen in one run: who does what when, what PingOne is like, and which outside actions fail.
import fc from 'fast-check'
import type { PingOnePolicy, PingOneScript } from './scripted-pingone.ts'
import type { Fault, FaultKind } from './simulation.ts'

/** `at` in milliseconds from the start of the run. */
export type Operation = { at: number } & (
  | {
      kind: 'prepare'
      user: number
      nights: number
      /** The stay is on other days. */
      day?: number
      form: number | undefined
      repeats: number
      /** Another room is wanted beside the one that the person has. */
      another?: boolean
    }
  /** A direct call of the hotel API that asks for no approval, and confirms with whatever there is. */
  | { kind: 'lie'; user: number; nights: number; day: number; key: number | undefined }
  | { kind: 'revoke'; user: number; signsInAgain: boolean }
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
  pingOne: Omit<PingOneScript, 'clocks'>
  /** By how many milliseconds a function's clock may be ahead of PingOne's or behind it. */
  clocks: number
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
  another: fc.nat({ max: 9 }).map((chance) => chance === 0),
})

const faultKind = fc.constantFrom<FaultKind>(
  'crash before',
  'crash after',
  'fail before',
  'fail after',
  'slow',
  'freeze',
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

/** One cheap stay after the other, by the tool and past it, until only approvals are left. */
const manySmallBookings = fc
  .record({
    user,
    bookings: fc.array(fc.record({ at: fc.nat({ max: 400 }), lie: fc.boolean() }), {
      minLength: 7,
      maxLength: 7,
    }),
  })
  .map(
    ({ user, bookings }): Story => ({
      operations: bookings.map(({ at: click, lie }, day) => {
        const at = day < 5 ? day * 300 : 3000 + click
        return lie
          ? { kind: 'lie', user, nights: 1, day, key: undefined, at }
          : { kind: 'prepare', user, nights: 1, day, form: undefined, repeats: 0, at }
      }),
      faults: [],
    }),
  )

/** More questions than a person is to be asked at once. */
const manyQuestions = fc
  .record({
    user,
    clicks: fc.array(fc.record({ at: fc.nat({ max: 1500 }), lie: fc.boolean() }), {
      minLength: 4,
      maxLength: 6,
    }),
  })
  .map(
    ({ user, clicks }): Story => ({
      operations: clicks.map(({ at, lie }, day) =>
        lie
          ? { kind: 'lie', user, nights: 3, day, key: day, at }
          : { kind: 'prepare', user, nights: 3, day, form: 0, repeats: 0, at },
      ),
      faults: [],
    }),
  )

/** Somebody says no, the answer may be lost, and they are asked for the same and for another stay. */
const askedAfterNo = fc
  .record({
    user,
    form: fc.constantFrom(undefined, 0),
    day: fc.nat({ max: 1 }),
    again: fc.integer({ min: 3000, max: 60_000 }),
    faults: fc.array(fc.record({ at: fc.integer({ min: 14, max: 36 }), kind: faultKind }), { maxLength: 1 }),
  })
  .map(({ user, form, day, again, faults }): Story => {
    const booking = { kind: 'prepare' as const, user, nights: 3, repeats: 1 }
    return {
      operations: [
        { ...booking, form, at: 0 },
        { kind: 'phone', user, answer: 'deny', at: 700 },
        { kind: 'finalize', user, booking: 0, at: 6000 },
        { ...booking, form, day, at: again },
        { ...booking, form, day: 2, at: again + 5000 },
      ],
      faults,
    }
  })

/** Policy refuses for a while: what it refused is not booked when it permits again. */
const refusedForAWhile = fc
  .record({
    user,
    form: fc.constantFrom(undefined, 0),
    approved: fc.constantFrom(1500, 50_000),
    again: fc.constantFrom(1600, 20_000),
  })
  .map(({ user, form, approved, again }): Story => {
    const booking = { kind: 'prepare' as const, user, nights: 3, form, repeats: 0 }
    return {
      operations: [
        { ...booking, at: 0 },
        { kind: 'policy', policy: 'closed', at: 1400 },
        { kind: 'phone', user, answer: 'approve', at: approved },
        { ...booking, at: again },
        { kind: 'policy', policy: 'shipped', at: again + 12_000 },
        { kind: 'phone', user, answer: 'approve', at: 52_000 },
        { kind: 'replay token', token: 1, booking: 0, action: 'confirm', at: again + 13_000 },
      ],
      faults: [],
    }
  })

/** A person's tokens end in the middle of a booking. */
const revokedMidWay = fc
  .record({
    user,
    nights: fc.constantFrom(1, 3),
    at: fc.nat({ max: 9000 }),
    signsInAgain: fc.boolean(),
  })
  .map(
    ({ user, nights, at, signsInAgain }): Story => ({
      operations: [
        { kind: 'prepare', user, nights, form: 0, repeats: 1, at: 0 },
        { kind: 'phone', user, answer: 'approve', at: 700 },
        { kind: 'revoke', user, signsInAgain, at },
        { kind: 'replay token', token: 1, booking: 0, action: 'confirm', at: at + 5000 },
        { kind: 'prepare', user, nights, day: 1, form: 0, repeats: 0, at: at + 6000 },
        { kind: 'lie', user, nights: 3, day: 2, key: 1, at: at + 7000 },
      ],
      faults: [],
    }),
  )

/** The hotel API is away while an approval is collected; a thief uses it while policy refuses, and not for long. */
const deniedToAThief = fc
  .record({ user, refused: fc.integer({ min: 6500, max: 9500 }), from: fc.integer({ min: 22, max: 28 }) })
  .map(
    ({ user, refused, from }): Story => ({
      operations: [
        { kind: 'prepare', user, nights: 3, form: 0, repeats: 0, at: 0 },
        { kind: 'phone', user, answer: 'approve', at: 700 },
        { kind: 'policy', policy: 'closed', at: refused },
        { kind: 'replay token', token: 1, booking: 0, action: 'confirm', at: refused },
        { kind: 'policy', policy: 'shipped', at: refused + 400 },
      ],
      faults: Array.from({ length: 14 }, (_, index) => ({ at: from + index, kind: 'fail before' as const })),
    }),
  )

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
  {
    arbitrary: fc.record({
      kind: fc.constant('lie' as const),
      at: moment,
      user,
      nights: fc.constantFrom(1, 3, 9, 14),
      day: fc.nat({ max: 1 }),
      key: fc.option(fc.nat({ max: 1 }), { nil: undefined }),
    }),
    weight: 1,
  },
  {
    arbitrary: fc.record({
      kind: fc.constant('revoke' as const),
      at: moment,
      user,
      signsInAgain: fc.boolean(),
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
      mails: fc.option(fc.nat({ max: 2 }), { freq: 30, nil: undefined }),
    }),
    story: fc.oneof(
      { arbitrary: anyBookings, weight: 16 },
      { arbitrary: interruptedApproval, weight: 4 },
      { arbitrary: impatience, weight: 2 },
      { arbitrary: policyChanges, weight: 2 },
      { arbitrary: stolenApproval, weight: 1 },
      { arbitrary: lateConfirmation, weight: 1 },
      { arbitrary: confirmationUnderWay, weight: 1 },
      { arbitrary: manySmallBookings, weight: 1 },
      { arbitrary: manyQuestions, weight: 1 },
      { arbitrary: askedAfterNo, weight: 1 },
      { arbitrary: refusedForAWhile, weight: 1 },
      { arbitrary: revokedMidWay, weight: 1 },
      { arbitrary: deniedToAThief, weight: 1 },
    ),
    others: fc.array(other, { maxLength: 7 }),
    clocks: fc.constantFrom(0, 0, 0, 2500),
    faults: anyFaults,
    moods: fc.tuple(mood, mood),
  })
  .map(({ story, others, faults, pingOne, ...rest }) => ({
    ...rest,
    pingOne: { ...pingOne, slowDownAt: story.slowDownAt ?? pingOne.slowDownAt },
    operations: [...story.operations, ...others].sort((a, b) => a.at - b.at),
    faults: [...faults, ...story.faults],
  }))
