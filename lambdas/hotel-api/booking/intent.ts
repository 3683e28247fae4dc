import * as z from 'zod'
import { outcomes } from '../../booking/life-cycle.ts'
import { presentQuote, quoteSchema } from '../quoting/quote.ts'
import { asOf, type IntentRecord } from './life-cycle.ts'

export const transactionIdSchema = z.guid().describe('The id of the booking, a lower-case UUID')

const common = {
  transactionId: transactionIdSchema,
  approval: z
    .enum(['required', 'not_required'])
    .describe('Whether only the token of the person’s own approval confirms the booking'),
  quote: quoteSchema,
  replaces: z
    .array(transactionIdSchema)
    .optional()
    .describe('Bookings that waited for an approval and were cancelled for this one'),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().describe('When the booking expires unless it is confirmed'),
}

export const intentSchema = z
  .discriminatedUnion('status', [
    z.object({ ...common, status: z.literal('pending') }),
    z.object({
      ...common,
      status: z.literal('confirmed'),
      confirmedAt: z.iso.datetime(),
      confirmationCode: z.string().regex(/^MH-[A-Z2-9]{4}-[A-Z2-9]{4}$/),
    }),
    z.object({ ...common, status: z.enum(outcomes), closedAt: z.iso.datetime() }),
  ])
  .describe('A booking from its creation to its end')

/** The intent as it is at a moment, without what is the API's own. */
export function presentIntent(record: IntentRecord, now: number): z.infer<typeof intentSchema> {
  const intent = asOf(record, now)
  const shown = {
    transactionId: intent.transactionId,
    approval: intent.approval,
    quote: presentQuote(intent.quote),
    ...(intent.replaces === undefined ? {} : { replaces: intent.replaces }),
    createdAt: isoTime(intent.createdAt),
    expiresAt: isoTime(intent.expiresAt),
  }
  switch (intent.status) {
    case 'pending':
      return { ...shown, status: 'pending' }
    case 'confirmed':
      return {
        ...shown,
        status: 'confirmed',
        confirmedAt: isoTime(intent.confirmedAt),
        confirmationCode: intent.confirmationCode,
      }
    default:
      return { ...shown, status: intent.status, closedAt: isoTime(intent.closedAt) }
  }
}

const isoTime = (milliseconds: number): string => new Date(milliseconds).toISOString()
