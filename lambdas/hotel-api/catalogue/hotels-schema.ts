import * as z from 'zod'
import { currency, eurosSchema } from './euros.ts'
import { amenities } from './hotel.ts'

const latitude = z.number().min(-90).max(90).describe('Degrees, WGS 84')
const longitude = z.number().min(-180).max(180).describe('Degrees, WGS 84')

/** Also taken in capitals, as some clients send it. */
export const hotelIdSchema = z
  .string()
  .toLowerCase()
  .regex(/^[a-z]+(-[a-z]+)+$/, 'write the id of a hotel as a search gives it')
  .max(64)

export const hotelSchema = z.object({
  id: hotelIdSchema,
  name: z.string(),
  city: z.string(),
  district: z.string(),
  latitude,
  longitude,
  stars: z.int().min(1).max(5),
  rating: z.number().min(0).max(10).describe('Guests’ rating, one decimal'),
  reviewCount: z.int().nonnegative(),
  amenities: z.array(z.enum(amenities)),
  description: z.string(),
  nightlyRate: eurosSchema.describe('Standard rate for a night, euros'),
  memberRate: eurosSchema.optional().describe('Member rate for a night, euros; only with memberRates=true'),
  savings: eurosSchema
    .optional()
    .describe('What a member saves each night, euros; only with memberRates=true'),
})

export const hotelsSchema = z.object({
  city: z.object({
    name: z.string(),
    country: z.string(),
    latitude,
    longitude,
    timeZone: z.string().describe('IANA time zone: decides which day it is at the hotels'),
  }),
  currency: z.literal(currency),
  hotels: z.array(hotelSchema),
})
