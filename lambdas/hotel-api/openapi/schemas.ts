// The schemas that the document names, and that requests and answers are made of.
import * as z from 'zod'
import { closeRequestSchema } from '../booking/close-intent.ts'
import { intentRequestSchema } from '../booking/create-intent.ts'
import { intentSchema } from '../booking/intent.ts'
import { hotelSchema, hotelsSchema } from '../catalogue/hotels-schema.ts'
import { problemSchema } from '../http/problem.ts'
import { quoteRequestSchema } from '../quoting/create-quote.ts'
import { quoteSchema } from '../quoting/quote.ts'
import { openApiSchema } from './read-openapi.ts'

export const namedSchemas = z.registry<{ id: string }>()
namedSchemas
  .add(hotelSchema, { id: 'Hotel' })
  .add(hotelsSchema, { id: 'Hotels' })
  .add(quoteRequestSchema, { id: 'QuoteRequest' })
  .add(quoteSchema, { id: 'Quote' })
  .add(intentRequestSchema, { id: 'IntentRequest' })
  .add(intentSchema, { id: 'Intent' })
  .add(closeRequestSchema, { id: 'CloseRequest' })
  .add(problemSchema, { id: 'Problem' })
  .add(openApiSchema, { id: 'OpenApi' })
