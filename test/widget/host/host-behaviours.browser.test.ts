// What hosts do, each behaviour as a case: seen in public reports (openai-apps-sdk-examples#179: `toolOutput` stays null;
// apify-mcp-server#537: the first widget of a conversation gets no result over the bridge; openai-apps-sdk-examples'
// CallToolResponse: `callTool` answers `{ result: string }`), or allowed by MCP Apps 2026-01-26.
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { Browser, Frame } from 'playwright-core'
import { launchBrowser } from '../../browser.ts'
import { eventually } from '../eventually.ts'
import { booking, city, memberRates, refusal, result, signInNeeded, standardRates } from '../fixtures.ts'
import { type HostScript, type MountedWidget, mountWidget } from '../mount-widget.ts'

const toolInput = 'ui/notifications/tool-input'
const toolResult = 'ui/notifications/tool-result'
const brera = 'milan-brera-garden'
const rome = result({ ...standardRates, city: { ...city, name: 'Rome' } })
const pending = (more: object = {}) =>
  booking('pending', { bindingMessage: 'K7PX4M2Q', pollAfterSeconds: 5, ...more })
const confirmed = (more: object = {}) => booking('confirmed', { confirmationCode: 'MH-7K2P', ...more })
const words = (...texts: string[]) => ({ content: texts.map((text) => ({ type: 'text', text })) })
const stay = 'Brera Garden Hotel, Milan, 2027-03-04 to 2027-03-07 (3 nights), 453.60 EUR'
const never = () => new Promise<never>(() => undefined)

let browser: Browser
let widget: MountedWidget

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser?.close()
})
afterEach(async () => {
  const { complaints } = widget
  await widget.close()
  expect(complaints).toEqual([])
})

async function open(content?: object, script: HostScript = {}, options = {}) {
  widget = await mountWidget(browser, script, options)
  if (content !== undefined) await widget.notify(toolResult, content)
}
async function openForm(script: HostScript = {}, options = {}) {
  await open(result(memberRates), script, options)
  await book(brera)
}
/** Sends the form; the server answers when the function that comes back is called. */
async function sendWithoutAnswer(script: HostScript = {}): Promise<(value: unknown) => void> {
  const { promise, resolve } = Promise.withResolvers<unknown>()
  await openForm(script)
  widget.answer(() => promise)
  await submit().click()
  await callsOf('prepare_booking', 1)
  return resolve
}
const inFrame = (frame: Frame = widget.frame) => ({
  heading: (name: string | RegExp) => frame.getByRole('heading', { name }),
  button: (name: string | RegExp) => frame.getByRole('button', { name, exact: typeof name === 'string' }),
  text: (text: string | RegExp) => frame.locator('.stage').getByText(text),
})
const heading = (name: string | RegExp) => inFrame().heading(name)
const button = (name: string | RegExp) => inFrame().button(name)
const text = (text: string | RegExp) => inFrame().text(text)
const card = (id: string) => widget.frame.locator(`.card[data-hotel="${id}"]`)
const book = (id: string) => card(id).getByRole('button', { name: 'Book' }).click()
const nights = () => widget.frame.getByLabel('Nights', { exact: true })
const submit = () => widget.frame.locator('.form .button-wide')
const notice = () => widget.frame.locator('.explorer > .notice')
const calls = (name: string) => widget.calls.filter((call) => call.name === name)
const callsOf = (name: string, count: number) =>
  eventually(
    () => calls(name).length,
    (found) => expect(found).toBe(count),
  )
/** A round trip through the widget: whatever was sent before has been dealt with. */
const settle = () => widget.request('ping')
/** Nothing but the widget's own clock decides when it loses patience. */
const pass = (milliseconds: number) => widget.page.clock.runFor(milliseconds)

