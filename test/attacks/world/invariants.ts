// What must hold whatever anybody tried, read from the tables, from what PingOne decided, and from what people did.
import { amounts } from '../../../lambdas/identity/desired-state/amounts.ts'
import { type Json, parse } from './answer.ts'
import type { World } from './world.ts'

/** One sentence for each thing that is not as it must be. */
export async function findBroken(world: World): Promise<string[]> {
  const intents = (await world.scan(world.bookingTable)).filter(({ kind }) => kind === 'intent')
  const confirmed = intents.filter(({ status }) => status === 'confirmed')
  const permits = permitsOf(world)
  const broken = confirmed.flatMap((intent) => [
    ...notDecided(intent, permits),
    ...notApproved(intent, permits, world),
  ])
  return [...broken, ...(await toldOfOthers(world))]
}

type Permitted = { parameters: Json; statements: Json[] }

/** What PingOne permitted the hotel API, as it went over the wire. */
function permitsOf({ wire, ports }: World): Permitted[] {
  return wire.exchanges
    .filter(({ port, path }) => port === ports.pingOneApi && /\/decisionEndpoints\/[^/]+$/.test(path))
    .map(({ asked, answered }) => ({ ...parse(asked), ...parse(answered) }))
    .filter(
      ({ decision, parameters }) =>
        decision === 'PERMIT' && parameters['MyHotels.service'] === 'myhotels-hotelapi',
    )
}

const permitsFor = (intent: Json, permits: readonly Permitted[]) =>
  permits.filter(({ parameters }) => parameters['MyHotels.parameters.quoteId'] === intent.quote.quoteId)

function notDecided(intent: Json, permits: readonly Permitted[]): string[] {
  const { transactionId, quote } = intent
  const asked = permitsFor(intent, permits)
  const isSame = asked.some(
    ({ parameters }) =>
      parameters['MyHotels.parameters.hotelId'] === quote.hotelId &&
      parameters['MyHotels.parameters.startDate'] === quote.startDate &&
      parameters['MyHotels.parameters.nights'] === quote.nights &&
      parameters['MyHotels.parameters.totalPrice'] * 100 === quote.totalPriceCents,
  )
  return isSame ? [] : [`${transactionId} is confirmed, and the policy never permitted it`]
}

function notApproved(intent: Json, permits: readonly Permitted[], world: World): string[] {
  const { transactionId, owner, quote } = intent
  const total = quote.totalPriceCents / 100
  const needsApproval =
    total >= amounts.approvalFrom ||
    permitsFor(intent, permits).some(({ statements }) =>
      statements.some(({ code }) => code === 'USER-AZ-REQUIRED'),
    )
  if (!needsApproval) return []
  const shown = [quote.hotelName, quote.startDate, quote.endDate, `${total.toFixed(2)} EUR`]
  const approved = world.approvals.some(
    ({ id, words }) => owner === id && shown.every((each) => words.includes(each)),
  )
  return approved
    ? []
    : [`${transactionId} is confirmed for ${total} EUR, and its person never approved that`]
}

/** What is the bystander's alone, in an answer to an attack. */
async function toldOfOthers({ answers, bystander }: World): Promise<string[]> {
  const { givenName, password, booking, pending } = bystander
  const own = [
    givenName,
    password,
    booking.confirmationCode ?? '',
    booking.bindingMessage,
    pending.bindingMessage,
  ]
  return answers
    .filter((answer) => own.some((value) => answer.includes(value)))
    .map((answer) => `An answer tells of somebody else: ${answer.slice(0, 200)}`)
}
