import * as z from 'zod'
import type { Cents } from './hotel.ts'

export const currency = 'EUR'

/** An amount as the API writes it: euros with at most two decimals. */
export const eurosSchema = z.number().nonnegative().multipleOf(0.01).describe('Euros, at most two decimals')

/** The only place where cents become euros; nothing is calculated with the result. */
export const euros = (cents: Cents): number => cents / 100