describe('a host that strips a result to its text', () => {
  test('shows a booking as what it is', async () => {
    await open(words(`${stay}: confirmed. Booked. Confirmation code MH-7K2P-AB3D.`))

    await heading('You are booked').waitFor()
    expect(await widget.frame.locator('.confirmation').textContent()).toContain('MH-7K2P-AB3D')
    expect(await text(/Not booked/).count()).toBe(0)
  })

  test('has a waiting booking followed to its end, though the answers are stripped as well', async () => {
    const id = '7b1c1c9e-38a5-4f0e-9d2d-1f6f1f3f0c11'
    await open(
      words(
        `${stay}: pending. Approve the booking on your other device. Check that it shows the code K7PX4M2Q.`,
        `To follow this booking, call finalize_booking with the transactionId ${id} in 1 seconds.`,
      ),
    )
    widget.answer(() => words(`${stay}: confirmed. Booked. Confirmation code MH-7K2P-AB3D.`))

    await heading('Approve this booking on your phone').waitFor()
    await heading('You are booked').waitFor()
    expect(widget.calls).toEqual([{ name: 'finalize_booking', arguments: { transactionId: id } }])
  })

  test('gets the search asked again by the widget itself', async () => {
    await open()
    widget.answer(() => result(standardRates))
    await widget.notify(toolInput, { arguments: { city: 'Milan' } })
    await widget.notify(toolResult, words('6 hotels in Milan, Italy:\n- Isola Nove: 149.00 EUR per night'))

    await heading('Hotels in Milan').waitFor()
    expect(widget.calls).toEqual([{ name: 'search_hotels', arguments: { city: 'Milan' } }])
  })

  test('gets member rates asked again with member rates', async () => {
    const toolInfo = { tool: { name: 'search_hotels_member_rates' } }
    await open(undefined, { hostContext: { toolInfo } })
    widget.answer(() => result(memberRates))
    await widget.notify(toolInput, { arguments: { city: 'Milan' } })
    await widget.notify(toolResult, words('Anna, here are your member rates.'))

    await widget.frame.locator('.chip-member').waitFor()
    expect(calls('search_hotels_member_rates')).toHaveLength(1)
  })

  test('has its words shown when nothing better can be had, and no failure is claimed', async () => {
    await open()
    widget.answer(() => words('6 hotels in Milan'))
    await widget.notify(toolInput, { arguments: { city: 'Milan' } })
    await widget.notify(toolResult, words('6 hotels in Milan'))

    await text('6 hotels in Milan').waitFor()
    await callsOf('search_hotels', 1)
    expect(await heading('Hotels').count()).toBe(1)
    expect(await text(/No result|Not booked/).count()).toBe(0)
  })

  test('may pass the structured content on as text', async () => {
    await open(words(JSON.stringify(standardRates)))

    await heading('Hotels in Milan').waitFor()
    expect(await widget.frame.locator('.card').count()).toBe(6)
  })

  test('strips the answer to the widget’s own booking', async () => {
    await openForm()
    widget.answer(() => words(`${stay}: confirmed. Booked. Confirmation code MH-7K2P-AB3D.`))

    await submit().click()

    await heading('You are booked').waitFor()
  })

  test('never has a booking called failed because of words that nobody can read', async () => {
    await openForm()
    widget.answer(() => words('Done, see the chat.'))

    await submit().click()

    await heading('It is not known yet whether this was booked').waitFor()
    await text(/Done, see the chat\./).waitFor()
    expect(await text('Not booked').count()).toBe(0)
  })

  test('answers in the older envelope of window.openai', async () => {
    const before = `window.openai = { toolOutput: ${JSON.stringify(standardRates)},
      callTool: async () => ({ result: ${JSON.stringify(JSON.stringify(memberRates))} }) }`
    await open(undefined, { bridge: false, before })

    await button('Show member rates').click()

    await widget.frame.locator('.chip-member').waitFor()
  })
})

describe('a stay that the person has already', () => {
  test('is named, and another room is booked when they press for it', async () => {
    await openForm()
    widget.answer(() => ({
      ...refusal('Brera Garden Hotel from 2027-03-04 to 2027-03-07 is booked (MH-2345-6789) already.'),
      _meta: { 'myhotels/error': { code: 'stay_overlaps', retryable: false, transactionId: 't-1' } },
    }))
    await submit().click()
    await text(/is booked \(MH-2345-6789\) already/).waitFor()

    widget.answer(() => confirmed())
    await button('Book another room as well').click()

    await heading('You are booked').waitFor()
    const [first, second] = widget.calls
    expect(second).toEqual({
      name: 'prepare_booking',
      arguments: { ...first?.arguments, additionalRoomTo: 't-1' },
    })
  })
})

