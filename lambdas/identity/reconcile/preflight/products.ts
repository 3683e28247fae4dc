import * as z from 'zod'
import { parseAnswer } from '../parse-answer.ts'
import type { Check } from './check.ts'

const subject = 'Products'
const billSchema = z.object({ products: z.array(z.object({ type: z.string() })) })

/** What the environment must have been made with, or have been given since. */
export const checkProducts: Check = async ({ client }) => {
  const bill = parseAnswer(billSchema, await client.get('billOfMaterials'), 'its products')
  const types = new Set(bill.products.map(({ type }) => type))
  const missing = (wanted: string[]) => wanted.filter((type) => !types.has(type))
  const essential = missing(['PING_ONE_BASE', 'PING_ONE_AUTHORIZE'])
  if (essential.length > 0) {
    return {
      subject,
      level: 'unfit',
      sentence: `The environment has no ${essential.join(' and no ')}. Without decisions no tool call is permitted.`,
      toDo: 'In the console, open the environment, choose Add a service, and add PingOne SSO and PingOne Authorize. Both need a licence.',
    }
  }
  const approvals = missing(['PING_ONE_MFA', 'PING_ONE_DAVINCI'])
  if (approvals.length > 0) {
    return {
      subject,
      level: 'limited',
      sentence: `The environment has no ${approvals.join(' and no ')}, so nobody can approve a booking on another device.`,
      stillWorks: 'Search, member rates, and bookings that need no approval.',
      toDo: 'In the console, open the environment, choose Add a service, add PingOne MFA and PingOne DaVinci, and run again.',
      refuses: 'approvals',
    }
  }
  return { subject, level: 'ok', sentence: 'PingOne SSO, Authorize, MFA and DaVinci' }
}
