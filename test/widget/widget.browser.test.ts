import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { Browser } from 'playwright-core'
import { launchBrowser } from '../browser.ts'
import { eventually } from './eventually.ts'
import { booking, city, memberRates, refusal, result, signInNeeded, standardRates } from './fixtures.ts'
import { type HostScript, type MountedWidget, mountWidget } from './mount-widget.ts'

const toolResult = 'ui/notifications/tool-result'
let browser: Browser
let widget: MountedWidget

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser?.close()
})
afterEach(async () => {
  // Whatever a test did: nothing was refused by the policy, nothing was requested, nothing was thrown.
  const complaints = widget.complaints
  await widget.close()
  expect(complaints).toEqual([])
})

async function open(content?: object, script: HostScript = {}, options = {}) {
  widget = await mountWidget(browser, script, options)
  if (content !== undefined) await widget.notify(toolResult, content)
  return widget
}
const heading = (name: string | RegExp) => widget.frame.getByRole('heading', { name })
const button = (name: string | RegExp) =>
  widget.frame.getByRole('button', { name, exact: typeof name === 'string' })
const pin = (id: string) => widget.frame.locator(`.pin[data-hotel="${id}"]`)
const pressedPin = (id: string) => widget.frame.locator(`.pin[data-hotel="${id}"][aria-pressed="true"]`)
const card = (id: string) => widget.frame.locator(`.card[data-hotel="${id}"]`)
async function openForm() {
  await open(result(memberRates))
  await card('milan-brera-garden').getByRole('button', { name: 'Book' }).click()
}