describe('a host that loses the answer to a booking', () => {
  const lost = () => {
    throw { code: -32001, message: 'Request timed out' }
  }

  test('has it called unknown, and looked up with what was sent', async () => {
    await openForm()
    widget.answer(lost)
    await nights().fill('3')
    await submit().click()
    await heading('It is not known yet whether this was booked').waitFor()
    expect(await text(/Not booked/).count()).toBe(0)

    widget.answer(() => confirmed())
    await button('Look it up').click()

    await heading('You are booked').waitFor()
    const [prepared, found] = widget.calls
    expect(found).toEqual({ name: 'finalize_booking', arguments: prepared?.arguments })
  })

  test('tells the model that it is unknown', async () => {
    await openForm()
    widget.answer(lost)

    await submit().click()

    await heading('It is not known yet whether this was booked').waitFor()
    await eventually(
      () => JSON.stringify(widget.sent.findLast(({ method }) => method === 'ui/update-model-context')),
      (sent) => expect(sent).toContain('look it up before booking again'),
    )
  })

  test('leads back to the same form, with the same key, when nothing was booked', async () => {
    await openForm()
    widget.answer(lost)
    await nights().fill('2')
    await submit().click()
    await heading('It is not known yet whether this was booked').waitFor()
    widget.answer(() => ({
      ...refusal('There is no such booking.'),
      _meta: { 'myhotels/error': { code: 'unknown_booking', retryable: false } },
    }))
    await button('Look it up').click()

    await widget.frame.getByText('Nothing was booked', { exact: true }).waitFor()
    expect(await nights().inputValue()).toBe('2')
    widget.answer(() => confirmed())
    await submit().click()
    await heading('You are booked').waitFor()
    const [first, second] = calls('prepare_booking')
    expect(second).toEqual(first)
  })

  test('may fail to look it up; the same request can then be sent again', async () => {
    await openForm()
    widget.answer(lost)
    await submit().click()
    await heading('It is not known yet whether this was booked').waitFor()
    widget.answer(() => refusal('Where the booking stands cannot be read at the moment.'))
    await button('Look it up').click()
    await text('Where the booking stands cannot be read at the moment.').waitFor()

    widget.answer(() => confirmed())
    await button('Send the same request again').click()

    await heading('You are booked').waitFor()
    const [first, second] = calls('prepare_booking')
    expect(second).toEqual(first)
  })

  test('counts the server’s own “try again” as not known', async () => {
    await openForm()
    widget.answer(() => ({
      ...refusal('This takes longer than usual. Do the same again: nothing is done twice.'),
      _meta: { 'myhotels/error': { code: 'takes_too_long', retryable: true } },
    }))

    await submit().click()

    await heading('It is not known yet whether this was booked').waitFor()
    await text(/takes longer than usual/).waitFor()
  })

  test('never answers: the wait is told, ends, and a very late answer still counts', async () => {
    const answer = await sendWithoutAnswer({ scriptedClock: true })
    await pass(11_000)
    await widget.frame.getByText('Still booking…').waitFor()
    await pass(30_000)
    await heading('It is not known yet whether this was booked').waitFor()

    answer(confirmed())

    await heading('You are booked').waitFor()
  })

  test('shows the booking though the person has left the form meanwhile', async () => {
    const answer = await sendWithoutAnswer()
    await button('All hotels').click()

    answer(pending())

    await heading('Approve this booking on your phone').waitFor()
  })

  test('does not put it over another form that the person has opened meanwhile', async () => {
    const answer = await sendWithoutAnswer()
    await button('All hotels').click()
    await book('milan-isola')

    answer(confirmed())

    await button('Show it').click()
    await heading('You are booked').waitFor()
  })
})

