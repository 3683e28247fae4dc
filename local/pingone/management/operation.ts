// What the API is made of: operations, each with its path, who may call it, and what it does.
import { randomUUID } from 'node:crypto'
import type { Clock } from '../../../lambdas/clock.ts'
import type { PingOneEnvironment } from '../environment.ts'
import type { Right } from './rights.ts'

export type Call = {
  method: string
  /** Below `/v1`, without the query. */
  path: string
  /** The variables of the path by name, such as `applicationID`. */
  variables: Readonly<Record<string, string>>
  query: URLSearchParams
  mediaType: string | undefined
  /** The parsed JSON; undefined when the request had no body. */
  body: unknown
  /** The application whose token the caller sent. */
  clientId: string
}

export type Answer = { status: number; body?: object; headers?: Record<string, string> }

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** A product of the environment's bill of materials. */
export type Product = 'PING_ONE_BASE' | 'PING_ONE_MFA' | 'PING_ONE_DAVINCI' | 'PING_ONE_AUTHORIZE'

export type Operation = {
  method: Method
  /** As the published specifications write it: `/environments/{environmentID}/groups/{groupID}`. */
  path: string
  /** The media types of the body; `application/json` when left out. */
  mediaTypes?: readonly string[]
  /** What the caller's roles must allow; `authenticated` asks for a valid token only. */
  right: Right | 'authenticated'
  product?: Product
  /** Part of the PingOne Authorize Admin APIs, which a tenant may not have. */
  authorizeAdminApi?: boolean
  /** A path that answers 404 for a moment after its parent was created; the variable that names the parent. */
  lagsBehind?: string
  handle(call: Call): Answer | Promise<Answer>
}

export type ManagementOptions = {
  /** The tenant's Early Access switch for the PingOne Authorize Admin APIs. Default `available`. */
  authorizeAdminApi?: 'available' | 'forbidden'
  /** Whether the licence has Agent IAM Core, so that applications may have the type AI_AGENT. Default true. */
  aiAgent?: boolean
  /**
   * PingOne is eventually consistent: how many calls to a new application's or resource's secret, and to a new
   * application's grants, answer 404 before they find it. Default 1.
   */
  callsUntilConsistent?: number
  /** The largest page, whatever `limit` says. Lets a few objects make several pages. */
  largestPage?: number
  /** Requests per minute before 429; unlimited when left out. */
  requestsPerMinute?: number
  /** Decisions per minute on an endpoint without a fixed version before 429; unlimited when left out. */
  draftDecisionsPerMinute?: number
  /** Answers in place of the API when it returns a response: how a fault is injected. May throw. */
  intercept?: (request: Request) => Response | undefined | Promise<Response | undefined>
}

export type ManagementContext = {
  environment: PingOneEnvironment
  /** `https://api.pingone.eu/v1` or the local equivalent, without a slash at the end. */
  baseUrl: string
  authUrl: string
  clock: Clock
  fetch: typeof fetch
  options: ManagementOptions
  /** A fresh lower-case UUID. */
  newId(): string
  /** Now, as RFC 3339 with milliseconds. No two calls give the same, so that creation order can be read back. */
  timestamp(): string
  /** Notes that an object was created, for paths that lag behind. */
  created(id: string): void
}

/** DaVinci's ids are 32 hexadecimal characters without dashes. */
export const newDaVinciId = (): string => randomUUID().replaceAll('-', '')