describe('hotels', () => {
  test('are shown as cards and as pins with their rates', async () => {
    await open(result(standardRates))

    await heading('Hotels in Milan').waitFor()
    expect(await widget.frame.locator('.card').count()).toBe(6)
    expect(await pin('milan-isola').getAttribute('aria-label')).toBe('Isola Nove, €149 per night')
    expect(await card('milan-isola').textContent()).toContain('€149')
  })

  test('show savings and the member’s name when signed in', async () => {
    await open(result(memberRates))

    await heading('Hotels in Milan').waitFor()
    expect(await widget.frame.locator('.member').textContent()).toContain('Anna')
    expect(await card('milan-brera-garden').textContent()).toMatch(/Save €16\.80[\s\S]*€168[\s\S]*€151\.20/)
    expect(await button('Show member rates').count()).toBe(0)
  })

  test('are chosen on the map and in the list alike', async () => {
    await open(result(standardRates))

    await pin('milan-navigli').click()

    await widget.frame.locator('.card-selected[data-hotel="milan-navigli"]').waitFor()
    await card('milan-centrale').getByRole('button', { name: 'Centrale Lodge' }).click()
    await pressedPin('milan-centrale').waitFor()
    expect(await pin('milan-navigli').getAttribute('aria-pressed')).toBe('false')
  })

  test('are reached with the keyboard alone', async () => {
    await open(result(standardRates))
    await heading('Hotels in Milan').waitFor()
    const focused = () =>
      widget.frame.evaluate(
        () => document.activeElement?.getAttribute('data-hotel') ?? document.activeElement?.className,
      )

    await button('Show member rates').focus()
    await widget.page.keyboard.press('Tab')
    await widget.page.keyboard.press('Tab')
    await eventually(focused, (where) => expect(where).toBe('map-surface'))
    const before = await pin('milan-isola').getAttribute('style')
    await widget.page.keyboard.press('ArrowRight')
    await widget.frame.waitForFunction(
      (style) => document.querySelector('.pin[data-hotel="milan-isola"]')?.getAttribute('style') !== style,
      before,
    )
    await widget.page.keyboard.press('Tab')
    await eventually(focused, (where) => expect(where).toBe('milan-brera-garden'))
    await widget.page.keyboard.press('Enter')
    await pressedPin('milan-brera-garden').waitFor()
  })

  test('take one tab stop on the map, and arrow keys go from pin to pin', async () => {
    await open(result(standardRates))
    const focused = () =>
      widget.frame.evaluate(
        () =>
          document.activeElement?.getAttribute('data-hotel') ??
          document.activeElement?.getAttribute('aria-label'),
      )

    await pin('milan-brera-garden').focus()
    for (const [key, next] of [
      ['ArrowRight', 'milan-duomo-suites'],
      ['End', 'milan-centrale'],
      ['ArrowDown', 'milan-brera-garden'],
      ['ArrowLeft', 'milan-centrale'],
      ['Home', 'milan-brera-garden'],
      ['ArrowRight', 'milan-duomo-suites'],
      ['Tab', 'Zoom in'],
      ['ArrowDown', 'Zoom out'],
      ['Shift+Tab', 'milan-duomo-suites'],
    ] as const) {
      await widget.page.keyboard.press(key)
      await eventually(focused, (where) => expect(where).toBe(next))
    }
    expect(await widget.frame.locator('.pin[tabindex="0"]').count()).toBe(1)
  })

  test('bring a pin that has the focus into view', async () => {
    await open(result(standardRates))
    await pin('milan-brera-garden').focus()
    for (let times = 0; times < 3; times += 1) await button('Zoom in').click()

    await pin('milan-brera-garden').focus()
    await widget.page.keyboard.press('End')

    await eventually(
      () =>
        widget.frame.evaluate(() => {
          const [map, focused] = [document.querySelector('.map'), document.activeElement].map((element) =>
            element?.getBoundingClientRect(),
          )
          return (
            map !== undefined && focused !== undefined && focused.left > map.left && focused.right < map.right
          )
        }),
      (isInside) => expect(isInside).toBe(true),
    )
    expect(await widget.frame.evaluate(() => document.activeElement?.getAttribute('data-hotel'))).toBe(
      'milan-centrale',
    )
  })

  test('with text of twice the size need no scrolling sideways', async () => {
    await open(result(memberRates), {}, { viewport: { width: 400, height: 900 } })
    await heading('Hotels in Milan').waitFor()

    await widget.frame.evaluate(() => {
      document.documentElement.style.fontSize = '200%'
    })
    const [overflow, size] = await widget.frame.evaluate(() => [
      document.documentElement.scrollWidth - innerWidth,
      Number.parseFloat(getComputedStyle(document.querySelector('.card-place') as Element).fontSize),
    ])

    expect(overflow).toBeLessThanOrEqual(0)
    expect(size).toBeCloseTo(25, 1)
  })

  test('with names full of markup are shown as text', async () => {
    const markup = '<img src=x onerror=alert(1)><script>alert(2)</script>'
    await open(
      result({
        ...standardRates,
        city: { ...city, name: markup },
        hotels: standardRates.hotels.map((hotel) => ({
          ...hotel,
          name: markup,
          district: markup,
          description: markup,
          amenities: [markup],
        })),
      }),
    )

    await heading(`Hotels in ${markup}`).waitFor()
    expect(await widget.frame.locator('img, .card script').count()).toBe(0)
    expect(await widget.frame.locator('.card-name').first().textContent()).toBe(markup)
  })

  test('that cannot be read are left out', async () => {
    await open(
      result({ ...standardRates, hotels: [null, 5, { id: 'x' }, ...standardRates.hotels.slice(0, 2)] }),
    )

    await heading('Hotels in Milan').waitFor()
    expect(await widget.frame.locator('.card').count()).toBe(2)
  })

  test('follow the theme of the host', async () => {
    await open(result(standardRates), { theme: 'dark' })
    await heading('Hotels in Milan').waitFor()
    const theme = () => widget.frame.locator('#app').getAttribute('data-theme')
    expect(await theme()).toBe('dark')

    await widget.notify('ui/notifications/host-context-changed', { theme: 'light' })

    await widget.frame.locator('#app[data-theme="light"]').waitFor()
  })

  test('go to the full screen where the host offers it', async () => {
    await open(result(standardRates))

    await button('Show on the full screen').click()

    await button('Back to the conversation').waitFor()
    expect(widget.sent.find(({ method }) => method === 'ui/request-display-mode')?.params).toEqual({
      mode: 'fullscreen',
    })
  })

  test('offer no full screen where the host has none', async () => {
    await open(result(standardRates), { availableDisplayModes: ['inline'] })

    await heading('Hotels in Milan').waitFor()
    expect(await button('Show on the full screen').count()).toBe(0)
  })

  test('tell the host their size', async () => {
    await open(result(standardRates))
    await heading('Hotels in Milan').waitFor()

    await eventually(
      () => widget.sent.filter(({ method }) => method.endsWith('size-changed')).at(-1)?.params.height,
      (height) => {
        expect(height).toBeGreaterThan(400)
      },
    )
  })

  test('fit a phone without scrolling sideways', async () => {
    await open(result(memberRates), {}, { viewport: { width: 360, height: 740 } })
    await heading('Hotels in Milan').waitFor()

    const overflow = await widget.frame.evaluate(() => document.documentElement.scrollWidth - innerWidth)

    expect(overflow).toBeLessThanOrEqual(0)
  })

  test('are read-only where the host calls no tools and takes no messages', async () => {
    await open(result(standardRates), { hostCapabilities: {} })

    await heading('Hotels in Milan').waitFor()
    expect(await button(/Book|member rates/).count()).toBe(0)
    expect(await widget.frame.locator('.notice').textContent()).toContain('Ask in the chat')
  })
})

