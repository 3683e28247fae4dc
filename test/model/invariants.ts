// What must be true of every run, whatever happened in it.
import { amounts } from '../../lambdas/identity/desired-state/amounts.ts'
import { isTerminal } from '../../lambdas/mcp/approval/approval.ts'
import type { CibaRequest } from './scripted-pingone.ts'
import type { Confirmation, IntentItem, ToolResult, World } from './world.ts'

/** A booking that nothing stands in the way of any more. */
export type Owed = { transactionId: string }

type Facts = { owed: readonly Owed[]; ended: boolean; injected: number }
type Invariant = (world: World, facts: Facts) => Iterable<string>

export function findViolations(world: World, facts: Facts): string[] {
  return invariants.flatMap((invariant) =>
    [...invariant(world, facts)].map((text) => `${invariant.name}: ${text}`),
  )
}

const cents = (amount: unknown) => Math.round(Number(amount) * 100)

function* everythingEnds(world: World, { ended }: Facts) {
  if (!ended) yield 'events without end'
  for (const { name, status, endedIn } of world.workflow.executions.values()) {
    if (status !== 'succeeded') yield `execution ${name} is ${status} in ${endedIn}`
    const found = world.approvals.get(name)?.status
    if (endedIn?.toLowerCase() !== found)
      yield `execution ${name} ended in ${endedIn} and its approval is ${found}`
  }
}

function* confirmedAtMostOnce({ confirmations }: World) {
  const seen = new Set<string>()
  for (const { intent } of confirmations) {
    if (seen.has(intent.transactionId)) yield `${intent.transactionId} was confirmed twice`
    seen.add(intent.transactionId)
  }
}

/**
 * The same person, form, hotel and dates: one booking, however often it is asked for, and whoever confirms it. A thief of
 * the person's token may make another, within what policy permits.
 */
function* bookedAtMostOnce(world: World) {
  const forms = new Map<string, Set<string>>()
  for (const { tool, user, input } of world.results) {
    if (tool !== 'prepare_booking') continue
    const stay = JSON.stringify([user, input.hotelId, input.startDate, input.nights])
    forms.set(stay, (forms.get(stay) ?? new Set()).add(JSON.stringify(input)))
  }
  const confirmed = [...world.intents.values()].filter(
    ({ status, transactionId }) =>
      status === 'confirmed' && !world.creators.get(transactionId)?.startsWith('attack'),
  )
  const booked = Map.groupBy(confirmed, ({ owner, quote }) =>
    JSON.stringify([owner, quote.hotelId, quote.startDate, quote.nights]),
  )
  for (const [stay, { length }] of booked) {
    const asked = forms.get(stay)?.size ?? 0
    if (length > asked) yield `${stay} was asked for with ${asked} forms and booked ${length} times`
  }
}

function* confirmedWithAuthority(world: World) {
  for (const confirmation of world.confirmations) {
    const token = world.pingOne.minted.get(confirmation.token)
    const { intent } = confirmation
    if (token === undefined || token.kind === 'workflow')
      yield `${intent.transactionId} was confirmed with no person's token`
    else if (token.user !== intent.owner)
      yield `${intent.transactionId} of ${intent.owner} was confirmed by ${token.user}`
    else {
      yield* decidedByTheHotelApi(world, confirmation, token.kind)
      if (token.kind === 'approval') yield* approved(confirmation, token.request)
    }
  }
}

/**
 * Whoever called: policy told the hotel API itself, asked in this very request with this very token, that this offer may
 * be booked, and where no approval confirms it, that none is needed.
 */
function* decidedByTheHotelApi(
  world: World,
  { intent, token, correlationId, at }: Confirmation,
  kind: 'exchanged' | 'approval',
) {
  const judged = world.pingOne.decisions.some(
    ({ service, resource, effect, user, parameters, ...decision }) =>
      service === 'myhotels-hotelapi' &&
      resource === (kind === 'exchanged' ? 'create_booking' : 'confirm_booking') &&
      decision.correlationId === correlationId &&
      decision.token === token &&
      decision.at <= at &&
      user === intent.owner &&
      (effect === 'permit' || (kind === 'approval' && effect === 'approve')) &&
      parameters['MyHotels.parameters.quoteId'] === intent.quote.quoteId &&
      sameOffer(parameters, intent),
  )
  if (!judged) yield `${intent.transactionId} was confirmed without a permit for it`
}

