import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { type Chat, startChat } from '../../../local/chat/start.ts'
import { buildWidget } from '../../../widget/build.ts'
import { launchBrowser } from '../../browser.ts'
import { booking, refusal, result, standardRates } from '../../widget/fixtures.ts'
import { connector, type FakeMcpServer, startFakeMcpServer } from './fake-mcp-server.ts'

let browser: Browser
let mcp: FakeMcpServer
let chat: Chat
let context: BrowserContext
let page: Page
let complaints: string[]
let strangers: string[]

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser?.close()
})
beforeEach(async () => {
  mcp = await startFakeMcpServer()
  mcp.widgetHtml = await buildWidget()
  chat = await startChat({
    mcpUrl: mcp.mcpUrl,
    connector,
    phoneUrl: 'http://127.0.0.1:9/phone',
    users: [{ username: 'anna', password: 'secret-of-anna', inGroup: true }],
  })
  context = await browser.newContext({ viewport: { width: 1100, height: 950 } })
  complaints = []
  strangers = []
  context.on('page', (opened) => {
    opened.on('pageerror', (error) => complaints.push(error.message))
    opened.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    opened.on('request', (request) => {
      const { host } = new URL(request.url())
      const own = [chat.chatUrl, chat.sandboxUrl, mcp.mcpUrl].map((url) => new URL(url).host)
      if (host !== '' && !own.includes(host)) strangers.push(request.url())
    })
  })
  page = await context.newPage()
  await page.goto(chat.chatUrl)
  await page.getByText('Connected to Fake hotels').waitFor()
})
afterEach(async () => {
  await context.close()
  await chat.stop()
  await mcp.stop()
  expect(complaints).toEqual([])
  expect(strangers).toEqual([])
})

const say = async (words: string) => {
  await page.getByLabel('Message').fill(words)
  await page.keyboard.press('Enter')
}
const widget = () => page.frameLocator('.widget-frame').last().frameLocator('iframe')
const card = () => page.getByRole('region', { name: 'Sign in', exact: true })
const log = () => page.getByRole('log')

describe('the conversation', () => {
  test('shows the tool that was called and mounts its widget on an origin of its own', async () => {
    await say('Show me hotels in Milan')

    await widget().getByRole('heading', { name: 'Hotels in Milan' }).waitFor()
    const call = page.locator('.call')
    await call.locator('summary').click()
    expect(await call.textContent()).toMatch(
      /search_hotels.*done, \d+ ms.*"city": "Milan".*"structuredContent"/s,
    )
    expect(mcp.calls).toMatchObject([
      { name: 'search_hotels', arguments: { city: 'Milan' }, token: undefined },
    ])
    const frames = page.frames().map((frame) => frame.url())
    expect(frames[1]).toContain(chat.sandboxUrl)
    const origin = await page.frames().at(-1)?.evaluate('[origin, String(Boolean(window.openai))]')
    expect(origin).toEqual(['null', 'true'])
  })

  test('begins with suggestions that can be clicked', async () => {
    await page.getByRole('button', { name: 'Show me hotels in Milan' }).click()

    await widget().getByRole('heading', { name: 'Hotels in Milan' }).waitFor()
  })

  test('says what it understands when it does not understand', async () => {
    await say('tell me a joke')

    await log().getByText('I am no language model').waitFor()
    expect(mcp.calls).toEqual([])
  })

  test('shows a refusal of the server in its words', async () => {
    await say('hotels in Atlantis')

    await log()
      .locator('.turn-assistant', { hasText: 'There are no hotels in Atlantis. Try Milan.' })
      .waitFor()
  })

  test('shows whatever the server says as text', async () => {
    const markup = '<img src=x onerror="document.title=1"><script>document.title=2</script>'
    mcp.answer('search_hotels', () => ({
      content: [{ type: 'text', text: markup }],
      structuredContent: { [markup]: markup },
    }))

    await say(`hotels in Milan`)

    await log().locator('.turn-assistant', { hasText: markup }).waitFor()
    expect(await log().locator('img, script').count()).toBe(0)
    expect(await page.title()).toBe('MyHotels chat')
  })

  test('is there again after a reload', async () => {
    await say('Show me hotels in Milan')
    await widget().getByRole('heading', { name: 'Hotels in Milan' }).waitFor()

    await page.reload()

    await widget().getByRole('heading', { name: 'Hotels in Milan' }).waitFor()
    expect(mcp.calls).toHaveLength(1)
  })

  test('begins anew when asked to', async () => {
    await say('Show me hotels in Milan')
    await widget().getByRole('heading', { name: 'Hotels in Milan' }).waitFor()

    await page.getByRole('button', { name: 'New conversation' }).click()

    await page.getByRole('heading', { name: 'Where would you like to stay?' }).waitFor()
    expect(await page.locator('.widget-frame').count()).toBe(0)
  })
})

