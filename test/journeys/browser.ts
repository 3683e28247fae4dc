// The journeys in a browser: the chat page with its widget, the sign-in page, and the phone.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { createProgram, runProgram } from '../../bin/program.ts'
import { type MyHotels, runMyHotels } from '../../local/run.ts'
import { recordAccess } from '../access/record-access.ts'
import { launchBrowser } from '../browser.ts'
import { ChatPage } from './chat-page.ts'
import { Report } from './report.ts'

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)

async function play(report: Report, browser: Browser, { endpoints }: MyHotels): Promise<void> {
  const [anna, ben] = [
    endpoints.users.find((user) => user.inGroup),
    endpoints.users.find((user) => !user.inGroup),
  ]
  assert(anna && ben)
  const chat = await ChatPage.open(browser, endpoints)
  const { widget } = chat
  const phone = await chat.openPhone(anna.username)
  let day = 5
  const book = (hotel: string, nights: number) => {
    day += 40
    return chat.book(hotel, { nights, startDate: inDays(day) })
  }
  const onPhone = (answer: 'Approve' | 'Decline', code: string) => chat.answer(phone, anna, code, answer)
  /** The code that the widget shows, letter by letter. */
  const shownCode = async () => {
    const image = widget.getByRole('img', { name: /^[A-Z2-9](\s+[A-Z2-9]){7}$/ })
    await image.waitFor()
    return ((await image.getAttribute('aria-label')) ?? '').replaceAll(/\s/g, '')
  }

  report.title('Search')
  await report.step('"show me hotels in Milan" shows a map with prices, and cards', async () => {
    await chat.say('show me hotels in Milan')
    await widget.getByRole('heading', { name: 'Hotels in Milan' }).waitFor()
    assert((await widget.getByRole('group', { name: 'Hotels on the map' }).getByRole('button').count()) >= 4)
    assert((await widget.getByRole('list', { name: 'Hotels' }).getByRole('listitem').count()) >= 4)
  })
  await report.step('the widget lives on another origin, in a sandbox', async () => {
    const frame = chat.page.locator('iframe').last()
    const source = new URL((await frame.getAttribute('src')) ?? '')
    assert.notEqual(source.origin, new URL(endpoints.chat).origin)
    assert((await frame.getAttribute('sandbox'))?.includes('allow-scripts'))
  })
  await report.step('the tool call is shown', async () => {
    await chat.page
      .getByRole('code')
      .filter({ hasText: /^search_hotels$/ })
      .waitFor()
  })

  report.title('Member rates')
  await report.step('ask for sign-in, and then appear with the name of the member', async () => {
    await widget.getByRole('button', { name: 'Show member rates' }).click()
    await chat.signIn(anna)
    await widget.getByText('Anna, these are your member rates').waitFor()
  })

  report.title('Booking')
  await report.step('below 200 EUR is confirmed at once', async () => {
    await book('Locanda del Binario', 2)
    await widget.getByRole('heading', { name: 'You are booked' }).waitFor()
    await widget
      .getByText(/MH-[A-Z0-9]{4}-[A-Z0-9]{4}/)
      .first()
      .waitFor()
    await chat.backToHotels()
  })
  await report.step('from 200 to 1000 EUR waits, and is confirmed when the phone approves', async () => {
    await book('La Ringhiera', 3)
    const code = await shownCode()
    await onPhone('Approve', code)
    await widget.getByRole('heading', { name: 'You are booked' }).waitFor()
    await chat.backToHotels()
  })
  await report.step('is not booked when nobody answers', async () => {
    await book('La Ringhiera', 5)
    await shownCode()
    await widget.getByRole('heading', { name: 'The approval ran out of time' }).waitFor()
    await chat.backToHotels()
  })
  // Whoever has declined is asked for nothing else for a while.
  await report.step('is not booked when the phone denies', async () => {
    await book('La Ringhiera', 4)
    await onPhone('Decline', await shownCode())
    await widget.getByRole('heading', { name: 'You declined this booking' }).waitFor()
    await chat.backToHotels()
  })
  await report.step("above 1000 EUR is refused with the policy's words", async () => {
    await book('Terrazza Madreperla', 3)
    await widget
      .getByText(/1,?000/)
      .first()
      .waitFor()
    assert.equal(await widget.getByRole('heading', { name: 'You are booked' }).count(), 0)
  })

  report.title('Somebody else')
  await report.step('a person outside the group sees no member rates', async () => {
    const other = await ChatPage.open(browser, endpoints)
    await other.say('member rates in Rome')
    await other.signIn(ben)
    await other.page
      .getByRole('log')
      .getByText(/member|group|not allowed|refused/i)
      .last()
      .waitFor()
    assert.equal(await other.page.getByText('these are your member rates').count(), 0)
    await other.close()
  })
  await report.step('a city that nobody knows is said in words', async () => {
    await chat.say('show me hotels in Atlantis')
    await chat.page
      .getByRole('log')
      .getByText(/Atlantis/)
      .last()
      .waitFor()
  })
  await report.step('no page complained in its console', async () => {
    assert.deepEqual(chat.complaints, [])
  })
  await chat.close()
}

async function main(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'myhotels-browser-'))
  const report = new Report()
  let myHotels: MyHotels | undefined
  let browser: Browser | undefined
  try {
    ;[myHotels, browser] = await Promise.all([
      runMyHotels({
        directory,
        approvalExpiresIn: 30,
        onProgress: (step) => console.log(step),
        ...recordAccess(),
      }),
      launchBrowser(),
    ])
    await play(report, browser, myHotels)
  } catch (error) {
    report.failed += 1
    console.error(error)
  } finally {
    await browser?.close()
    await myHotels?.stop()
    await rm(directory, { recursive: true, force: true })
  }
  report.close()
}

await runProgram(
  createProgram(
    'npm test -- --only browser',
    'Starts MyHotels afresh on free ports and plays its journeys in a headless browser.',
  )
    .addHelpText('after', '\nOne line per step; the exit status tells whether all held.')
    .action(main),
)