/** With an approval: the person approved this transaction, these dates and this price. */
function* approved({ intent, at }: Confirmation, request: CibaRequest) {
  const { transactionId, quote } = intent
  const { parameters } = request
  if (request.approvedAt === undefined || request.approvedAt > at)
    yield `${transactionId} was confirmed before it was approved`
  if (parameters.transaction_id !== transactionId)
    yield `${transactionId} was confirmed with the approval of ${parameters.transaction_id}`
  if (
    cents(parameters.amount) !== quote.totalPriceCents ||
    parameters.hotel_id !== quote.hotelId ||
    parameters.hotel_name !== quote.hotelName ||
    parameters.check_in !== quote.startDate ||
    parameters.check_out !== quote.endDate ||
    parameters.nights !== String(quote.nights)
  ) {
    yield `${transactionId} is not what was approved`
  }
}

/** Policy had turned against this booking by the time its approval was used, or when it was asked for again. */
const refusedByPolicy = ({ pingOne }: World, intent: IntentItem | undefined) =>
  pingOne.decisions.some(
    ({ resource, effect, user, parameters }) =>
      (effect === 'deny' || (effect === 'inactive token' && resource === 'confirm_booking')) &&
      user === intent?.owner &&
      (resource === 'confirm_booking'
        ? parameters['MyHotels.parameters.quoteId'] === intent?.quote.quoteId
        : resource === 'prepare_booking' &&
          parameters['MyHotels.parameters.startDate'] === intent?.quote.startDate),
  )

/** The person asked for the same stay anew, and that booking took its place. */
const isReplaced = ({ intents }: World, transactionId: string | undefined) =>
  [...intents.values()].some(({ replaces }) => replaces?.includes(transactionId ?? ''))

function sameOffer(parameters: Record<string, unknown>, { quote }: IntentItem): boolean {
  const of = (name: string) => parameters[`MyHotels.parameters.${name}`]
  return (
    of('hotelId') === quote.hotelId &&
    of('startDate') === quote.startDate &&
    of('nights') === quote.nights &&
    cents(of('nightlyRate')) === quote.nightlyRateCents &&
    cents(of('totalPrice')) === quote.totalPriceCents &&
    of('currency') === 'EUR'
  )
}

/** An approval that policy asked for is not dispensed with because nobody asked for it later. */
function* askedForApprovalStays(world: World) {
  for (const { intent, token } of world.confirmations) {
    if (intent.approval === 'required' && world.pingOne.minted.get(token)?.kind !== 'approval') {
      yield `${intent.transactionId} needed an approval and was confirmed without`
    }
  }
}

function* tokensAreUsedOnce({ confirmations }: World) {
  const used = new Map<string, string>()
  for (const { token, intent } of confirmations) {
    const before = used.get(token)
    const isApproval = intent.approval === 'required'
    if (isApproval && before !== undefined && before !== intent.transactionId)
      yield `one approval confirmed ${before} and ${intent.transactionId}`
    used.set(token, intent.transactionId)
  }
}

/** Decided in time, and written within the time that a function has; a leap can only delay what was decided. */
function* confirmedInTime(world: World) {
  for (const { intent, at } of world.confirmations) {
    const { transactionId, confirmedAt = 0, expiresAt } = intent
    if (
      confirmedAt >= expiresAt ||
      (!world.leapt && !world.simulation.froze && at >= expiresAt + 15_000 + world.clocks)
    ) {
      yield `${transactionId} was confirmed after it had expired`
    }
  }
}

function* quotesStayWithTheirPerson(world: World) {
  const usedBy = new Map<string, string>()
  for (const { transactionId, owner, quote } of world.intents.values()) {
    const offeredTo = world.quoteOwners.get(quote.quoteId)
    if (offeredTo !== owner) yield `${owner} booked from a quote of ${offeredTo}`
    const other = usedBy.get(quote.quoteId)
    if (other !== undefined) yield `${other} and ${transactionId} were made from one quote`
    usedBy.set(quote.quoteId, transactionId)
  }
}

function* answersAreTrue(world: World) {
  for (const result of world.results) {
    if (!('booking' in result)) continue
    const { booking, user } = result
    const intent = world.intents.get(booking.transactionId)
    if (intent === undefined) {
      yield `${user} was told of a booking that is not there`
      continue
    }
    if (intent.owner !== user) yield `${user} was told of a booking of ${intent.owner}`
    if (cents(booking.totalPrice) !== intent.quote.totalPriceCents) yield `${user} was told another price`
    yield* statusIsTrue(world, result, intent)
  }
}

function* statusIsTrue(
  world: World,
  { booking, at }: ToolResult & { booking: { status: string } },
  intent: IntentItem,
) {
  const confirmation = world.confirmations.find((done) => done.intent.transactionId === intent.transactionId)
  const confirmedBy = confirmation === undefined ? Number.POSITIVE_INFINITY : confirmation.at
  if (booking.status === 'confirmed') {
    if (confirmedBy > at) yield `${intent.transactionId} was called confirmed too early`
  } else if (booking.status !== 'pending' && confirmation !== undefined) {
    yield `${intent.transactionId} was called ${booking.status} and is confirmed`
  }
}