describe('member rates', () => {
  test('replace the standard rates in place', async () => {
    await open(result(standardRates))
    widget.answer(() => result(memberRates))

    await button('Show member rates').click()

    await widget.frame.locator('.chip-member').waitFor()
    expect(widget.calls).toEqual([{ name: 'search_hotels_member_rates', arguments: { city: 'Milan' } }])
    expect(await pin('milan-isola').textContent()).toBe('€134.10')
  })

  test.each([
    ['an error result with a challenge', () => signInNeeded],
    [
      'a rejection',
      () => {
        throw { code: -32000, message: 'HTTP 401 Unauthorized' }
      },
    ],
  ])('that need a sign-in are asked for in the chat: %s', async (_, answer) => {
    await open(result(standardRates))
    widget.answer(answer)

    await button('Show member rates').click()

    await widget.frame.getByText('Continue the sign-in in the chat').waitFor()
    expect(widget.sent.find(({ method }) => method === 'ui/message')?.params).toEqual({
      role: 'user',
      content: [{ type: 'text', text: 'Show me the member rates for hotels in Milan' }],
    })
  })

  test('that need a sign-in say what to write where the host takes no messages', async () => {
    await open(result(standardRates), { hostCapabilities: { serverTools: {} } })
    widget.answer(() => signInNeeded)

    await button('Show member rates').click()

    await widget.frame.getByText('Write in the chat').waitFor()
    expect(widget.sent.some(({ method }) => method === 'ui/message')).toBe(false)
  })

  test('that are refused say why', async () => {
    await open(result(standardRates))
    widget.answer(() => refusal('Member rates are for members of the group.'))

    await button('Show member rates').click()

    await widget.frame.getByText('Member rates are for members of the group.').waitFor()
    await button('Show member rates').waitFor()
  })
})

