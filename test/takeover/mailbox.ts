import type { Party } from '../attacks/row.ts'
import type { Guest } from '../attacks/world/guests.ts'
import type { Booking, World } from '../attacks/world/world.ts'
import type { WebPage } from '../journeys/web-page.ts'

type Opened = { person: Guest; booking: Booking; page: WebPage; link: string }

/** A booking that waits, and its link opened by whoever reads the mail. */
async function open(world: World): Promise<Opened> {
  const person = await world.invite()
  const booking = await world.pending(person)
  const mail = await world.mailOf(person, booking.bindingMessage)
  const page = await world.openMail(mail)
  return { person, booking, page, link: page.url.href }
}

async function say(world: World, { booking }: Opened, page: WebPage): Promise<string> {
  const shows = page.words.includes(booking.bindingMessage)
    ? 'the booking'
    : page.asksForPassword
      ? 'a sign-in'
      : page.title
  return `the page shows ${shows}; the booking is ${await world.statusOf(booking.transactionId)}`
}

/** Somebody who reads the person's mail: an agent with access to it, for one. */
export const mailbox: Party = {
  party: 'the person’s mailbox',
  holds: 'every email of the person, with the links in them',
  rows: [
    {
      tries: 'opens the link',
      stoppedBy: 'the page shows a sign-in; the booking is pending',
      async attack(world) {
        const opened = await open(world)
        return say(world, opened, opened.page)
      },
    },
    {
      tries: 'opens the link twenty times, as programs that look at mail do',
      stoppedBy: 'the page shows a sign-in; the booking is pending',
      async attack(world) {
        const opened = await open(world)
        for (let time = 0; time < 20; time += 1)
          await fetch(opened.link, { method: time % 2 ? 'GET' : 'HEAD' })
        return say(world, opened, opened.page)
      },
    },
    {
      tries: 'guesses the password',
      stoppedBy: 'the page shows a sign-in; the booking is pending',
      async attack(world) {
        const opened = await open(world)
        let { page } = opened
        for (const password of ['password', 'guest', 'Ready!2026'])
          page = await world.press(page, { ...opened.person, password })
        return say(world, opened, page)
      },
    },
    {
      tries: 'approves without the password',
      stoppedBy: 'the page shows a sign-in; the booking is pending',
      async attack(world) {
        const opened = await open(world)
        const { url, form } = opened.page.fill({ ...opened.person, password: '' })
        for (const name of [...form.keys()].filter((name) => /^(action|button|outcome|submit)/i.test(name)))
          form.set(name, 'approve')
        form.set('approve', 'approve')
        form.set('buttonType', 'form-submit')
        form.set('buttonValue', 'approve')
        const response = await fetch(url, { method: 'POST', body: form })
        const { WebPage } = await import('../journeys/web-page.ts')
        return say(world, opened, new WebPage(url, response.status, await response.text()))
      },
    },
    {
      tries: 'signs in on the person’s page with an account and a password of its own',
      stoppedBy: 'the page shows a sign-in; the booking is pending',
      async attack(world) {
        const opened = await open(world)
        const { username, password } = await world.invite()
        return say(world, opened, await world.press(opened.page, { username, password }))
      },
    },
    {
      tries: 'changes the challenge in the link to that of another request',
      stoppedBy: 'the answer is 404; the booking is pending',
      async attack(world) {
        const { booking, link } = await open(world)
        const other = new URL(link)
        other.searchParams.set(
          'challenge',
          other.searchParams.get('challenge')?.split('').reverse().join('') ?? '',
        )
        const { status } = await fetch(other)
        return `the answer is ${status}; the booking is ${await world.statusOf(booking.transactionId)}`
      },
    },
    {
      tries: 'opens the link again after the person has declined',
      stoppedBy: 'no page asks anything; the booking is denied',
      async attack(world) {
        const { person, booking, link } = await open(world)
        await world.decideOnPhone(person, booking.bindingMessage, 'decline')
        const { until } = await import('../journeys/report.ts')
        await until(
          'the end',
          async () => (await world.finalize(person, booking.transactionId))?.status === 'denied',
        )
        const page = await world.openMail({ html: `<a href="${link}">open</a>` })
        const asks = page.asksForPassword || page.buttons.length > 0 ? 'a page asks' : 'no page asks'
        return `${asks} anything; the booking is ${await world.statusOf(booking.transactionId)}`
      },
    },
  ],
}
