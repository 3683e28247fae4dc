import { cities } from './cities.ts'
import type { City, Hotel } from './hotel.ts'

const hotelsById = new Map(
  cities.flatMap((city) => city.hotels.map((hotel) => [hotel.id, { city, hotel }] as const)),
)

export function findHotel(hotelId: string): { city: City; hotel: Hotel } | undefined {
  return hotelsById.get(hotelId)
}
