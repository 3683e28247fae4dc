import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'

const root = fileURLToPath(new URL('../..', import.meta.url))

type Colours = Map<string, string>

/** The colours that a rule gives to custom properties; the fallback where the host may give one. */
function coloursIn(css: string, selector: string): Colours {
  const start = css.indexOf(`${selector} {`)
  const rule = css.slice(start, css.indexOf('}', start))
  const colours: Colours = new Map()
  for (const [, name = '', value = ''] of rule.matchAll(
    /(--[a-z-]+):\s*(?:var\([^,]+,\s*)?(#[0-9a-f]{6})/g,
  )) {
    colours.set(name, value)
  }
  return colours
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** WCAG 2.2, contrast ratio. */
function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

const text = 4.5
const graphics = 3

const widgetPairs = [
  ['--text', '--bg', text],
  ['--text', '--bg-soft', text],
  ['--text-soft', '--bg', text],
  ['--text-soft', '--bg-soft', text],
  ['--on-accent', '--accent', text],
  ['--accent', '--bg', text],
  ['--on-accent-soft', '--accent-soft', text],
  ['--stop', '--bg', text],
  ['--stop', '--stop-soft', text],
  ['--text', '--stop-soft', text],
  ['--wait', '--bg', text],
  ['--wait', '--wait-soft', text],
  ['--map-text', '--land', text],
  ['--map-water-text', '--water', text],
  ['--on-pin-plain', '--pin-plain', text],
  ['--on-pin-chosen', '--pin-chosen', text],
  ['--line-strong', '--bg', graphics],
  ['--focus', '--bg', graphics],
  ['--focus', '--land', graphics],
  ['--star', '--bg', graphics],
  ['--dot', '--land', graphics],
] as const

const chatPairs = [
  ['--text', '--bg', text],
  ['--text', '--bg-bubble', text],
  ['--text-soft', '--bg', text],
  ['--text-soft', '--bg-soft', text],
  ['--on-accent', '--accent', text],
  ['--accent', '--accent-soft', text],
  ['--warn', '--bg', graphics],
  ['--stop', '--bg', graphics],
  ['--line-strong', '--bg', graphics],
  ['--focus', '--bg', graphics],
] as const

describe.each([
  ['widget', 'widget/styles.css', '.app', '.app[data-theme="dark"]', widgetPairs],
  ['chat', 'local/chat/page/chat.css', ':root', ':root[data-theme="dark"]', chatPairs],
] as const)('the colours of the %s', (_, file, light, dark, pairs) => {
  test.each([['light'], ['dark']])(
    'are told apart by people who see little, in the %s theme',
    async (theme) => {
      const css = await readFile(`${root}/${file}`, 'utf8')
      const colours = new Map([...coloursIn(css, light), ...(theme === 'dark' ? coloursIn(css, dark) : [])])

      const weak = pairs
        .map(([front, back, least]) => ({
          pair: `${front} on ${back}`,
          ratio: contrast(colours.get(front) ?? '#000000', colours.get(back) ?? '#000000'),
          least,
        }))
        .filter(({ ratio, least }) => ratio < least)

      expect(weak).toEqual([])
    },
  )
})
