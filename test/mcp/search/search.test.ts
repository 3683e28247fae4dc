import { describe, expect, test } from '@jest/globals'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { cities } from '../../../lambdas/hotel-api/catalogue/cities.ts'
import { hotelsSchema } from '../../../lambdas/hotel-api/catalogue/hotels-schema.ts'
import { json, milan } from '../outside.ts'
import { createStack, eras, post, type Stack, signToken } from '../stack.ts'

type Result = {
  isError?: boolean
  content: { type: string; text: string }[]
  structuredContent?: Record<string, unknown> & { hotels: Record<string, unknown>[] }
}

async function call(
  stack: Stack,
  name: string,
  args: object,
  token?: string,
  era: 'legacy' | 'modern' = 'modern',
) {
  const response = await stack.server(post(era, 'tools/call', { name, arguments: args }, { token }))
  return ((await response.json()) as { result: Result }).result
}

describe.each(eras)('%s: search_hotels', (era) => {
  test('answers with hotels and standard rates, in data and in words', async () => {
    const stack = await createStack()
    const result = await call(stack, 'search_hotels', { city: 'Milan' }, undefined, era)
    expect(result.content).toEqual([
      {
        type: 'text',
        text: '1 hotel in Milan, Italy:\n- Hotel Duomo (milan-duomo), Centro, 4 stars, rated 8.8: 180.00 EUR per night',
      },
    ])
    expect(result.structuredContent).toMatchObject({ memberRates: false, currency: 'EUR', city: milan.city })
  })

  test('hands on nothing that its output schema does not name', async () => {
    const stack = await createStack()
    const result = await call(stack, 'search_hotels', { city: 'Milan' }, undefined, era)
    expect(JSON.stringify(result)).not.toContain('internalNote')
  })

  test.each(['search_hotels', 'search_hotels_member_rates'])(
    '%s: the data satisfies the schema that is listed',
    async (name) => {
      const stack = await createStack()
      const listed = await stack.server(post(era, 'tools/list'))
      const { result } = (await listed.json()) as {
        result: { tools: { name: string; outputSchema: object }[] }
      }
      const schema = result.tools.find((tool) => tool.name === name)?.outputSchema ?? false
      const { structuredContent } = await call(stack, name, { city: 'Milan' }, await signToken(), era)
      const validate = new Ajv2020({ strict: true }).compile(schema as object)
      expect([validate(structuredContent), validate.errors]).toEqual([true, null])
    },
  )

  test.each([{}, { city: '' }, { city: ' ' }, { city: 7 }, { city: 'x'.repeat(81) }, { city: ['Milan'] }])(
    'refuses the arguments %j without asking anybody',
    async (args) => {
      const stack = await createStack()
      const result = await call(stack, 'search_hotels', args, undefined, era)
      expect(result.isError).toBe(true)
      expect(result.content[0]?.text).toContain('search_hotels')
      expect(stack.outside.asked).toEqual([])
    },
  )

  test.each([
    ['Atlantis', 'MyHotels has no hotels in “Atlantis”. There are hotels in Paris, Milan and Rome.'],
    [
      'Millan',
      'MyHotels has no hotels in “Millan”. Did you mean Milan? There are hotels in Paris, Milan and Rome.',
    ],
  ])('an unknown city is answered with the cities that are known: %s', async (city, text) => {
    const stack = await createStack()
    const result = await call(stack, 'search_hotels', { city }, undefined, era)
    expect(result).toMatchObject({ isError: true, content: [{ text }] })
  })
})

describe('search_hotels_member_rates', () => {
  test('greets the member and shows both rates', async () => {
    const stack = await createStack()
    const result = await call(stack, 'search_hotels_member_rates', { city: 'Milan' }, await signToken())
    expect(result.content[0]?.text).toBe(
      'Anna, here are your member rates. 1 hotel in Milan, Italy:\n- Hotel Duomo (milan-duomo), Centro, 4 stars, rated 8.8: 150.50 EUR per night for members (standard 180.00 EUR)',
    )
    expect(result.structuredContent).toMatchObject({
      memberRates: true,
      memberName: 'Anna',
      hotels: [{ memberRate: 150.5, savings: 29.5 }],
    })
  })

  test.each([undefined, 7, '', ' '])('works for a member whose given name is %j', async (name) => {
    const stack = await createStack()
    const token = await signToken({ given_name: name })
    const { structuredContent } = await call(stack, 'search_hotels_member_rates', { city: 'Milan' }, token)
    expect(structuredContent).not.toHaveProperty('memberName')
  })

  test('the hotel API sees the exchanged token and never the inbound one', async () => {
    const stack = await createStack()
    const token = await signToken()
    await call(stack, 'search_hotels_member_rates', { city: 'Milan' }, token)
    const asked = stack.outside.askedFor('hotels.example.test')
    expect(asked.map(({ headers }) => headers.get('authorization'))).toEqual([
      'Bearer exchanged-my-hotels.api.member_rates',
    ])
    for (const one of asked) expect(JSON.stringify([...one.headers, one.url, one.body])).not.toContain(token)
  })
})

