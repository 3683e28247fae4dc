import * as z from 'zod'
import { correlationHeader, correlationIdPattern } from '../http/correlation-id.ts'
import type { Route } from '../http/route.ts'
import { namedSchemas } from './schemas.ts'

type Json = Record<string, unknown>

const schemaAddress = (id: string): string => `#/components/schemas/${id}`

/** An OpenAPI 3.1 document of the routes. Its schemas are the very ones that validate requests. */
export function describeApi(routes: readonly Route[]): Json {
  const paths: Record<string, Json> = {}
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: describeOperation(route) }
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'MyHotels hotel API',
      version: '1.0.0',
      description:
        'Hotels, rates, quotes and bookings. Amounts are euros; days are calendar days at the hotel; times are UTC. Every refusal is an RFC 9457 problem with a stable `code`.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    paths,
    components: { schemas: componentSchemas(), securitySchemes: { accessToken: securityScheme } },
  }
}

const securityScheme = {
  type: 'http',
  scheme: 'bearer',
  bearerFormat: 'JWT',
  description:
    'An access token for this API. `exchanged`: a signed-in person through the MCP server. `approval`: returned by the person’s approval of one booking. `workflow`: the approval workflow itself.',
}

function componentSchemas(): Json {
  const { schemas } = z.toJSONSchema(namedSchemas, { uri: schemaAddress })
  return Object.fromEntries(
    // Inside an OpenAPI document the dialect is given, and an identifier with a fragment is not allowed.
    Object.entries(schemas).map(([name, { $schema, $id, ...schema }]) => [name, schema]),
  )
}

function describeOperation(route: Route): Json {
  return {
    operationId: route.operationId,
    summary: route.summary,
    description: route.description,
    ...(route.access.kind === 'public' ? {} : describeAccess(route.access)),
    parameters: [
      ...describeParameters('path', route.params),
      ...describeParameters('query', route.query as z.ZodObject | undefined),
      ...describeParameters('header', route.headers),
      {
        name: correlationHeader,
        in: 'header',
        required: false,
        description: 'Comes back with the answer and stands in the log; a new one is made when it is missing',
        schema: { type: 'string', pattern: correlationIdPattern.source },
      },
    ],
    ...(route.body
      ? {
          requestBody: { required: true, content: { 'application/json': { schema: reference(route.body) } } },
        }
      : {}),
    responses: { ...describeAnswers(route), ...describeProblems(route) },
  }
}

function describeAccess(access: { kind: string; scope: string; token: string }): Json {
  const needed = { accessToken: [access.scope] }
  return {
    security: access.kind === 'optional' ? [{}, needed] : [needed],
    'x-token': access.token,
  }
}

function describeParameters(place: 'path' | 'query' | 'header', schema: z.ZodObject | undefined): Json[] {
  if (schema === undefined) return []
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input' })
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...rest } = property as Json
    return { name, in: place, required: required.includes(name), description, schema: rest }
  })
}

function describeAnswers(route: Route): Json {
  return Object.fromEntries(
    Object.entries(route.answers).map(([status, { description, schema }]) => [
      status,
      { description, headers: correlation, content: { 'application/json': { schema: reference(schema) } } },
    ]),
  )
}

const correlation = { [correlationHeader]: { schema: { type: 'string' } } }

/** The codes that a route may answer with, its own and those that follow from what it takes, by status. */
export function problemCodes(route: Route): Record<number, string[]> {
  const codes: Record<number, string[]> = { 500: ['internal_error'] }
  const add = (status: number, ...more: readonly string[]) => {
    codes[status] = [...(codes[status] ?? []), ...more]
  }
  for (const [status, own] of Object.entries(route.problems)) add(Number(status), ...own)
  if (route.query || route.headers) add(400, 'invalid_request')
  if (route.body) {
    add(400, 'malformed_json')
    add(413, 'body_too_large')
    add(415, 'unsupported_media_type')
  }
  if (route.access.kind !== 'public') {
    add(401, 'missing_token', 'invalid_token')
    add(403, 'insufficient_scope', 'wrong_authority')
    add(503, 'temporarily_unavailable')
  }
  return codes
}

function describeProblems(route: Route): Json {
  return Object.fromEntries(
    Object.entries(problemCodes(route)).map(([status, codes]) => [
      status,
      {
        description: codes.map((code) => `\`${code}\``).join(', '),
        headers: correlation,
        content: { 'application/problem+json': { schema: { $ref: schemaAddress('Problem') } } },
      },
    ]),
  )
}

function reference(schema: z.ZodType): Json {
  const known = namedSchemas.get(schema)
  if (known === undefined)
    throw new Error('Every schema of a body or an answer has a name in openapi/schemas.ts')
  return { $ref: schemaAddress(known.id) }
}
