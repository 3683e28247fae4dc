// What the tools reach the outside world with: the policy, token exchange and the hotel API.
import { type Clock, systemClock } from '../clock.ts'
import { createDecide } from '../decision/decide.ts'
import type { Decide } from '../decision/permit.ts'
import type { OAuthClient } from '../oauth/oauth-client.ts'
import { createExchange, type Exchange } from './exchange/exchange.ts'
import { createHotelApi, type HotelApi } from './hotel-api/call-hotel-api.ts'

export type Services = {
  decide: Decide
  exchange: Exchange
  hotelApi: HotelApi
}

export type ServicesDependencies = {
  /** PingOne's issuer, `https://auth.pingone.eu/<environment>/as`. */
  issuer: string
  decisionEndpointUrl: string
  hotelApiUrl: string
  clients: { exchange: OAuthClient; decision: OAuthClient }
  fetch?: typeof fetch
  clock?: Clock
  /** Waits between attempts; tests return at once. */
  wait?: (milliseconds: number) => Promise<void>
}

export function createServices(dependencies: ServicesDependencies): Services {
  const { issuer, clients } = dependencies
  const shared = {
    fetch: dependencies.fetch ?? fetch,
    clock: dependencies.clock ?? systemClock,
    ...(dependencies.wait ? { wait: dependencies.wait } : {}),
  }
  return {
    decide: createDecide({
      ...shared,
      issuer,
      service: 'myhotels-hotelmcp',
      client: clients.decision,
      endpointUrl: dependencies.decisionEndpointUrl,
    }),
    exchange: createExchange({ ...shared, issuer, client: clients.exchange }),
    hotelApi: createHotelApi({ ...shared, url: dependencies.hotelApiUrl }),
  }
}