describe('the decision runs alongside the read, and nothing comes out before it', () => {
  test('both are on their way before either is answered', async () => {
    const stack = await createStack()
    const started: string[] = []
    let release = () => {}
    const both = new Promise<void>((resolve) => {
      release = resolve
    })
    const wait = (name: string, answer: Response) => async () => {
      started.push(name)
      if (started.length === 2) release()
      await both
      return answer
    }
    stack.outside.answers.decision = wait('decision', json(200, { decision: 'PERMIT', statements: [] }))
    stack.outside.answers.hotels = wait('hotels', json(200, milan))
    const result = await call(stack, 'search_hotels', { city: 'Milan' })
    expect(result.structuredContent).toBeDefined()
    expect(started.toSorted()).toEqual(['decision', 'hotels'])
  })

  test.each(['search_hotels', 'search_hotels_member_rates'])(
    '%s: a denial is final although the read succeeded',
    async (name) => {
      const stack = await createStack()
      stack.outside.answers.decision = () =>
        json(200, {
          decision: 'DENY',
          statements: [
            { code: 'DENIED-REASON', payload: 'Only for members.', obligatory: false, fulfilled: false },
          ],
        })
      const result = await call(stack, name, { city: 'Milan' }, await signToken())
      expect(result).toEqual(
        expect.objectContaining({ isError: true, content: [{ type: 'text', text: 'Only for members.' }] }),
      )
      expect(JSON.stringify(result)).not.toContain('Duomo')
    },
  )

  test('a denial does not wait for a read that hangs', async () => {
    const stack = await createStack()
    stack.outside.answers.decision = () => json(200, { decision: 'DENY', statements: [] })
    stack.outside.answers.hotels = () => new Promise(() => {})
    const result = await call(stack, 'search_hotels', { city: 'Milan' })
    expect(result.isError).toBe(true)
  })

  test('what the read found wrong is not told to someone who is denied', async () => {
    const stack = await createStack()
    stack.outside.answers.decision = () => json(200, { decision: 'DENY', statements: [] })
    const result = await call(stack, 'search_hotels', { city: 'Atlantis' })
    expect(result.content[0]?.text).not.toContain('Atlantis')
  })

  test('a policy that cannot be reached refuses with words that invite another try', async () => {
    const stack = await createStack()
    stack.outside.answers.decision = () => json(500, {})
    const result = await call(stack, 'search_hotels', { city: 'Milan' })
    expect(result.isError).toBe(true)
    expect(result.content[0]?.text).toMatch(/Try again shortly/)
  })

  test.each([
    ['another shape', () => json(200, { hotels: 'none' })],
    ['no JSON', () => new Response('oops')],
    ['a failure', () => json(500, { code: 'internal', detail: 'stack trace' })],
  ])('a hotel API that answers %s refuses without its words', async (_name, answer) => {
    const stack = await createStack()
    stack.outside.answers.hotels = answer
    const result = await call(stack, 'search_hotels', { city: 'Milan' })
    expect(result).toMatchObject({
      isError: true,
      content: [{ text: 'The hotels cannot be reached at the moment. Try again shortly.' }],
    })
  })
})

test('every city of the hotel API is understood, with all that it says', async () => {
  const stack = await createStack()
  for (const city of cities) {
    const hotels = city.hotels.map((hotel) => ({
      ...hotel,
      city: city.name,
      nightlyRate: hotel.nightlyRate / 100,
    }))
    const body = { city: { ...city, hotels: undefined }, currency: 'EUR', hotels }
    expect(() => hotelsSchema.parse(body)).not.toThrow()
    stack.outside.answers.hotels = () => json(200, hotelsSchema.parse(body))
    const { structuredContent } = await call(stack, 'search_hotels', { city: city.name })
    expect(structuredContent).toEqual({ ...hotelsSchema.parse(body), memberRates: false })
  }
})