describe('booking', () => {
  const nights = () => widget.frame.getByLabel('Nights', { exact: true })
  const submit = () => widget.frame.locator('.form .button-wide')

  test('shows the total as it is typed', async () => {
    await openForm()

    await nights().fill('3')

    await widget.frame.locator('.form .button-wide', { hasText: /^Book for €453\.60$/ }).waitFor()
    expect(await widget.frame.locator('.sum').textContent()).toMatch(
      /3 nights × €151\.20[\s\S]*You save €50\.40/,
    )
  })

  test.each([
    ['0', /at least 1 night/],
    ['31', /at most 30 nights/],
    ['two', /Write the number/],
  ])('for %s nights is stopped with words, and nothing is called', async (count, words) => {
    await openForm()

    await nights().fill(count)
    await nights().press('Enter')

    await widget.frame.locator('#nights-error', { hasText: words }).waitFor()
    expect(await nights().getAttribute('aria-invalid')).toBe('true')
    expect(widget.calls).toEqual([])
  })

  test('is left with Escape, and the focus is where it was', async () => {
    await openForm()

    await nights().press('Escape')

    await heading('Hotels in Milan').waitFor()
    expect(await widget.frame.locator('.form').count()).toBe(0)
    expect(
      await widget.frame.evaluate(() => document.activeElement?.closest('.card')?.getAttribute('data-hotel')),
    ).toBe('milan-brera-garden')
  })

  test('is not left with Escape while it is sent', async () => {
    await openForm()
    widget.answer(() => new Promise(() => undefined))
    await submit().click()
    await widget.frame.getByText('Booking…').waitFor()

    await widget.page.keyboard.press('Escape')
    await widget.request('ping')

    expect(await widget.frame.locator('.form').count()).toBe(1)
  })

  test('from a day that has passed is stopped with words', async () => {
    await openForm()

    await widget.frame.getByLabel('Check-in').fill('2020-01-01')
    await submit().click()

    await widget.frame.locator('#start-date-error', { hasText: /has passed/ }).waitFor()
    expect(widget.calls).toEqual([])
  })

  test('that is confirmed at once shows its code', async () => {
    await openForm()
    widget.answer(() => booking('confirmed', { confirmationCode: 'MH-7K2P' }))

    await submit().click()

    await heading('You are booked').waitFor()
    expect(await widget.frame.locator('.confirmation').textContent()).toContain('MH-7K2P')
    expect(widget.calls[0]).toMatchObject({
      name: 'prepare_booking',
      arguments: {
        hotelId: 'milan-brera-garden',
        nights: 1,
        requestId: expect.stringMatching(/^[0-9a-f]{32}$/),
      },
    })
  })

  test('that fails is sent again as the same request, and another form is another request', async () => {
    await openForm()
    widget.answer(() => refusal('Try again in a moment.'))

    await submit().click()
    await widget.frame.getByText('Try again in a moment.').waitFor()
    await submit().click()
    await eventually(
      () => widget.calls.length,
      (count) => expect(count).toBe(2),
    )
    await button('All hotels').click()
    await card('milan-isola').getByRole('button', { name: 'Book' }).click()
    await submit().click()
    await eventually(
      () => widget.calls.length,
      (count) => expect(count).toBe(3),
    )

    const [first, second, third] = widget.calls.map(({ arguments: args }) => args.requestId)
    expect(second).toBe(first)
    expect(third).not.toBe(first)
  })

  test('that the policy refuses shows the policy’s words in the form', async () => {
    await openForm()
    widget.answer(() => refusal('Bookings above 1000 EUR are not possible here.'))

    await nights().fill('12')
    await submit().click()

    const alert = widget.frame.getByRole('alert')
    await alert.waitFor()
    expect(await alert.textContent()).toContain('Bookings above 1000 EUR are not possible here.')
    expect(await nights().inputValue()).toBe('12')
  })

  test('that needs approval shows the code, follows the approval and ends confirmed', async () => {
    await openForm()
    const states = [
      booking('pending', {
        bindingMessage: 'K7PX4M2Q',
        approvalExpiresAt: new Date(Date.now() + 90_000).toISOString(),
        pollAfterSeconds: 1,
      }),
      booking('confirmed', { confirmationCode: 'MH-7K2P' }),
    ]
    widget.answer(() => states.shift())

    await submit().click()

    await heading('Approve this booking on your phone').waitFor()
    expect(await widget.frame.getByLabel('K 7 P X 4 M 2 Q').count()).toBe(1)
    expect(await widget.frame.getByRole('timer').textContent()).toMatch(/^1:\d\d$/)
    await heading('You are booked').waitFor()
    expect(widget.calls.map(({ name }) => name)).toEqual(['prepare_booking', 'finalize_booking'])
    expect(widget.sent.filter(({ method }) => method === 'ui/update-model-context')).toHaveLength(2)
  })

  test.each([
    ['denied', 'You declined this booking'],
    ['expired', 'The approval ran out of time'],
    ['cancelled', 'This booking was cancelled'],
  ])('that is %s says so and what next', async (status, title) => {
    await open(result(memberRates))
    await heading('Hotels in Milan').waitFor()
    await widget.notify(toolResult, booking(status))

    await heading(title).waitFor()
    await button('Ask again').click()

    await heading('Brera Garden Hotel').waitFor()
    expect(await nights().inputValue()).toBe('3')
    expect(await widget.frame.getByLabel('Check-in').inputValue()).toBe('2027-03-04')
  })

  test('goes no further when the widget is taken down', async () => {
    const waiting = booking('pending', { bindingMessage: 'K7PX4M2Q', pollAfterSeconds: 5 })
    await open(waiting, { scriptedClock: true })
    widget.answer(() => waiting)
    await heading('Approve this booking on your phone').waitFor()
    await widget.page.clock.runFor(5000)
    await eventually(
      () => widget.calls.length,
      (count) => expect(count).toBe(1),
    )

    expect(await widget.request('ui/resource-teardown', {})).toEqual({})
    await widget.page.clock.runFor(60_000)

    expect(widget.calls).toHaveLength(1)
  })

  test('needs a sign-in first when the server says so', async () => {
    await openForm()
    widget.answer(() => signInNeeded)

    await submit().click()

    await widget.frame.getByText('Sign in to book').waitFor()
    expect(JSON.stringify(widget.sent.find(({ method }) => method === 'ui/message')?.params)).toMatch(
      /Book Brera Garden Hotel in Milan for 1 night from \d{4}-\d\d-\d\d/,
    )
  })
})

