// What a person is called, what somebody asks for and what the hotels say reaches models and widgets as plain text.
import { beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { json, milanForMembers } from './outside.ts'
import { createStack, post, type Stack, signToken } from './stack.ts'

let stack: Stack
beforeAll(async () => {
  stack = await createStack()
})

const hostile = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]|(?![\u200c\u200d])\p{Cf}/u
const harm = fc.constantFrom(
  '\u0000',
  '\u001b[2J',
  '\r\n',
  '\u2028',
  '\u202e',
  '\u2066',
  '\u200b',
  '\u{e0041}',
  '\u0085',
)
/** A name with something in it that no name has. */
const spoilt = fc
  .tuple(fc.stringMatching(/^[A-Za-zéöم]{1,12}$/), harm, fc.stringMatching(/^[A-Za-z ]{0,12}$/))
  .map((parts) => parts.join(''))

/** The answer of a tool as text, with what JSON writes as an escape turned back. */
async function answerOf(tool: string, city: string, token?: string) {
  const response = await stack.server(
    post('legacy', 'tools/call', { name: tool, arguments: { city } }, { token }),
  )
  const { result } = (await response.json()) as { result: { content: { text: string }[]; isError?: boolean } }
  return { result, texts: textsIn(result) }
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(textsIn) : []
}

const asLines = (text: string) => text.split('\n')

describe('a text from outside', () => {
  test('that is a given name greets without what is hidden in it', async () => {
    await fc.assert(
      fc.asyncProperty(spoilt, async (name) => {
        const token = await signToken({ given_name: name })
        const { result, texts } = await answerOf('search_hotels_member_rates', 'Milan', token)

        expect(result.isError).not.toBe(true)
        expect(texts.flatMap(asLines).filter((line) => hostile.test(line))).toEqual([])
        expect(result.content[0]?.text.split(', here are')[0]).toContain(name.split(/[^\p{L}]/u)[0])
      }),
      { numRuns: 50 },
    )
  })

  test('that is a city is repeated without what is hidden in it, and asked for so', async () => {
    stack.outside.answers.hotels = ({ url }) =>
      json(404, { code: 'unknown_city', knownCities: [`Milan\u202e${url.searchParams.get('city')}\u0007`] })
    await fc.assert(
      fc.asyncProperty(spoilt, async (city) => {
        const { result, texts } = await answerOf('search_hotels', city)

        expect(result.isError).toBe(true)
        expect(texts.flatMap(asLines).filter((line) => hostile.test(line))).toEqual([])
        expect(
          hostile.test(stack.outside.askedFor('/hotels').at(-1)?.url.searchParams.get('city') ?? ''),
        ).toBe(false)
      }),
      { numRuns: 50 },
    )
  })

  test('that a hotel says of itself is one line', async () => {
    await fc.assert(
      fc.asyncProperty(spoilt, async (text) => {
        const [hotel] = milanForMembers.hotels
        const all = { ...hotel, name: text, district: text, description: text, amenities: [text] }
        stack.outside.answers.hotels = () =>
          json(200, { ...milanForMembers, city: { ...milanForMembers.city, country: text }, hotels: [all] })
        const { result, texts } = await answerOf('search_hotels', 'Milan')

        expect(result.isError).not.toBe(true)
        expect(texts.flatMap(asLines).filter((line) => hostile.test(line))).toEqual([])
        // A heading and one hotel, whatever the hotel calls itself.
        expect(asLines(result.content[0]?.text ?? '')).toHaveLength(2)
      }),
      { numRuns: 50 },
    )
  })
})
