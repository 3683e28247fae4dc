import { until } from '../journeys/report.ts'
import type { Kind } from './row.ts'
import { apiScopes, type World } from './world/world.ts'

const times = <T>(count: number, work: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)))

const codesOf = (answers: readonly { json: { confirmationCode?: string } }[]) =>
  new Set(answers.flatMap(({ json }) => json.confirmationCode ?? [])).size

async function approvedIntent(world: World) {
  const person = await world.invite()
  const { json } = await world.intent(person, world.stay())
  return {
    person,
    transactionId: json.transactionId,
    token: await world.approvalOf(person, world.shownOf(json)),
  }
}

const close = async (world: World, transactionId: string, outcome: string) => {
  const { json } = await world.clients.ownToken('workflow', apiScopes.close)
  return world.hotelApi(`POST /booking-intents/${transactionId}/close`, {
    token: json.access_token,
    body: { outcome },
  })
}

export const races: Kind = {
  kind: 'races',
  rows: [
    {
      tries: 'confirms one booking eight times at once',
      stoppedBy: '1 confirmation code; the booking is confirmed',
      async attack(world) {
        const { transactionId, token } = await approvedIntent(world)
        const answers = await times(8, () => world.confirm(transactionId, token))
        return `${codesOf(answers)} confirmation code; the booking is ${await world.statusOf(transactionId)}`
      },
    },
    {
      tries: 'confirms and closes one booking at once',
      stoppedBy: 'one of the two, and the table says the same',
      async attack(world) {
        const { transactionId, token } = await approvedIntent(world)
        const [confirmed, closed] = await Promise.all([
          world.confirm(transactionId, token),
          close(world, transactionId, 'cancelled'),
        ])
        const status = await world.statusOf(transactionId)
        const isConfirmed =
          confirmed.status === 200 && closed.json.code === 'already_confirmed' && status === 'confirmed'
        const isClosed =
          confirmed.json.code === 'booking_closed' && closed.status === 200 && status === 'cancelled'
        return isConfirmed !== isClosed
          ? 'one of the two, and the table says the same'
          : `confirm ${confirmed.text}, close ${closed.text}, table ${status}`
      },
    },
    {
      tries: 'closes one booking in four ways at once',
      stoppedBy: '1 outcome',
      async attack(world) {
        const { json } = await world.intent(await world.invite(), world.stay())
        const answers = await Promise.all(
          ['denied', 'expired', 'cancelled', 'denied'].map((outcome) =>
            close(world, json.transactionId, outcome),
          ),
        )
        return `${new Set(answers.map((answer) => answer.json.status)).size} outcome`
      },
    },
    {
      tries: 'books eight times from one quote at once, each under a key of its own',
      stoppedBy: '1 booking, 7 × quote_used',
      async attack(world) {
        const token = await world.exchanged(await world.invite())
        const { json } = await world.hotelApi('POST /booking-quotes', { token, body: world.stay('cheap') })
        const answers = await times(8, (index) =>
          world.hotelApi('POST /booking-intents', {
            token,
            headers: { 'idempotency-key': `key-${index}` },
            body: { quoteId: json.quoteId },
          }),
        )
        const used = answers.filter((answer) => answer.json.code === 'quote_used').length
        return `${codesOf(answers)} booking, ${used} × quote_used`
      },
    },
    {
      tries: 'books eight times under one key at once',
      stoppedBy: '1 booking',
      async attack(world) {
        const token = await world.exchanged(await world.invite())
        const { json } = await world.hotelApi('POST /booking-quotes', { token, body: world.stay('cheap') })
        const answers = await times(8, () =>
          world.hotelApi('POST /booking-intents', {
            token,
            headers: { 'idempotency-key': 'one-key' },
            body: { quoteId: json.quoteId },
          }),
        )
        return `${new Set(answers.map((answer) => answer.json.transactionId)).size} booking`
      },
    },
    {
      tries: 'asks the assistant for one stay six times at once',
      stoppedBy: '1 booking, 1 email',
      async attack(world) {
        const person = await world.invite()
        const stay = world.stay()
        const answers = await times(6, () => world.tool(person, 'prepare_booking', stay))
        const bookings = new Set(
          answers.map(({ json }) => json.result?.structuredContent?.booking?.transactionId),
        )
        return `${bookings.size} booking, ${await world.mailsOf(person)} email`
      },
    },
    {
      tries: 'fetches the answer to one approval six times at once',
      stoppedBy: '1 token',
      async attack(world) {
        const person = await world.invite()
        const { json } = await world.intent(person, world.stay())
        const { authReqId, code } = await world.ask(person, world.shownOf(json))
        await world.decideOnPhone(person, code, 'approve')
        const answers = await times(6, () => world.clients.pollCiba(authReqId))
        return `${answers.filter((answer) => answer.json.access_token).length} token`
      },
    },
    {
      tries: 'approves and declines one question at once',
      stoppedBy: 'one answer, and the booking follows it',
      async attack(world) {
        const person = await world.invite()
        const { transactionId, bindingMessage } = await world.pending(person)
        const mail = await world.mailOf(person, bindingMessage)
        const pages = await times(2, async () => world.press(await world.openMail(mail), person))
        const [approvePage, declinePage] = pages
        if (!approvePage || !declinePage) return 'no pages'
        const words = approvePage.words
        const [approved, declined] = await Promise.all([
          world.press(approvePage, person, /^approve/i),
          world.press(declinePage, person, /^decline/i),
        ])
        world.approvals.push({ id: person.id, words })
        const end = await until('the end', async () => {
          const status = (await world.finalize(person, transactionId))?.status
          return status !== 'pending' && status
        })
        const answers = [approved, declined].filter(
          ({ status, title }) => status < 400 && /approved|declined/i.test(title),
        )
        const told = answers.map(({ title }) => title.toLowerCase())
        const expected = end === 'confirmed' ? 'approved' : 'declined'
        return told.some((title) => title.includes(expected))
          ? 'one answer, and the booking follows it'
          : `told ${told.join(' and ')}, the booking is ${end}`
      },
    },
  ],
}