describe('a host', () => {
  test('with window.openai alone is enough', async () => {
    const before = `
      window.called = []
      window.openai = {
        toolOutput: ${JSON.stringify(standardRates)}, theme: 'dark', locale: 'en', displayMode: 'inline',
        callTool: async (name, args) => { window.called.push([name, args]); return ${JSON.stringify(result(memberRates))} },
        setWidgetState: (state) => { window.state = state },
      }`
    await open(undefined, { bridge: false, before })

    await heading('Hotels in Milan').waitFor()
    await button('Show member rates').click()
    await widget.frame.locator('.chip-member').waitFor()

    expect(await widget.frame.evaluate('window.called')).toEqual([
      ['search_hotels_member_rates', { city: 'Milan' }],
    ])
    expect(await widget.frame.locator('#app').getAttribute('data-theme')).toBe('dark')
  })

  test('with both interfaces is spoken to over the bridge, and keeps the state', async () => {
    const before =
      'window.openai = { callTool: () => { window.wrong = true }, setWidgetState: (state) => { window.state = state } }'
    await open(booking('denied'), { before })

    await heading('You declined this booking').waitFor()

    expect(await widget.frame.evaluate('window.wrong')).toBeUndefined()
    expect(await widget.frame.evaluate('window.state')).toMatchObject({ version: 1, status: 'denied' })
  })

  test('is believed only when it is the window above', async () => {
    await open(result(standardRates))
    await heading('Hotels in Milan').waitFor()

    await widget.frame.evaluate((params) => {
      window.postMessage({ jsonrpc: '2.0', method: 'ui/notifications/tool-result', params }, '*')
      return new Promise((resolve) => setTimeout(resolve, 0))
    }, booking('confirmed'))

    expect(await heading('You are booked').count()).toBe(0)
  })

  test('that sends nonsense gets a widget that goes on', async () => {
    await open()
    for (const params of [null, 5, 'x', [], { structuredContent: 'x' }, { content: [null] }]) {
      await widget.notify(toolResult, params)
    }

    await widget.notify(toolResult, result(standardRates))

    await heading('Hotels in Milan').waitFor()
  })
})
