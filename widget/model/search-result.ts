// What search_hotels and search_hotels_member_rates answer, as far as the widget shows it.
import { fields, list, number, text } from './read-value.ts'

export type Hotel = {
  id: string
  name: string
  district: string
  latitude: number
  longitude: number
  /** 0 when unknown. */
  stars: number
  rating: number | undefined
  reviewCount: number | undefined
  amenities: readonly string[]
  description: string | undefined
  /** The standard rate of one night. */
  nightlyRate: number
  /** The rate for the member who is signed in. */
  memberRate: number | undefined
  /** What the member saves each night. */
  savings: number | undefined
}

export type SearchResult = {
  city: {
    name: string
    country: string | undefined
    latitude: number
    longitude: number
    /** IANA, when known: stays begin on the hotels' day. */
    timeZone: string | undefined
  }
  /** ISO 4217. */
  currency: string
  memberRates: boolean
  memberName: string | undefined
  hotels: readonly Hotel[]
}

const amount = (value: unknown) => number(value, 0, 1_000_000)
const currencyCode = /^[A-Z]{3}$/

/** An ISO 4217 code, or EUR. */
export const currency = (value: unknown): string =>
  typeof value === 'string' && currencyCode.test(value) ? value : 'EUR'

function readHotel(value: unknown): Hotel | undefined {
  const hotel = fields(value)
  const id = text(hotel.id, 100)
  const name = text(hotel.name, 120)
  const latitude = number(hotel.latitude, -85, 85)
  const longitude = number(hotel.longitude, -180, 180)
  const nightlyRate = amount(hotel.nightlyRate)
  if (
    id === undefined ||
    name === undefined ||
    latitude === undefined ||
    longitude === undefined ||
    nightlyRate === undefined
  ) {
    return undefined
  }
  const memberRate = amount(hotel.memberRate)
  return {
    id,
    name,
    district: text(hotel.district, 80) ?? '',
    latitude,
    longitude,
    stars: Math.round(number(hotel.stars, 0, 5) ?? 0),
    rating: number(hotel.rating, 0, 10),
    reviewCount: number(hotel.reviewCount, 0, 10_000_000),
    amenities: list(hotel.amenities, 12, (amenity) => text(amenity, 40)),
    description: text(hotel.description, 600),
    nightlyRate,
    memberRate,
    savings: memberRate === undefined ? undefined : amount(hotel.savings),
  }
}

/** Reads a search's structured content; undefined when it is something else. Hotels that cannot be read are left out. */
export function readSearchResult(structuredContent: unknown): SearchResult | undefined {
  const content = fields(structuredContent)
  const city = fields(content.city)
  const name = text(city.name, 80)
  const latitude = number(city.latitude, -85, 85)
  const longitude = number(city.longitude, -180, 180)
  if (name === undefined || latitude === undefined || longitude === undefined) return undefined
  if (!Array.isArray(content.hotels)) return undefined
  return {
    city: { name, country: text(city.country, 80), latitude, longitude, timeZone: text(city.timeZone, 60) },
    currency: currency(content.currency),
    memberRates: content.memberRates === true,
    memberName: text(content.memberName, 80),
    hotels: list(content.hotels, 60, readHotel),
  }
}