describe('a host whose result does not come', () => {
  test('is waited for, then spoken of, and may still deliver', async () => {
    await open(undefined, { scriptedClock: true })
    await settle()
    expect(await heading(/Nothing has come/).count()).toBe(0)
    await pass(9000)
    await heading('Nothing has come from the chat yet').waitFor()

    await widget.notify(toolResult, result(standardRates))

    await heading('Hotels in Milan').waitFor()
  })

  test('is not needed for a search: the widget asks the server itself when told to', async () => {
    await open(undefined, { scriptedClock: true })
    widget.answer(() => result(standardRates))
    await widget.notify(toolInput, { arguments: { city: 'Milan' } })
    await settle()
    await pass(9000)
    expect(widget.calls).toEqual([])

    await button('Look again').click()

    await heading('Hotels in Milan').waitFor()
    expect(widget.calls).toEqual([{ name: 'search_hotels', arguments: { city: 'Milan' } }])
  })

  test('never has a booking repeated for it', async () => {
    await open(undefined, { scriptedClock: true })
    await widget.notify(toolInput, { arguments: { hotelId: brera, startDate: '2027-03-04', nights: 3 } })
    await settle()
    await pass(9000)

    await button('Look again').click()
    await settle()

    expect(widget.calls).toEqual([])
    await pass(9000)
    await heading('Nothing has come from the chat yet').waitFor()
  })

  test('may have put it on window.openai instead', async () => {
    const before = `window.openai = { toolOutput: ${JSON.stringify(standardRates)} }`
    await open(undefined, { before })

    await heading('Hotels in Milan').waitFor()
    await button('Show member rates').waitFor()
  })

  test('may put it on window.openai later, without a word', async () => {
    await open(undefined, { scriptedClock: true, before: 'window.openai = { toolOutput: null }' })
    await settle()

    await widget.frame.evaluate((output) => {
      ;(window as unknown as { openai: unknown }).openai = { toolOutput: output }
    }, standardRates)
    await pass(1100)

    await heading('Hotels in Milan').waitFor()
  })

  test('may speak neither interface at first, and hear when it is knocked again', async () => {
    await open(undefined, { bridge: 'deaf', scriptedClock: true })
    await pass(9000)
    await heading('Nothing has come from the chat yet').waitFor()

    await widget.answerBridge()
    await button('Look again').click()
    await eventually(
      () => widget.sent.some(({ method }) => method === 'ui/notifications/initialized'),
      (isConnected) => expect(isConnected).toBe(true),
    )
    await widget.notify(toolResult, result(standardRates))

    await button('Show member rates').waitFor()
  })

  test('may stay silent for good: the widget says so and goes on offering', async () => {
    await open(undefined, { bridge: false, scriptedClock: true })
    await pass(9000)
    await button('Look again').click()
    await pass(9000)

    await heading('Nothing has come from the chat yet').waitFor()
    await text('Or ask once more in the chat.').waitFor()
  })
})

describe('a host with two interfaces', () => {
  const openai = (more = '') => `window.called = []
    window.openai = { toolOutput: ${JSON.stringify(standardRates)},
      callTool: async (name) => { window.called.push(name); return ${JSON.stringify(result(memberRates))} }, ${more} }`

  test('may answer the bridge late: it takes over', async () => {
    await open(undefined, { bridge: 'late', before: openai() })
    await heading('Hotels in Milan').waitFor()
    widget.answer(() => result(memberRates))

    await widget.answerBridge()
    await settle()
    await button('Show member rates').click()

    await widget.frame.locator('.chip-member').waitFor()
    expect(calls('search_hotels_member_rates')).toHaveLength(1)
    expect(await widget.frame.evaluate('window.called')).toEqual([])
  })

  test('may answer the bridge late and have nothing else', async () => {
    await open(undefined, { bridge: 'late', scriptedClock: true })
    await pass(3000)

    await widget.answerBridge()
    await widget.notify(toolResult, result(standardRates))

    await button('Show member rates').waitFor()
  })

  test('may refuse the bridge', async () => {
    await open(undefined, { bridge: 'refuses', before: openai() })

    await button('Show member rates').click()

    await widget.frame.locator('.chip-member').waitFor()
    expect(await widget.frame.evaluate('window.called')).toEqual(['search_hotels_member_rates'])
  })

  test('delivers over both without anything happening twice', async () => {
    await open(result(standardRates), { before: openai() })
    await book(brera)
    await nights().fill('4')

    await widget.notify(toolResult, result(standardRates))
    await widget.frame.evaluate(() => window.dispatchEvent(new CustomEvent('openai:set_globals')))
    await settle()

    expect(await nights().inputValue()).toBe('4')
  })

  test('replaces window.openai by an equal object: the form stays', async () => {
    await open(undefined, { bridge: false, before: openai() })
    await book(brera)
    await nights().fill('4')

    await widget.frame.evaluate(() => {
      const holder = window as unknown as { openai: object }
      holder.openai = structuredClone({ ...holder.openai, callTool: undefined })
      window.dispatchEvent(new CustomEvent('openai:set_globals', { detail: { globals: holder.openai } }))
    })

    expect(await nights().inputValue()).toBe('4')
  })

  test('replaces window.openai by one with other content and other functions: both count', async () => {
    await open(undefined, { bridge: false, before: 'window.openai = {}' })
    await widget.frame.evaluate(
      ([first, second]) => {
        const holder = window as unknown as { openai: object; called: unknown[] }
        holder.called = []
        holder.openai = {
          toolOutput: first,
          callTool: async (name: string) => {
            holder.called.push(name)
            return second
          },
        }
        window.dispatchEvent(new CustomEvent('openai:set_globals', { detail: { globals: {} } }))
      },
      [standardRates, result(memberRates)] as const,
    )

    await button('Show member rates').click()

    await widget.frame.locator('.chip-member').waitFor()
    expect(await widget.frame.evaluate('window.called')).toEqual(['search_hotels_member_rates'])
  })

  test('announces only what changed', async () => {
    await open(undefined, { bridge: false, before: openai("theme: 'light'") })
    await heading('Hotels in Milan').waitFor()

    await widget.frame.evaluate(() =>
      window.dispatchEvent(new CustomEvent('openai:set_globals', { detail: { globals: { theme: 'dark' } } })),
    )

    await widget.frame.locator('#app[data-theme="dark"]').waitFor()
    expect(await heading('Hotels in Milan').count()).toBe(1)
  })

  test('hands over an error whose toolOutput is null', async () => {
    const envelope = JSON.stringify(refusal('MyHotels has no hotels in “Atlantis”.'))
    const before = `window.openai = { toolOutput: null, toolResponseMetadata: { mcp_tool_result: ${envelope} } }`
    await open(undefined, { bridge: false, before })

    await text('MyHotels has no hotels in “Atlantis”.').waitFor()
  })
})

