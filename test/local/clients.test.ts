// The official clients of both generations against the whole of MyHotels: sign in after a 401, step up after a 403,
// book. And the same behind a front door that renames the challenge.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { defaults } from '../../lib/configuration.ts'
import { type MyHotels, runMyHotels } from '../../local/run.ts'
import { Assistant, type AssistantOptions, type Generation } from '../journeys/assistant.ts'

const { memberRates, book } = defaults.scopes.mcp
const generations: Generation[] = ['v1', 'v2 legacy', 'v2']

async function start(renameWwwAuthenticate: boolean) {
  const directory = await mkdtemp(join(tmpdir(), 'myhotels-clients-'))
  const myHotels = await runMyHotels({ directory, withChat: false, renameWwwAuthenticate })
  return {
    myHotels,
    async stop() {
      await myHotels.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

const startDate = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)

async function openAssistant(
  { endpoints, connector }: MyHotels,
  options: AssistantOptions,
): Promise<Assistant> {
  const anna = endpoints.users.find(({ inGroup }) => inGroup)
  return new Assistant(endpoints.mcp, connector, anna, options).connect()
}

/** One night in the cheapest hotel, which policy lets through at once. */
async function bookCheaply(assistant: Assistant, days: number): Promise<{ status: string }> {
  const rates = await assistant.call('search_hotels_member_rates', { city: 'Florence' })
  const { hotels } = rates.structuredContent as { hotels: { id: string; memberRate: number }[] }
  const { id } = hotels.reduce((least, hotel) => (hotel.memberRate < least.memberRate ? hotel : least))
  const result = await assistant.call('prepare_booking', {
    hotelId: id,
    nights: 1,
    startDate: startDate(days),
  })
  return (result.structuredContent as { booking: { status: string } }).booking
}

describe('behind a front door that passes the challenge on', () => {
  let run: Awaited<ReturnType<typeof start>>
  beforeAll(async () => {
    run = await start(false)
  })
  afterAll(() => run.stop())

  test.each(generations)('the client %s signs in once after a 401, and books', async (generation) => {
    const assistant = await openAssistant(run.myHotels, { generation })

    const booking = await bookCheaply(assistant, 30 + generations.indexOf(generation))

    expect(booking.status).toBe('confirmed')
    expect(assistant.signIns).toBe(1)
    expect(assistant.requestedScopes.toSorted()).toEqual([book, memberRates].toSorted())
    await assistant.close()
  })

  test.each(generations)(
    'the client %s steps up after a 403 when less was allowed at first',
    async (generation) => {
      const assistant = await openAssistant(run.myHotels, {
        generation,
        firstScope: memberRates,
        // The older client answers a 403 with its refresh token, gets the same scopes again, and gives up.
        keepsRefreshToken: generation !== 'v1',
      })

      await assistant.call('search_hotels_member_rates', { city: 'Florence' })
      const booking = await bookCheaply(assistant, 40 + generations.indexOf(generation))

      expect(booking.status).toBe('confirmed')
      expect(assistant.signIns).toBe(2)
      expect(assistant.requestedScopes.toSorted()).toEqual([book, memberRates].toSorted())
      await assistant.close()
    },
  )
})

describe('behind a front door that renames the challenge', () => {
  let run: Awaited<ReturnType<typeof start>>
  beforeAll(async () => {
    run = await start(true)
  })
  afterAll(() => run.stop())

  test.each(generations)(
    'the client %s finds the sign-in through the well-known documents, and books',
    async (generation) => {
      const assistant = await openAssistant(run.myHotels, { generation })

      const booking = await bookCheaply(assistant, 60 + generations.indexOf(generation))

      expect(booking.status).toBe('confirmed')
      // One consent: without the header no step-up would reach the client, so the first asks for ordinary use.
      expect(assistant.signIns).toBe(1)
      expect(assistant.requestedScopes.toSorted()).toEqual([book, memberRates].toSorted())
      await assistant.close()
    },
  )

  test('the challenge is repeated in the body', async () => {
    const answer = await fetch(run.myHotels.endpoints.mcp, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name: 'search_hotels_member_rates', arguments: { city: 'Florence' } },
      }),
    })

    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toBeNull()
    expect(answer.headers.get('x-amzn-remapped-www-authenticate')).toContain('resource_metadata=')
    expect(JSON.stringify(await answer.json())).toContain('resource_metadata=')
  })
})
