// `npm run screenshots`: pictures of every page, for people who would rather look than read.
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { createProgram, runProgram } from '../../bin/program.ts'
import { type MyHotels, runMyHotels } from '../../local/run.ts'
import { launchBrowser } from '../browser.ts'
import { ChatPage } from './chat-page.ts'

const startDate = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10)

async function take(into: string, page: Page, name: string): Promise<void> {
  const path = join(into, `${name}.png`)
  await page.screenshot({ path })
  console.log(`  ${relative('.', path)}`)
}

async function photograph(into: string, browser: Browser, { endpoints }: MyHotels): Promise<void> {
  const anna = endpoints.users.find((user) => user.inGroup)
  if (anna === undefined) throw new Error('Nobody is in the group "ChatGPT User".')
  for (const colorScheme of ['light', 'dark'] as const) {
    const chat = await ChatPage.open(browser, endpoints, { colorScheme })
    await chat.page.getByText('Connected to').waitFor()
    await take(into, chat.page, `welcome-${colorScheme}`)
    await chat.say('Show me hotels in Milan')
    await chat.widget.getByRole('heading', { name: 'Hotels in Milan' }).waitFor()
    await take(into, chat.page, `search-${colorScheme}`)
    await chat.widget.getByRole('button', { name: 'Show member rates' }).click()
    await chat.signIn(anna)
    await chat.widget.getByText('these are your member rates').waitFor()
    await chat.page.locator('iframe').last().scrollIntoViewIfNeeded()
    await take(into, chat.page, `member-rates-${colorScheme}`)
    await chat.book('La Ringhiera', { nights: 3, startDate })
    await chat.widget.getByRole('heading', { name: 'Approve this booking' }).waitFor()
    await take(into, chat.page, `approval-${colorScheme}`)
    const phone = await chat.openPhone(anna.username)
    const mail = phone.locator('.message iframe').contentFrame()
    await mail.getByRole('link').waitFor()
    await take(into, phone, `phone-mail-${colorScheme}`)
    await mail.getByRole('link').click()
    const linked = phone.locator('#frame').contentFrame()
    await linked.getByLabel('Password').waitFor()
    await take(into, phone, `phone-sign-in-${colorScheme}`)
    await linked.getByLabel('Password').fill(anna.password)
    await linked.getByRole('button', { name: 'Sign in' }).click()
    await linked.getByRole('button', { name: 'Approve' }).waitFor()
    await take(into, phone, `phone-decide-${colorScheme}`)
    await linked.getByRole('button', { name: 'Approve' }).click()
    await linked.getByText('You can close this page').waitFor()
    await take(into, phone, `phone-approved-${colorScheme}`)
    await chat.widget.getByRole('heading', { name: 'You are booked' }).waitFor()
    await take(into, chat.page, `confirmed-${colorScheme}`)
    await chat.close()
  }
  const narrow = await ChatPage.open(browser, endpoints, { viewport: { width: 390, height: 844 } })
  await narrow.say('Show me hotels in Paris')
  await narrow.widget.getByRole('heading', { name: 'Hotels in Paris' }).waitFor()
  await take(into, narrow.page, 'search-phone')
  await narrow.close()
}

async function main(into: string): Promise<void> {
  await mkdir(into, { recursive: true })
  const directory = await mkdtemp(join(tmpdir(), 'myhotels-screenshots-'))
  let myHotels: MyHotels | undefined
  let browser: Browser | undefined
  try {
    console.log('Starting MyHotels and a browser')
    ;[myHotels, browser] = await Promise.all([runMyHotels({ directory }), launchBrowser()])
    await photograph(into, browser, myHotels)
  } finally {
    await browser?.close()
    await myHotels?.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

await runProgram(
  createProgram(
    'npm run screenshots',
    'Starts MyHotels afresh, plays a booking in a headless browser and takes a picture of every page.',
  )
    .option('--into <folder>', 'where the pictures go', '.local/screenshots')
    .action(({ into }) => main(into)),
)
