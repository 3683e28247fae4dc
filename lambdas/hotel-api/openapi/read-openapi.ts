import * as z from 'zod'
import { defineRoute, type Route } from '../http/route.ts'

/** `GET /openapi.json`: describes the routes that it is given, and itself. */
export function readOpenApi(described: readonly Route[]): Route {
  let document: Record<string, unknown> | undefined
  const route = defineRoute({
    method: 'GET',
    path: '/openapi.json',
    operationId: 'readOpenApi',
    summary: 'This document',
    description: 'Describes this API in OpenAPI 3.1.',
    access: { kind: 'public' },
    answers: { 200: { description: 'The document', schema: openApiSchema } },
    problems: {},
    authorize: () => undefined,
    async answer() {
      if (document === undefined) {
        const { describeApi } = await import('./describe-api.ts')
        document = describeApi([...described, route])
      }
      return { status: 200, body: document, headers: { 'cache-control': 'public, max-age=300' } }
    },
  })
  return route
}

export const openApiSchema = z
  .looseObject({ openapi: z.literal('3.1.1'), paths: z.record(z.string(), z.unknown()) })
  .describe('An OpenAPI 3.1 document')