describe('a host that delivers more than it should', () => {
  test.each([
    ['the same search', () => result(memberRates)],
    ['a text of another tool', () => words('The weather is fine.')],
    ['a refusal of another call', () => refusal('No.')],
    ['a sign-in for another call', () => signInNeeded],
    ['nothing', () => ({})],
  ])('leaves an open form as it is: %s', async (_, late) => {
    await openForm()
    await nights().fill('4')

    await widget.notify(toolResult, late())
    await settle()

    expect(await nights().inputValue()).toBe('4')
    expect(await heading('Brera Garden Hotel').count()).toBe(1)
  })

  test('leaves the hotels where they are when a call was refused, and says so above them', async () => {
    await open(result(standardRates))

    await widget.notify(toolResult, refusal('Bookings above 1000 EUR are not possible here.'))

    await notice().getByText('Bookings above 1000 EUR are not possible here.').waitFor()
    expect(await widget.frame.locator('.card').count()).toBe(6)
  })

  test.each([
    ['a text of another tool', () => words('The weather is fine.')],
    ['a cancelled call', undefined],
  ])('leaves the hotels alone: %s', async (_, late) => {
    await open(result(standardRates))
    if (late === undefined) await widget.notify('ui/notifications/tool-cancelled', { reason: 'x' })
    else await widget.notify(toolResult, late())
    await settle()

    expect(await widget.frame.locator('.card').count()).toBe(6)
    expect(await notice().isVisible()).toBe(false)
  })

  test('offers hotels of another city beside an open form, and shows them when asked to', async () => {
    await openForm()
    await nights().fill('4')
    await widget.notify(toolResult, rome)
    await text('The chat has hotels in Rome.')
      .or(widget.frame.getByText('The chat has hotels in Rome.'))
      .waitFor()
    expect(await nights().inputValue()).toBe('4')

    await button('Show').click()

    await heading('Hotels in Rome').waitFor()
  })

  test('renews the rates behind an open form', async () => {
    await open(result(standardRates))
    await book(brera)
    await nights().fill('2')
    expect(await submit().textContent()).toBe('Book for €336')

    await widget.notify(toolResult, result(memberRates))

    await widget.frame.getByText('Book for €302.40').waitFor()
    expect(await nights().inputValue()).toBe('2')
  })

  test('books in the chat what the form asked for: the booking takes its place', async () => {
    await openForm()
    widget.answer(() => signInNeeded)
    await submit().click()
    await widget.frame.getByText('Sign in to book').waitFor()

    await widget.notify(toolResult, pending())

    await heading('Approve this booking on your phone').waitFor()
  })

  test('says “pending” after “confirmed”: an ending is not taken back', async () => {
    await open(confirmed())
    await heading('You are booked').waitFor()

    await widget.notify(toolResult, pending())
    await settle()

    expect(await heading('You are booked').count()).toBe(1)
  })

  test('brings another booking while one waits: it is offered', async () => {
    await open(pending())
    await heading('Approve this booking on your phone').waitFor()
    const other = confirmed({
      transactionId: '00000000-0000-4000-8000-000000000000',
      hotelName: 'Isola Nove',
    })
    await widget.notify(toolResult, other)

    await button('Show').click()

    await heading('You are booked').waitFor()
  })

  test('brings hotels again after a booking: the booking stays', async () => {
    await open(result(standardRates))
    await heading('Hotels in Milan').waitFor()
    await widget.notify(toolResult, confirmed())
    await heading('You are booked').waitFor()

    await widget.notify(toolResult, result(standardRates))
    await settle()

    expect(await heading('You are booked').count()).toBe(1)
  })

  test('goes on talking to a widget that was taken down', async () => {
    await open(result(standardRates))
    await widget.request('ui/resource-teardown', {})

    await widget.notify(toolResult, confirmed())

    expect(await settle()).toEqual({})
  })

  test('writes ids in capitals', async () => {
    await open(result(memberRates))
    await heading('Hotels in Milan').waitFor()
    await widget.notify(toolResult, booking('denied', { hotelId: 'MILAN-BRERA-GARDEN', hotelName: 'Brera' }))

    await button('Ask again').click()

    await heading('Brera Garden Hotel').waitFor()
  })
})

