// Plays one schedule to its end and returns what the invariants find wrong with it.
import { createHash } from 'node:crypto'
import { isTerminal } from '../../lambdas/mcp/approval/approval.ts'
import { findViolations, type Owed } from './invariants.ts'
import { type Operation, type Schedule, stays } from './schedule.ts'
import type { Ground } from './world.ts'
import { World } from './world.ts'

export type Run = {
  violations: string[]
  injected: number
  actions: number
  confirmations: number
  trace: string[]
}

const hotelId = 'milan-locanda-del-binario'

/** Stays of different lengths do not overlap: each can be booked beside the others. */
const startOf = (nights: number, day = 0) =>
  `2027-0${1 + stays.indexOf(nights)}-${String(1 + 4 * day).padStart(2, '0')}`

let runs = 0

export async function runSchedule(
  ground: Ground,
  schedule: Schedule,
  options: { trace?: boolean } = {},
): Promise<Run> {
  const run = runs++
  const world = new World(ground, { run, ...schedule, ...options })
  const { simulation, pingOne } = world
  const users = [`anna-${run}`, `ben-${run}`] as const
  const userOf = (index: number) => users[index % 2] as string
  const startedAt = simulation.now

  const prepare = async (operation: Operation & { kind: 'prepare' }): Promise<void> => {
    const startDate = startOf(operation.nights, operation.day)
    const held = [...world.intents.values()].filter(
      ({ owner, status, quote }) =>
        owner === userOf(operation.user) &&
        quote.startDate === startDate &&
        (status === 'pending' || status === 'confirmed'),
    )
    const beside = operation.another ? held.at(-1)?.transactionId : undefined
    for (let attempt = 0; ; attempt++) {
      const result = await world.call('prepare_booking', userOf(operation.user), {
        hotelId,
        startDate,
        nights: operation.nights,
        ...(operation.form === undefined ? {} : { requestId: `form-${operation.form}` }),
        ...(beside === undefined ? {} : { additionalRoomTo: beside }),
      })
      if ('booking' in result || attempt >= operation.repeats) return
      await new Promise<void>((resolve) => simulation.after(500 + simulation.random() * 3000, resolve))
    }
  }

  /** Whoever holds the exchange client has a person's token, and says whatever books most. */
  const lie = async ({ user: index, nights, day, key }: Operation & { kind: 'lie' }): Promise<void> => {
    const user = userOf(index)
    const token = pingOne.exchange(pingOne.inboundToken(user))
    if (token === undefined) return
    const stay = { hotelId, startDate: startOf(nights, day), nights }
    const quote = await world.attack('/booking-quotes', token, stay)
    const headers: Record<string, string> =
      key === undefined ? {} : { 'idempotency-key': `${user}-lie-${key}` }
    const intent = await world.attack('/booking-intents', token, { quoteId: quote.quoteId }, headers)
    const approvals = [...pingOne.minted].filter(([, of]) => of.kind === 'approval' && of.user === user)
    for (const proof of [token, ...approvals.map(([value]) => value)]) {
      void world.attack(`/booking-intents/${intent.transactionId}/confirm`, proof, {})
    }
  }

  const play = (operation: Operation): void => {
    const transactions = [...world.intents.keys()]
    const pick = <T>(list: readonly T[], index: number) => list[index % list.length]
    switch (operation.kind) {
      case 'prepare':
        void prepare(operation)
        return
      case 'finalize': {
        const transactionId = pick(transactions, operation.booking)
        if (transactionId) void world.call('finalize_booking', userOf(operation.user), { transactionId })
        return
      }
      case 'phone':
        for (const request of pingOne.requests.filter(({ user }) => user === userOf(operation.user))) {
          if (operation.answer === 'approve') pingOne.approve(request)
          else pingOne.deny(request)
        }
        return
      case 'leap':
        world.leapt = true
        simulation.leap(operation.seconds * 1000)
        return
      case 'lie':
        void lie(operation)
        return
      case 'revoke':
        pingOne.revoke(userOf(operation.user))
        if (operation.signsInAgain) pingOne.signIn(userOf(operation.user))
        return
      case 'policy':
        pingOne.policy = operation.policy
        return
      case 'replay token': {
        const { action } = operation
        const tokens = [...pingOne.minted]
        const approvals = tokens.filter(([, { kind }]) => kind === 'approval')
        // Approvals are worth most, and are tried on everything that waits for one.
        const greedy = operation.token % 2 === 1 && approvals.length > 0
        const [token, of] = pick(greedy ? approvals : tokens, operation.token >> 1) ?? []
        // The workflow's own token closes bookings by right.
        if (!token || (action === 'close' && of?.kind === 'workflow')) return
        const waiting = transactions.filter((id) => world.intents.get(id)?.status === 'pending')
        for (const transactionId of greedy ? waiting : [pick(transactions, operation.booking) ?? '']) {
          const body = action === 'close' ? { outcome: 'cancelled' } : {}
          void world.attack(`/booking-intents/${transactionId}/${action}`, token, body)
        }
        return
      }
      case 'take quote': {
        const user = userOf(operation.user)
        // Another person's quote, or one's own for a second booking.
        const quotes = [...world.quoteOwners].filter(
          ([, owner]) => operation.quote % 3 === 0 || owner !== user,
        )
        const [quoteId] = pick(quotes, operation.quote) ?? []
        const token = [...pingOne.minted].find(([, of]) => of.kind === 'exchanged' && of.user === user)?.[0]
        if (!token || !quoteId) return
        const key = createHash('sha256').update(`${user}-${quoteId}`).digest('hex')
        void world.attack('/booking-intents', token, { quoteId }, { 'idempotency-key': key })
        return
      }
    }
  }

  for (const operation of schedule.operations) simulation.at(startedAt + operation.at, () => play(operation))
  const last = schedule.operations.at(-1)?.at ?? 0
  let ended = await simulation.run(startedAt + last + 20_000)

  // From here on everything works. Whoever was to approve does so whenever they are asked.
  simulation.faultsOn = false
  simulation.note('the faults stop')
  const owed = whatIsOwed()
  let looks = 0
  const lookAtPhones = () => {
    for (const request of pingOne.requests) {
      const mood = schedule.moods[users.indexOf(request.user as (typeof users)[0])]
      if (mood === 'approve') pingOne.approve(request)
      if (mood === 'deny') pingOne.deny(request)
    }
    const running = [...world.workflow.executions.values()].some(({ status }) => status === 'running')
    if (running && looks++ < 3000) simulation.after(4000, lookAtPhones)
  }
  simulation.after(4000, lookAtPhones)
  ended = (await simulation.run()) && ended

  return {
    violations: findViolations(world, { owed, ended, injected: simulation.injected }),
    injected: simulation.injected,
    actions: simulation.actions,
    confirmations: world.confirmations.length,
    trace: simulation.trace,
  }

  /** Bookings that must end confirmed: their person approves, and there is time enough for them to. */
  function whatIsOwed(): Owed[] {
    const { now } = simulation
    const enough = 200_000
    return [...world.approvals.values()]
      .filter((approval) => {
        const execution = world.workflow.executions.get(approval.transactionId)
        const requests = pingOne.requests.filter(
          ({ parameters }) => parameters.transaction_id === approval.transactionId,
        )
        const current =
          approval.status === 'pending' || approval.status === 'approved' ? approval.request : undefined
        return (
          execution?.status === 'running' &&
          pingOne.policy !== 'closed' &&
          (approval.status !== 'starting' || pingOne.requests.length < (schedule.pingOne.mails ?? 99)) &&
          ![...pingOne.minted].some(
            ([token, of]) =>
              of.kind === 'approval' &&
              of.request.parameters.transaction_id === approval.transactionId &&
              pingOne.revoked.has(token),
          ) &&
          !isTerminal(approval) &&
          approval.status !== 'closing' &&
          schedule.moods[users.indexOf(approval.subject as (typeof users)[0])] === 'approve' &&
          world.intents.get(approval.transactionId)?.status === 'pending' &&
          // Nobody is asked twice: neither when it is unknown whether they were, nor when what they said was lost.
          (approval.status !== 'starting' || approval.requests === 0) &&
          requests.every(
            ({ status, consumed }) => status !== 'denied' && (!consumed || approval.status === 'approved'),
          ) &&
          approval.intentExpiresAt - now > enough &&
          (current === undefined || approval.status === 'approved' || current.expiresAt - now > 90_000)
        )
      })
      .map(({ transactionId }) => ({ transactionId }))
  }
}
