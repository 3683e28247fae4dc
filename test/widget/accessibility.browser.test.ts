// axe-core, with its best-practice rules, on every screen in both themes.
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { AxeResults } from 'axe-core'
import type { Browser } from 'playwright-core'
import { launchBrowser } from '../browser.ts'
import { booking, memberRates, refusal, result, standardRates } from './fixtures.ts'
import { type MountedWidget, mountWidget } from './mount-widget.ts'

const toolResult = 'ui/notifications/tool-result'
let browser: Browser
let axe: string
let widget: MountedWidget

beforeAll(async () => {
  browser = await launchBrowser()
  axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
})
afterAll(async () => {
  await browser?.close()
})
afterEach(() => widget.close())

type Step = (widget: MountedWidget) => Promise<void>
const show =
  (content: object, title: string): Step =>
  async ({ notify, frame }) => {
    await notify(toolResult, content)
    await frame.getByRole('heading', { name: title }).waitFor()
  }
const book: Step = ({ frame }) =>
  frame.locator('.card[data-hotel="milan-brera-garden"]').getByRole('button', { name: 'Book' }).click()
const send: Step = ({ frame }) => frame.locator('.form .button-wide').click()

const screens: [string, Step[]][] = [
  ['loading', []],
  ['hotels at standard rates', [show(result(standardRates), 'Hotels in Milan')]],
  ['hotels at member rates', [show(result(memberRates), 'Hotels in Milan')]],
  [
    'a form',
    [
      show(result(memberRates), 'Hotels in Milan'),
      book,
      async ({ frame }) => {
        await frame.getByLabel('Nights', { exact: true }).fill('0')
        await frame.locator('#nights-error:not(:empty)').waitFor()
      },
    ],
  ],
  [
    'a form that was refused',
    [
      show(result(memberRates), 'Hotels in Milan'),
      book,
      async (mounted) => {
        mounted.answer(() => refusal('Not above 1000 EUR.'))
        await send(mounted)
        await mounted.frame.getByText('Not above 1000 EUR.').waitFor()
      },
    ],
  ],
  [
    'a lost answer',
    [
      show(result(memberRates), 'Hotels in Milan'),
      book,
      async (mounted) => {
        mounted.answer(() => {
          throw { code: -32001, message: 'Request timed out' }
        })
        await send(mounted)
        await mounted.frame.getByRole('button', { name: 'Look it up' }).waitFor()
      },
    ],
  ],
  [
    'an offer above a form',
    [
      show(result(memberRates), 'Hotels in Milan'),
      book,
      async ({ notify, frame }) => {
        await notify(toolResult, booking('confirmed', { hotelId: 'other', hotelName: 'Other' }))
        await frame.getByRole('button', { name: 'Show', exact: true }).waitFor()
      },
    ],
  ],
  [
    'a waiting booking',
    [
      show(
        booking('pending', { bindingMessage: 'K7PX4M2Q', approvalExpiresAt: '2099-01-01T00:00:00Z' }),
        'Approve this booking on your phone',
      ),
    ],
  ],
  ['a confirmed booking', [show(booking('confirmed', { confirmationCode: 'MH-7K2P' }), 'You are booked')]],
  ['a booking that was declined', [show(booking('denied'), 'You declined this booking')]],
  ['a refusal', [show(refusal('MyHotels has no hotels in “Atlantis”.'), 'No result')]],
]

const ground = { light: '#ffffff', dark: '#212121' }

describe.each(['light', 'dark'] as const)('in the %s theme', (theme) => {
  test.each(screens)('%s has nothing that axe objects to', async (_, steps) => {
    widget = await mountWidget(browser, { theme })
    // The frame lets the host's ground show through; axe sees this document alone.
    await widget.frame.evaluate((ground) => {
      document.body.style.background = ground
    }, ground[theme])
    for (const step of steps) await step(widget)

    // Evaluated from outside, so that the widget's own policy stays what it is.
    await widget.frame.evaluate(axe)
    const { violations } = await widget.frame.evaluate(
      () =>
        (window as unknown as { axe: { run(given: object): Promise<AxeResults> } }).axe.run({
          resultTypes: ['violations'],
        }) as Promise<AxeResults>,
    )

    expect(
      violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`),
    ).toEqual([])
  })
})