describe('a host that can do little', () => {
  test('takes no follow-up messages: the form says what to write', async () => {
    await openForm({ hostCapabilities: { serverTools: {} } })
    widget.answer(() => signInNeeded)

    await submit().click()

    await widget.frame.getByText(/Write in the chat: “Book Brera Garden Hotel in Milan for 1 night/).waitFor()
  })

  test('refuses a follow-up message', async () => {
    const before = `window.openai = { toolOutput: ${JSON.stringify(standardRates)},
      sendFollowUpMessage: async () => { throw new Error('no') } }`
    await open(undefined, { bridge: false, before })

    await button('Show member rates').click()

    await widget.frame.getByText(/Write in the chat: “Show me the member rates/).waitFor()
  })

  test('calls no tools: the booking goes by the chat', async () => {
    await openForm({ hostCapabilities: { message: {} } })

    await submit().click()

    await widget.frame.getByText('Continue in the chat').waitFor()
    expect(widget.calls).toEqual([])
  })

  test('has no display modes', async () => {
    await open(result(standardRates), {
      hostContext: { availableDisplayModes: null, displayMode: null },
    })
    await heading('Hotels in Milan').waitFor()

    await book(brera)

    await heading('Brera Garden Hotel').waitFor()
    expect(await button('Show on the full screen').count()).toBe(0)
    expect(widget.sent.some(({ method }) => method === 'ui/request-display-mode')).toBe(false)
  })

  test.each([
    ['no context', { theme: null, locale: null, displayMode: null, timeZone: null }],
    [
      'a context that cannot be used',
      { locale: '<b>', timeZone: 'Nowhere/At all', theme: 'sepia', styles: 5 },
    ],
  ])('gives %s', async (_, hostContext) => {
    await openForm({ hostContext: { availableDisplayModes: null, ...hostContext } })

    expect(await submit().textContent()).toMatch(/^Book for \D?151/)
    expect(await widget.frame.locator('#stay').textContent()).toMatch(/to/)
  })
})

