// The world around the MCP server in its tests: PingOne's token and decision endpoints and the hotel API, answering
// what a test wants and remembering what they were asked.
import { randomUUID } from 'node:crypto'
import { clientNamed } from '../oauth/clients.ts'

export const issuer = 'https://auth.example.test/env/as'
export const decisionEndpointUrl = 'https://api.example.test/v1/environments/env/decisionEndpoints/1'
export const hotelApiUrl = 'https://hotels.example.test'

export type Asked = { method: string; url: URL; headers: Headers; body: string }

export const milan = {
  city: { name: 'Milan', country: 'Italy', latitude: 45.46, longitude: 9.19, timeZone: 'Europe/Rome' },
  currency: 'EUR',
  hotels: [
    {
      id: 'milan-duomo',
      name: 'Hotel Duomo',
      city: 'Milan',
      district: 'Centro',
      latitude: 45.464,
      longitude: 9.19,
      stars: 4,
      rating: 8.8,
      reviewCount: 812,
      amenities: ['wifi', 'breakfast'],
      description: 'By the cathedral.',
      nightlyRate: 180,
      internalNote: 'not for anyone',
    },
  ],
}

export const milanForMembers = {
  ...milan,
  hotels: milan.hotels.map((hotel) => ({ ...hotel, memberRate: 150.5, savings: 29.5 })),
}

export const clients = {
  exchange: clientNamed('exchange-client'),
  decision: clientNamed('decision-client'),
}

export const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', ...headers },
  })

export const permit = () => ({
  id: randomUUID(),
  decision: 'PERMIT',
  status: { code: 'OKAY' },
  statements: [],
})

type Answer = (asked: Asked) => Response | Promise<Response>

/** Every endpoint has a good answer; a test replaces those that matter to it. */
export function createOutside() {
  const asked: Asked[] = []
  const answers: { workerToken: Answer; exchange: Answer; decision: Answer; hotels: Answer } = {
    workerToken: () => json(200, { access_token: 'worker-token', token_type: 'Bearer', expires_in: 3600 }),
    exchange: ({ body }) =>
      json(200, {
        access_token: `exchanged-${new URLSearchParams(body).get('scope')?.replaceAll(':', '.')}`,
        issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        token_type: 'Bearer',
        expires_in: 3600,
        scope: new URLSearchParams(body).get('scope'),
      }),
    decision: () => json(200, permit()),
    hotels: ({ url }) =>
      ['Atlantis', 'Millan'].includes(url.searchParams.get('city') ?? '')
        ? json(404, {
            type: 'about:blank',
            title: 'Unknown city',
            status: 404,
            code: 'unknown_city',
            knownCities: ['Paris', 'Milan', 'Rome'],
            suggestions: url.searchParams.get('city') === 'Millan' ? ['Milan'] : [],
          })
        : json(200, url.searchParams.get('memberRates') === 'true' ? milanForMembers : milan),
  }

  const outsideFetch: typeof fetch = async (input, init) => {
    const request = new Request(input as string, init)
    const one: Asked = {
      method: request.method,
      url: new URL(request.url),
      headers: request.headers,
      body: await request.text(),
    }
    asked.push(one)
    const answered = answerFor(one)(one)
    const signal = init?.signal
    if (!signal) return answered
    return Promise.race([
      answered,
      new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    ])
  }

  function answerFor(one: Asked): Answer {
    if (one.url.href === `${issuer}/token`) {
      return new URLSearchParams(one.body).get('grant_type') === 'client_credentials'
        ? answers.workerToken
        : answers.exchange
    }
    if (one.url.href === decisionEndpointUrl) return answers.decision
    if (one.url.origin === hotelApiUrl) return answers.hotels
    return () => new Response(null, { status: 404 })
  }

  return {
    fetch: outsideFetch,
    asked,
    answers,
    askedFor: (part: string) => asked.filter(({ url }) => url.href.includes(part)),
  }
}

export type Outside = ReturnType<typeof createOutside>