describe('signing in', () => {
  test('is offered when a tool answers 401, and the call goes on after it', async () => {
    await say('Member rates in Milan')
    await card().waitFor()
    expect(await card().textContent()).toMatch(/Sign in to go on.*rates.*anna.*secret-of-anna/s)

    await card().getByRole('button', { name: 'Sign in' }).click()

    await widget().locator('.chip-member').waitFor()
    await page.getByRole('button', { name: 'Sign out' }).waitFor()
    expect(mcp.calls.map(({ name, token }) => [name, token !== undefined])).toEqual([
      ['search_hotels_member_rates', false],
      ['search_hotels_member_rates', true],
    ])
  })

  test('for the widget’s own call lets that call go on in place', async () => {
    await say('Show me hotels in Milan')
    await widget().getByRole('button', { name: 'Show member rates' }).click()

    await card().getByRole('button', { name: 'Sign in' }).click()

    await widget().locator('.chip-member').waitFor()
    expect(await page.locator('.widget-frame').count()).toBe(1)
  })

  test('in ChatGPT’s way: the widget asks in the conversation, the tool is called again there', async () => {
    await page.getByLabel('Like ChatGPT').check()
    await say('Show me hotels in Milan')
    await widget().getByRole('button', { name: 'Show member rates' }).click()

    await log().getByText('Show me the member rates for hotels in Milan').waitFor()
    await card().getByRole('button', { name: 'Sign in' }).click()

    await widget().locator('.chip-member').waitFor()
    expect(await page.locator('.widget-frame').count()).toBe(2)
  })

  test('can be left', async () => {
    await say('Member rates in Milan')

    await card().getByRole('button', { name: 'Not now' }).click()

    await log().getByText('You are not signed in, so this could not be done.').waitFor()
  })

  test('that is cancelled at the authorization server closes its window and can be tried again', async () => {
    mcp.cancelSignIn = true
    await say('Member rates in Milan')
    const opening = context.waitForEvent('page')
    await card().getByRole('button', { name: 'Sign in' }).click()
    const opened = await opening
    if (!opened.isClosed()) await opened.waitForEvent('close')

    await card().getByText('The person cancelled the sign-in').waitFor()
    mcp.cancelSignIn = false
    await card().getByRole('button', { name: 'Sign in' }).click()

    await widget().locator('.chip-member').waitFor()
    // The refused callback is an HTTP 400, which Chromium reports.
    complaints = complaints.filter((complaint) => !complaint.includes('status of 400'))
  })

  test('works in the same window when no other may be opened', async () => {
    await page.evaluate('window.open = () => null')
    await say('Member rates in Milan')

    await card().getByRole('button', { name: 'Sign in' }).click()

    await widget().locator('.chip-member').waitFor()
    await log().getByText('Member rates in Milan').first().waitFor()
  })
})