describe('a widget that is mounted again', () => {
  const keeping = (state: unknown, output: object = memberRates) => `
    window.openai = { toolOutput: ${JSON.stringify(output)}, widgetState: ${JSON.stringify(state ?? null)},
      setWidgetState: (state) => { window.state = state } }`
  const again = async (output?: object) => {
    const state = await widget.frame.evaluate('window.state')
    await widget.close()
    await open(undefined, { before: keeping(state, output) })
  }

  test('with a form has the form again, with what was filled in and its key', async () => {
    await open(undefined, { before: keeping(undefined) })
    await book(brera)
    await nights().fill('4')
    await again()
    widget.answer(() => refusal('Try later.'))

    await heading('Brera Garden Hotel').waitFor()
    expect(await nights().inputValue()).toBe('4')
    await submit().click()
    await widget.frame.getByText('Try later.').waitFor()
    const key = calls('prepare_booking')[0]?.arguments.requestId
    await again()
    widget.answer(() => confirmed())
    await submit().click()
    await heading('You are booked').waitFor()
    expect(calls('prepare_booking')[0]?.arguments.requestId).toBe(key)
  })

  test('after it had sent a booking looks it up', async () => {
    await open(undefined, { before: keeping(undefined) })
    widget.answer(never)
    await book(brera)
    await submit().click()
    await callsOf('prepare_booking', 1)
    const sent = calls('prepare_booking')[0]?.arguments
    const state = await widget.frame.evaluate('window.state')
    await widget.close()

    widget = await mountWidget(browser, { bridge: 'late', before: keeping(state) })
    widget.answer(() => confirmed())
    await widget.answerBridge()

    await heading('You are booked').waitFor()
    expect(widget.calls).toEqual([{ name: 'finalize_booking', arguments: sent }])
  })

  test.each([
    ['pending', pending, 'Approve this booking on your phone'],
    ['confirmed', confirmed, 'You are booked'],
    ['denied', () => booking('denied'), 'You declined this booking'],
  ])('with a booking that is %s has it again, as it is by then', async (_, then, title) => {
    await open(pending(), { before: keeping(undefined) })
    await heading('Approve this booking on your phone').waitFor()
    const state = await widget.frame.evaluate('window.state')
    await widget.close()
    widget = await mountWidget(browser, { bridge: 'late', before: keeping(state) })
    widget.answer(then)
    await widget.answerBridge()

    await heading(title).waitFor()
    expect(calls('finalize_booking')).toHaveLength(1)
  })

  test('after it went back to the hotels has the hotels', async () => {
    await open(undefined, { before: keeping(undefined) })
    await book(brera)
    await button('All hotels').click()
    await again()

    await heading('Hotels in Milan').waitFor()
    await settle()
    expect(await widget.frame.locator('.card').count()).toBe(6)
    expect(widget.calls).toEqual([])
  })

  test('with a state that nobody of ours wrote begins anew', async () => {
    await open(undefined, {
      before: keeping({
        version: 1,
        screen: 'form',
        hotelId: '<b>',
        requestId: 5,
        nights: 400,
        startDate: 'x',
      }),
    })

    await heading('Hotels in Milan').waitFor()
    expect(widget.calls).toEqual([])
  })
})

describe('two widgets of one conversation', () => {
  test('call for themselves, and each hears its own answers', async () => {
    widget = await mountWidget(browser, { widgets: 2 })
    await widget.notify(toolResult, result(standardRates), 0)
    await widget.notify(toolResult, rome, 1)
    const [one, other] = widget.frames.map((frame) => inFrame(frame))
    widget.answer(({ arguments: args }) =>
      args.city === 'Milan' ? result(memberRates) : refusal('No member rates in Rome.'),
    )

    await one?.button('Show member rates').click()
    await other?.button('Show member rates').click()

    await widget.frames[0]?.locator('.chip-member').waitFor()
    await other?.text('No member rates in Rome.').waitFor()
    expect(await widget.frames[1]?.locator('.chip-member').count()).toBe(0)
  })

  test('both hear a booking that the chat made, and the one with an open form keeps it', async () => {
    widget = await mountWidget(browser, { widgets: 2 })
    await widget.notify(toolResult, result(memberRates), 'all')
    await widget.frames[1]
      ?.locator('.card[data-hotel="milan-isola"]')
      .getByRole('button', { name: 'Book' })
      .click()

    await widget.notify(toolResult, confirmed(), 'all')

    await inFrame(widget.frames[0]).heading('You are booked').waitFor()
    const other = inFrame(widget.frames[1])
    await other.button('Show').waitFor()
    expect(await other.heading('Isola Nove').count()).toBe(1)
  })
})

