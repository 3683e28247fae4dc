import type { Party } from '../attacks/row.ts'

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
  ],
}
