/** An amount of money in hundredths of a euro: whole numbers, so that no sum is ever rounded. */
export type Cents = number

export type Hotel = {
  /** Stable, lower-case, starts with the city: `milan-corte-dei-gelsi`. */
  id: string
  name: string
  district: string
  /** Degrees, WGS 84. */
  latitude: number
  longitude: number
  stars: 2 | 3 | 4 | 5
  /** Guests' rating, 0 to 10 with one decimal. */
  rating: number
  reviewCount: number
  amenities: readonly Amenity[]
  description: string
  nightlyRate: Cents
  /** What signed-in people pay for a night; always below the nightly rate. */
  memberRate: Cents
}

export const amenities = [
  'Free Wi-Fi',
  'Breakfast',
  'Restaurant',
  'Bar',
  'Rooftop terrace',
  'Garden',
  'Gym',
  'Spa',
  'Indoor pool',
  'Sauna',
  'Parking',
  'Bicycle hire',
  'Family rooms',
  'Pets welcome',
  'Air conditioning',
  '24-hour reception',
  'Co-working',
  'Airport shuttle',
  'Step-free access',
  'Concierge',
] as const
export type Amenity = (typeof amenities)[number]

export type City = {
  name: string
  country: string
  /** ISO 3166-1 alpha-2. The country's names in other languages follow from it. */
  countryCode: string
  /** The centre that a map is opened on. */
  latitude: number
  longitude: number
  /** IANA time zone: decides which day it is at the hotel. */
  timeZone: string
  /**
   * Other names that people use for the city, in any spelling of case and accents: its own and its exonyms (Unicode
   * CLDR's exemplar cities, GeoNames' alternate names), but for those that mean other places as well.
   */
  otherNames: readonly string[]
  /** What may stand beside the name besides the country: "Milan, Lombardy". */
  regions: readonly string[]
  hotels: readonly Hotel[]
}
