import type { Party } from '../attacks/row.ts'
import { until } from '../journeys/report.ts'

/** A model that was talked into anything. */
export const model: Party = {
  party: 'the model',
  holds: 'the four tools in the conversation of a signed-in person',
  rows: [
    {
      tries: 'books above the limit',
      stoppedBy: '200 failed:denied_by_policy: DENIED-REASON',
      async attack({ invite, tool, stay, tell }) {
        return tell(await tool(await invite(), 'prepare_booking', stay('too expensive')))
      },
    },
    {
      tries: 'books what needs an approval, and says in the arguments that it has one',
      stoppedBy: '200 ok: pending',
      async attack({ invite, tool, stay, tell }) {
        const claims = {
          approvalRequired: false,
          approval: 'not_required',
          approved: true,
          status: 'confirmed',
        }
        return tell(await tool(await invite(), 'prepare_booking', { ...stay(), ...claims }))
      },
    },
    {
      tries: 'names a price of its own',
      stoppedBy: '200 ok: pending; 235 EUR',
      async attack({ invite, tool, stay, tell }) {
        const claims = { totalPrice: 1, nightlyRate: 1, currency: 'XXX', quoteId: 'mine' }
        const answer = await tool(await invite(), 'prepare_booking', { ...stay(), ...claims })
        return `${await tell(answer)}; ${answer.json.result.structuredContent.booking.totalPrice} EUR`
      },
    },
    {
      tries: 'finishes a booking over and over before its person has said anything',
      stoppedBy: '200 ok: pending; the booking is pending',
      async attack({ invite, pending, tool, tellWith }) {
        const person = await invite()
        const { transactionId } = await pending(person)
        let answer = await tool(person, 'finalize_booking', { transactionId })
        for (let again = 0; again < 4; again += 1)
          answer = await tool(person, 'finalize_booking', { transactionId })
        return tellWith(answer, transactionId)
      },
    },
    {
      tries: 'looks up somebody else’s booking',
      stoppedBy: '200 failed:unknown_booking',
      async attack({ invite, bystander, tool, tell }) {
        const { transactionId } = bystander.booking
        return tell(await tool(await invite(), 'finalize_booking', { transactionId }))
      },
    },
    {
      tries: 'looks up somebody else’s booking that waits for its person',
      stoppedBy: '200 failed:unknown_booking',
      async attack({ invite, bystander, tool, tell }) {
        const { transactionId } = bystander.pending
        return tell(await tool(await invite(), 'finalize_booking', { transactionId }))
      },
    },
    {
      tries: 'asks for the member rates in somebody else’s name',
      stoppedBy: '200 ok; the rates are for the person who is signed in',
      async attack({ invite, bystander, tool, tell }) {
        const person = await invite()
        const name = { subject: bystander.id, username: bystander.username, memberName: bystander.givenName }
        const answer = await tool(person, 'search_hotels_member_rates', { city: 'Florence', ...name })
        const { memberName } = answer.json.result.structuredContent
        const whose = memberName === person.givenName ? 'the person who is signed in' : memberName
        return `${await tell(answer)}; the rates are for ${whose}`
      },
    },
    {
      tries: 'calls a tool that would confirm',
      stoppedBy: '200 rejected:call: -32602',
      async attack({ invite, tool, tell }) {
        return tell(await tool(await invite(), 'confirm_booking', { transactionId: 'any' }))
      },
    },
    {
      tries: 'books a hotel that is in no catalogue',
      stoppedBy: '200 failed:unknown_hotel',
      async attack({ invite, tool, stay, tell }) {
        return tell(await tool(await invite(), 'prepare_booking', { ...stay(), hotelId: 'my-own-hotel' }))
      },
    },
    {
      tries: 'books minus one night, so that the price is below zero',
      stoppedBy: '200 failed:invalid_nights',
      async attack({ invite, tool, stay, tell }) {
        return tell(await tool(await invite(), 'prepare_booking', { ...stay(), nights: -1 }))
      },
    },
    {
      tries: 'splits a dear booking into eight cheap ones',
      stoppedBy: '474 EUR are booked at once, and no more',
      async attack({ invite, book, stay }) {
        const person = await invite()
        let sum = 0
        for (let night = 0; night < 8; night += 1) {
          const { status, totalPrice } = await book(person, stay('cheap'))
          if (status === 'confirmed') sum += totalPrice
        }
        return `${sum} EUR are booked at once, and no more`
      },
    },
    {
      tries: 'has the person asked about one booking after the other, until they give in',
      stoppedBy: '3 emails; then 200 failed:denied_by_policy',
      async attack({ invite, tool, stay, tell, mailsOf }) {
        const person = await invite()
        let end = ''
        for (let again = 0; again < 6; again += 1)
          end = await tell(await tool(person, 'prepare_booking', stay()))
        return `${await mailsOf(person)} emails; then ${end}`
      },
    },
    {
      tries: 'asks again at once after the person has declined',
      stoppedBy: '1 emails; then 200 failed:denied_by_policy',
      async attack({ invite, pending, decideOnPhone, finalize, tool, stay, tell, mailsOf }) {
        const person = await invite()
        const { transactionId, bindingMessage } = await pending(person)
        await decideOnPhone(person, bindingMessage, 'decline')
        await until('the end', async () => (await finalize(person, transactionId))?.status === 'denied')
        const end = await tell(await tool(person, 'prepare_booking', stay()))
        return `${await mailsOf(person)} emails; then ${end}`
      },
    },
    {
      tries: 'books one stay twice under keys that it made up',
      stoppedBy: '1 booking',
      async attack({ invite, tool, stay }) {
        const person = await invite()
        const wanted = stay('cheap')
        const ids = new Set<string>()
        for (const requestId of ['1', '2', '3']) {
          const { json } = await tool(person, 'prepare_booking', { ...wanted, requestId })
          const booking = json.result?.structuredContent?.booking
          if (booking?.status === 'confirmed') ids.add(booking.transactionId)
        }
        return `${ids.size} booking`
      },
    },
  ],
}