describe('booking', () => {
  test('in words: finds the hotel, signs in, prepares, waits for the phone, and shows the end', async () => {
    // The booking waits until the test has seen that it does: a busy machine would look too late.
    let isApproved = false
    mcp.answer('finalize_booking', () =>
      isApproved
        ? booking('confirmed', { confirmationCode: 'MH-1234' })
        : booking('pending', { bindingMessage: 'K7PX4M2Q', pollAfterSeconds: 1 }),
    )
    await say('Book Isola Nove in Milan for 3 nights from tomorrow')
    await card().getByRole('button', { name: 'Sign in' }).click()

    await page.getByRole('link', { name: 'Open the phone' }).waitFor()
    isApproved = true
    await widget().getByRole('heading', { name: 'You are booked' }).waitFor()
    await log().getByText('The request on the phone has been answered or has ended').waitFor()
    const [search, challenged, prepared, ...polls] = mcp.calls.map(({ name }) => name)
    expect([search, challenged, prepared]).toEqual(['search_hotels', 'prepare_booking', 'prepare_booking'])
    expect(new Set(polls)).toEqual(new Set(['finalize_booking']))
    expect(mcp.calls[2]?.arguments).toMatchObject({
      hotelId: 'milan-isola',
      nights: 3,
      requestId: expect.any(String),
    })
    expect(mcp.calls[1]?.arguments).toEqual(mcp.calls[2]?.arguments)
  })

  test('of the newest request alone is made when several wait for one sign-in', async () => {
    await say('Hotels in Milan')
    await widget().getByRole('heading', { name: 'Hotels in Milan' }).waitFor()
    await say('Book Isola Nove for 1 night from tomorrow')
    await card().waitFor()
    await say('Book Isola Nove for 1 night from 2027-03-04')
    await log().getByText('This was given up for your newer request').waitFor()

    await card().getByRole('button', { name: 'Sign in' }).click()

    await widget().getByRole('heading', { name: 'You are booked' }).waitFor()
    const booked = mcp.calls.filter(({ name, token }) => name === 'prepare_booking' && token !== undefined)
    expect(booked).toMatchObject([{ arguments: { startDate: '2027-03-04' } }])
  })

  test('that was said to be pending is said to be confirmed once it is, also after a reload', async () => {
    const inWords = (status: string) => ({
      ...booking(status, { bindingMessage: 'K7PX4M2Q', pollAfterSeconds: 1 }),
      content: [{ type: 'text', text: `The booking is ${status}.` }],
    })
    mcp.answer('prepare_booking', () => inWords('pending'))
    mcp.answer('finalize_booking', () => inWords('confirmed'))
    await say('Book Isola Nove in Milan for 3 nights from tomorrow')
    await card().getByRole('button', { name: 'Sign in' }).click()
    await widget().getByRole('heading', { name: 'You are booked' }).waitFor()

    const said = (words: string) => log().locator('.turn-assistant').getByText(words)
    await said('The booking is confirmed.').waitFor()
    expect(await said('The booking is pending.').count()).toBe(0)
    await page.reload()
    await said('The booking is confirmed.').waitFor()
    expect(await said('The booking is pending.').count()).toBe(0)
  })

  test.each(['the second one', 'the cheapest'])('takes %s of the list', async (words) => {
    await say('Hotels in Milan')
    await widget().getByRole('heading', { name: 'Hotels in Milan' }).waitFor()
    const list = (standardRates as unknown as { hotels: { id: string; nightlyRate: number }[] }).hotels
    const expected =
      words === 'the cheapest'
        ? [...list].sort((one, other) => one.nightlyRate - other.nightlyRate)[0]
        : list[1]

    await say(`Book ${words} for 1 night from tomorrow`)

    await card().waitFor()
    expect(mcp.calls.at(-1)).toMatchObject({
      name: 'prepare_booking',
      arguments: { hotelId: expected?.id },
    })
  })

  test('that was begun in the widget is there again after a reload, and can be asked about', async () => {
    const pending = booking('pending', { bindingMessage: 'K7PX4M2Q', pollAfterSeconds: 30 })
    mcp.answer('prepare_booking', () => pending)
    mcp.answer('finalize_booking', () => pending)
    await say('Member rates in Milan')
    await card().getByRole('button', { name: 'Sign in' }).click()
    await widget().locator('.chip-member').waitFor()
    await widget().getByRole('button', { name: 'Book' }).first().click()
    await widget()
      .getByRole('button', { name: /^Book for/ })
      .click()
    await card().getByRole('button', { name: 'Sign in' }).click()
    await widget().getByRole('heading', { name: 'Approve this booking' }).waitFor()

    await page.reload()

    await widget().getByRole('heading', { name: 'Approve this booking' }).waitFor()
    await page.getByText('Approve only if the phone shows').waitFor()
    const before = mcp.calls.length
    await say('What is the status of my booking?')
    await page.locator('.widget-frame').nth(1).waitFor()
    expect(mcp.calls.slice(before)).toContainEqual(
      expect.objectContaining({
        name: 'finalize_booking',
        arguments: { transactionId: '7b1c1c9e-38a5-4f0e-9d2d-1f6f1f3f0c11' },
      }),
    )
  })

  test('asks about the last booking', async () => {
    mcp.answer('search_hotels', () =>
      booking('pending', { bindingMessage: 'K7PX4M2Q', pollAfterSeconds: 30 }),
    )
    await say('hotels in Milan')
    await widget().getByRole('heading', { name: 'Approve this booking' }).waitFor()

    await say('What is the status of my booking?')

    await card().waitFor()
    expect(mcp.calls.at(-1)).toMatchObject({
      name: 'finalize_booking',
      arguments: { transactionId: '7b1c1c9e-38a5-4f0e-9d2d-1f6f1f3f0c11' },
    })
  })

  test('that is refused shows the words of the policy', async () => {
    mcp.answer('search_hotels', (args) => (args.city === 'Milan' ? result(standardRates) : refusal('?')))
    await say('Member rates in Milan')
    await card().getByRole('button', { name: 'Sign in' }).click()
    await widget().locator('.chip-member').waitFor()
    mcp.answer('prepare_booking', () => refusal('Bookings above 1000 EUR are not possible here.'))

    await say('Book Isola Nove for 20 nights from tomorrow')
    await card().getByRole('button', { name: 'Sign in' }).click()

    await log()
      .locator('.turn-assistant', { hasText: 'Bookings above 1000 EUR are not possible here.' })
      .waitFor()
    await widget().getByText('Bookings above 1000 EUR').first().waitFor()
  })
})

