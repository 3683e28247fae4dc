import { MyHotelsError } from '../../errors/my-hotels-error.ts'
import { explainUnknownCity } from './hotels.ts'

/** There are no hotels in the city; the message names the cities that have some. */
export class UnknownCityError extends MyHotelsError {
  constructor(message: string) {
    super({ name: 'UnknownCityError', code: 'unknown_city', status: 404, message })
  }
}

/** Turns the hotel API's problem into words for the person; any other error stays as it is. */
export function asUnknownCity(error: unknown, city: string): unknown {
  const message = explainUnknownCity(error, city)
  return message === undefined ? error : new UnknownCityError(message)
}