describe('a host that changes its looks', () => {
  test('changes the theme while a form is open: values and focus stay', async () => {
    await openForm()
    await nights().fill('4')

    await widget.notify('ui/notifications/host-context-changed', {
      theme: 'dark',
      styles: { variables: { '--color-background-primary': '#101010' } },
    })

    await widget.frame.locator('#app[data-theme="dark"]').waitFor()
    expect(await nights().inputValue()).toBe('4')
    expect(await nights().evaluate((field) => field === document.activeElement)).toBe(true)
  })

  test('changes the theme while member rates are asked for: the wait is still shown', async () => {
    await open(result(standardRates))
    widget.answer(never)
    await button('Show member rates').click()
    await button('Fetching member rates…').waitFor()

    await widget.notify('ui/notifications/host-context-changed', { theme: 'dark' })

    await widget.frame.locator('#app[data-theme="dark"]').waitFor()
    expect(await button('Fetching member rates…').count()).toBe(1)
  })
})

describe('a host that gives an inline widget 400 pixels', () => {
  const low = (more: HostScript = {}): HostScript => ({
    fixedHeight: 400,
    ...more,
    hostContext: { containerDimensions: { height: 400, maxWidth: 768 }, ...more.hostContext },
  })
  const overflow = (frame = widget.frame) =>
    frame.evaluate(() =>
      [document.documentElement, ...document.querySelectorAll('*')]
        .filter((element) => {
          const scrolls =
            element === document.documentElement || /auto|scroll/.test(getComputedStyle(element).overflowY)
          return scrolls && element.scrollHeight > element.clientHeight + 1
        })
        .map((element) => `${element.tagName}.${element.className} ${element.scrollHeight}`),
    )
  const states: [string, object, string | RegExp][] = [
    ['hotels', result(memberRates), 'Hotels in Milan'],
    [
      'a waiting booking',
      pending({ approvalExpiresAt: '2099-01-01T00:00:00Z' }),
      'Approve this booking on your phone',
    ],
    ['a confirmed booking', confirmed(), 'You are booked'],
    ['a booking that is over', booking('expired'), 'The approval ran out of time'],
  ]

  test.each([360, 640, 768].flatMap((width) => states.map((state) => [width, ...state] as const)))(
    'and %d across: nothing scrolls inside with %s',
    async (width, _, content, title) => {
      await open(content, low(), { viewport: { width: width + 32, height: 460 } })
      await heading(title).waitFor()

      expect(await overflow()).toEqual([])
    },
  )

  test('is asked for the full screen when the form opens', async () => {
    await open(result(memberRates), low())

    await book(brera)

    await eventually(
      () =>
        widget.sent.filter(({ method }) => method === 'ui/request-display-mode').map(({ params }) => params),
      (asked) => expect(asked).toEqual([{ mode: 'fullscreen' }]),
    )
    expect(await heading('Brera Garden Hotel').count()).toBe(1)
  })

  test('and no full screen gets a form that fits', async () => {
    await open(result(memberRates), low({ availableDisplayModes: ['inline'] }), {
      viewport: { width: 800, height: 460 },
    })

    await book(brera)
    await heading('Brera Garden Hotel').waitFor()

    expect(await overflow()).toEqual([])
  })
})

describe('a reader far from the hotel', () => {
  const kiritimati = {
    ...memberRates,
    city: { ...city, name: 'London', timeZone: 'Pacific/Kiritimati' },
  }

  test('is told which day it is there, and books from that day on', async () => {
    const now = new Date('2026-11-23T12:00:00Z')
    widget = await mountWidget(browser, { scriptedClock: true }, { timezoneId: 'America/Chicago' })
    await widget.page.clock.setFixedTime(now)
    await widget.notify(toolResult, result(kiritimati))
    await book(brera)

    const day = widget.frame.getByLabel('Check-in')
    expect(await day.getAttribute('min')).toBe('2026-11-24')
    expect(await day.inputValue()).toBe('2026-11-25')
    expect(await widget.frame.locator('#hotel-day').textContent()).toMatch(
      /It is Tue,? 24 Nov 2026 in London\./,
    )
    await day.fill('2026-11-23')
    await submit().click()
    await widget.frame
      .locator('#start-date-error', { hasText: /has passed: it is Tue,? 24 Nov 2026 in London/ })
      .waitFor()
    expect(widget.calls).toEqual([])
  })
})