describe('the page', () => {
  test('fits on a small phone, signed in or not', async () => {
    const overflow = () =>
      page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    await page.setViewportSize({ width: 320, height: 640 })
    expect(await overflow()).toBe(0)

    await say('Member rates in Milan')
    await card().getByRole('button', { name: 'Sign in' }).click()
    await widget().locator('.chip-member').waitFor()

    expect(await overflow()).toBe(0)
  })
})

describe('the host', () => {
  test('takes the widget to the full screen and back', async () => {
    await say('Show me hotels in Milan')
    await widget().getByRole('button', { name: 'Show on the full screen' }).click()

    await widget().locator('#app[data-mode="fullscreen"]').waitFor()
    const box = await page.locator('.widget-frame').boundingBox()
    expect(box?.width).toBe(1100)
    await page.getByRole('button', { name: 'Back to the conversation' }).click()

    await widget().locator('#app[data-mode="inline"]').waitFor()
  })

  test('hands its theme to the widget', async () => {
    await say('Show me hotels in Milan')
    await widget().locator('#app[data-theme="light"]').waitFor()

    await page.getByRole('button', { name: 'Use the dark theme' }).click()

    await widget().locator('#app[data-theme="dark"]').waitFor()
  })

  test('gives the widget the height that it asks for', async () => {
    await say('Show me hotels in Milan')
    await widget().getByRole('heading', { name: 'Hotels in Milan' }).waitFor()

    const asked = await widget()
      .locator('#app')
      .evaluate((app) => Math.ceil(app.getBoundingClientRect().height))
    await page.waitForFunction(
      (height) => document.querySelector('.widget-frame')?.clientHeight === height,
      asked,
    )
  })

  test('asks before it opens a link, and opens web addresses alone', async () => {
    mcp.widgetHtml = `<!doctype html><title>x</title><script>
      let last = 0
      const ask = (method, params) => { last += 1; parent.postMessage({ jsonrpc: '2.0', id: last, method, params }, '*') }
      onmessage = ({ data }) => { if (data.id === 1 && data.result) { parent.postMessage({ jsonrpc: '2.0', method: 'ui/notifications/initialized' }, '*'); ask('ui/open-link', { url: 'javascript:alert(1)' }); ask('ui/open-link', { url: 'https://hotel.example/rooms' }) } }
      ask('ui/initialize', { protocolVersion: '2026-01-26', appInfo: { name: 'x', version: '1' }, appCapabilities: {} })
    </script>`
    await say('Show me hotels in Milan')

    const dialog = page.getByRole('dialog')
    await dialog.waitFor()
    expect(await dialog.textContent()).toContain('hotel.example')
    expect(await dialog.textContent()).not.toContain('javascript')
    await dialog.getByRole('button', { name: 'Stay here' }).click()
    expect(context.pages()).toHaveLength(1)
  })

  test('refuses a widget’s call of a tool that is for the model alone', async () => {
    mcp.widgetHtml = `<!doctype html><title>x</title><p id="said"></p><script>
      window.openai.callTool('model_only', {}).then(() => 'called', (error) => error.message).then((words) => { said.textContent = words })
    </script>`
    await say('Show me hotels in Milan')

    await widget().getByText('The widget may not call model_only.').waitFor()
    expect(mcp.calls.map(({ name }) => name)).toEqual(['search_hotels'])
  })

  test('keeps a widget from the network, from the page, and from other windows', async () => {
    mcp.widgetHtml = `<!doctype html><title>x</title><p id="said"></p><script>
      const tries = [
        fetch('${chat.chatUrl}/api/session').then(() => 'network', () => 'no network'),
        Promise.resolve().then(() => { try { return parent.parent.document.title } catch { return 'no page' } }),
        Promise.resolve().then(() => { try { localStorage.x = 1; return 'storage' } catch { return 'no storage' } }),
        Promise.resolve().then(() => { try { return window.open('about:blank') === null ? 'no window' : 'window' } catch { return 'no window' } }),
      ]
      Promise.all(tries).then((words) => { said.textContent = words.join(', ') })
    </script>`
    await say('Show me hotels in Milan')

    await widget().getByText('no network, no page, no storage, no window').waitFor()
    // The browser reports each refusal, and that is what this test is about.
    complaints = []
  })
})

test('the page fits a phone', async () => {
  await page.setViewportSize({ width: 375, height: 720 })
  await say('Show me hotels in Milan')
  await widget().getByRole('heading', { name: 'Hotels in Milan' }).waitFor()

  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
})