function* recordsAgree(world: World) {
  for (const approval of world.approvals.values()) {
    const { transactionId, status } = approval
    const execution = world.workflow.executions.get(transactionId)
    if (!isTerminal(approval)) {
      // Recorded by a call that died before the workflow was started; nobody was asked.
      const asked = world.pingOne.requests.some(
        ({ parameters }) => parameters.transaction_id === transactionId,
      )
      if (execution !== undefined || asked) yield `${transactionId} was left ${status}`
      continue
    }
    const intent = world.intents.get(transactionId)
    if (intent?.status !== status)
      yield `${transactionId} is ${status} here and ${intent?.status} at the hotels`
    if ('sealedToken' in approval) yield `${transactionId} is ${status} and still keeps its token`
  }
}

function* approvedMeansConfirmed(world: World, { owed, injected }: Facts) {
  for (const { transactionId } of owed) {
    const intent = world.intents.get(transactionId)
    if (intent?.status !== 'confirmed' && !isReplaced(world, transactionId))
      yield `${transactionId} should have been confirmed and is ${intent?.status}`
  }
  if (injected > 0 || world.leapt) return
  for (const request of world.pingOne.requests) {
    if (request.approvedAt === undefined || request.expiresAt - request.approvedAt < 60_000) continue
    const intent = world.intents.get(request.parameters.transaction_id ?? '')
    if (
      intent?.status !== 'confirmed' &&
      !refusedByPolicy(world, intent) &&
      !isReplaced(world, intent?.transactionId)
    )
      yield `${intent?.transactionId} was approved without any fault and is ${intent?.status}`
  }
}

/** A booking ends by the person, the time, the policy, or because it will never be known what the person said. */
function* endedForAReason(world: World, { injected }: Facts) {
  for (const { transactionId, status, closedAt = 0, expiresAt, approval } of world.intents.values()) {
    const record = world.approvals.get(transactionId)
    if (approval !== 'required' || record === undefined) continue
    const requests = world.pingOne.requests.filter(
      ({ parameters }) => parameters.transaction_id === transactionId,
    )
    const reason =
      status === 'denied'
        ? requests.some((request) => request.status === 'denied')
        : status === 'expired'
          ? closedAt + 2 * world.clocks >= expiresAt ||
            requests.some((request) => request.expiresAt <= closedAt + world.clocks)
          : status === 'cancelled'
            ? (record.status === 'cancelled' && record.answerLost && (injected > 0 || world.leapt)) ||
              refusedByPolicy(world, world.intents.get(transactionId)) ||
              isReplaced(world, transactionId)
            : true
    if (!reason) yield `${transactionId} is ${status} for no reason`
  }
}

/** Who said no is not asked again, and nobody knows for certain that somebody did not. */
function* nobodyIsAskedTwice(world: World) {
  const byTransaction = Map.groupBy(world.pingOne.requests, ({ parameters }) => parameters.transaction_id)
  for (const [transactionId, { length }] of byTransaction) {
    if (length > 1) yield `${transactionId} was asked about ${length} times`
  }
}

/** The same form for the same stay is one question, however often it is asked for and whatever became of it. */
function* oneQuestionAForm(world: World) {
  const forms = world.pingOne.requests.flatMap(({ parameters }) => {
    const asked = world.asked.get(world.creators.get(parameters.transaction_id ?? '') ?? '')
    return asked?.input.requestId === undefined ? [] : [JSON.stringify(asked)]
  })
  for (const form of new Set(forms)) {
    const { length } = forms.filter((other) => other === form)
    if (length > 1) yield `${form} was asked about ${length} times`
  }
}

/** After a "no" that has arrived, nothing is made for a while that the person would have to be asked about. */
function* aNoIsHeeded({ intents }: World) {
  const pause = amounts.pauseAfterDeclineSeconds * 1000
  for (const { owner, status, closedAt = 0 } of intents.values()) {
    if (status !== 'denied') continue
    for (const later of intents.values()) {
      const since = later.createdAt - closedAt
      if (later.owner === owner && later.approval === 'required' && since > 0 && since < pause)
        yield `${later.transactionId} was made ${since} ms after ${owner} had declined`
    }
  }
}

/** The bookings of everybody after each write, in the order of the writes. */
function* moments({ history }: World) {
  const now = new Map<string, IntentItem>()
  for (const { at, intents } of history) {
    for (const intent of intents) now.set(intent.transactionId, intent)
    const owners = new Set(intents.map(({ owner }) => owner))
    for (const owner of owners) {
      yield { at, owner, theirs: [...now.values()].filter((intent) => intent.owner === owner) }
    }
  }
}

