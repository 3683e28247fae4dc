// Arguments that both booking tools take.
import * as z from 'zod'
import { optionalArgument } from '../tools/optional-argument.ts'

export const hotelId = z.string().min(1).max(100)
export const startDate = z.string().regex(/^\d{4}-\d{2}-\d{2}$/)
export const nights = z.int()

/** Sent by the widget's form alone: the same one stands for the same request, however often it is sent. */
export const requestId = optionalArgument(z.string().regex(/^[A-Za-z0-9_-]{1,64}$/))