/** At no moment do more bookings wait for one person than policy lets wait. */
function* openApprovalsAreFew(world: World) {
  for (const { owner, theirs } of moments(world)) {
    const { length } = theirs.filter(({ status }) => status === 'pending')
    if (length > amounts.openApprovals) yield `${length} approvals of ${owner} were open at once`
  }
}

/** What somebody holds of one stay is at no moment more than one booking and the rooms that they wanted beside it. */
function* oneStayOneBooking(world: World) {
  for (const { owner, theirs } of moments(world)) {
    const held = theirs.filter(({ status }) => status === 'confirmed' || status === 'pending')
    for (const [startDate, { length }] of Map.groupBy(held, ({ quote }) => quote.startDate)) {
      const wanted = new Set(
        [...world.asked.values()]
          .filter(({ user, input }) => user === owner && input.startDate === startDate)
          .flatMap(({ input }) => (input.additionalRoomTo === undefined ? [] : [JSON.stringify(input)])),
      )
      if (length > 1 + wanted.size) yield `${owner} holds ${length} bookings from ${startDate}`
    }
  }
}

/** With each booking that nobody approved, what somebody books so within a day stays below the policy's sum. */
function* unapprovedSumIsBounded({ intents }: World) {
  const day = 24 * 60 * 60 * 1000
  const unapproved = [...intents.values()].filter(
    ({ status, approval }) => status === 'confirmed' && approval === 'not_required',
  )
  for (const { owner, confirmedAt = 0 } of unapproved) {
    const sum = unapproved
      .filter((other) => other.owner === owner)
      .filter(({ confirmedAt: at = 0 }) => at <= confirmedAt && at > confirmedAt - day)
      .reduce((total, { quote }) => total + quote.totalPriceCents, 0)
    if (sum >= amounts.dailyApprovalFrom * 100) yield `${owner} booked ${sum} cents without an approval`
  }
}

/** Longer than a confirmation that was under way can take. */
const underWay = 45_000

/** Where policy has denied, nothing that waits is confirmed any more, whatever policy says later. */
function* aDenialIsFinal(world: World, { injected }: Facts) {
  for (const { intent, at } of world.confirmations) {
    const { transactionId, owner } = intent
    for (const denial of world.denials) {
      if (denial.transactionId === transactionId && at > denial.at)
        yield `${transactionId} was confirmed after policy had denied it`
    }
    if (injected > 0 || world.leapt) continue
    const asked = world.asked.get(world.creators.get(transactionId) ?? '')
    for (const result of world.results) {
      const isSame = result.user === owner && JSON.stringify(result.input) === JSON.stringify(asked?.input)
      const isDenied = 'error' in result && result.error.code === 'denied_by_policy'
      if (isSame && isDenied && result.at > intent.createdAt && at > result.at + underWay)
        yield `${transactionId} was confirmed after ${owner} was told that policy denies it`
    }
  }
}

function* pollsKeepTheirDistance(world: World) {
  yield* world.pingOne.violations
}

function* nothingSecretInTheOpen(world: World) {
  yield* world.violations
  for (const { name, seen, output } of world.workflow.executions.values()) {
    if (JSON.stringify(output) !== JSON.stringify({ transactionId: name }))
      yield `execution ${name} puts out ${JSON.stringify(output)}`
    for (const data of seen) {
      const fields = Object.keys(JSON.parse(data) as object)
        .sort()
        .join()
      const look = (JSON.parse(data) as { look?: { answer?: object } }).look
      const answer = Object.keys(look?.answer ?? {})
        .sort()
        .join()
      if (
        !['transactionId', 'look,transactionId'].includes(fields) ||
        !['', 'status', 'status,waitSeconds'].includes(answer)
      ) {
        yield `execution ${name} carries ${data}`
      }
    }
  }
}

const invariants: readonly Invariant[] = [
  everythingEnds,
  confirmedAtMostOnce,
  bookedAtMostOnce,
  confirmedWithAuthority,
  askedForApprovalStays,
  tokensAreUsedOnce,
  confirmedInTime,
  quotesStayWithTheirPerson,
  answersAreTrue,
  recordsAgree,
  approvedMeansConfirmed,
  endedForAReason,
  nobodyIsAskedTwice,
  oneQuestionAForm,
  aNoIsHeeded,
  openApprovalsAreFew,
  oneStayOneBooking,
  unapprovedSumIsBounded,
  aDenialIsFinal,
  pollsKeepTheirDistance,
  nothingSecretInTheOpen,
]
