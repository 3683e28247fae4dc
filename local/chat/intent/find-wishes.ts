// What a person wishes a hotel to be like, as far as the results of a search can tell.

export type ListedHotel = {
  id: string
  name: string
  city: string
  /** What this person would pay for a night, euros. */
  rate?: number
  stars?: number
  rating?: number
  amenities?: readonly string[]
}

export type Order = 'cheapest' | 'most expensive' | 'best rated'

export type Wishes = {
  /** What must hold of a hotel, each with the words to say it in. */
  must: { words: string; holds(hotel: ListedHotel): boolean }[]
  order: Order | undefined
  /** What was asked for and nobody can tell from the results. */
  unknown: string[]
}

/** A wish for nothing in particular. */
export const noWishes: Wishes = { must: [], order: undefined, unknown: [] }

const amenityWords: readonly [pattern: RegExp, amenity: string][] = [
  [/\bwi-?fi\b|\bwlan\b/i, 'Free Wi-Fi'],
  [/\bbreakfast\b|\bfrühstück\b/i, 'Breakfast'],
  [/\brestaurant\b/i, 'Restaurant'],
  [/\bbar\b/i, 'Bar'],
  [/\b(?:rooftop|terrace)\b/i, 'Rooftop terrace'],
  [/\bgarden\b/i, 'Garden'],
  [/\b(?:gym|fitness)\b/i, 'Gym'],
  [/\bspa\b/i, 'Spa'],
  [/\bpool\b/i, 'Indoor pool'],
  [/\bsauna\b/i, 'Sauna'],
  [/\b(?:parking|garage)\b/i, 'Parking'],
  [/\b(?:bicycles?|bikes?)\b/i, 'Bicycle hire'],
  [/\b(?:family|families|kids|children)\b/i, 'Family rooms'],
  [/\b(?:pets?|dogs?|cats?)\b/i, 'Pets welcome'],
  [/\bair[- ]?con(?:ditioning|ditioned)?\b/i, 'Air conditioning'],
  [/\b(?:co-?working|desk)\b/i, 'Co-working'],
  [/\b(?:airport shuttle|shuttle)\b/i, 'Airport shuttle'],
  [/\b(?:step-free|wheelchair|accessible)\b/i, 'Step-free access'],
  [/\bconcierge\b/i, 'Concierge'],
]

const orders: readonly [pattern: RegExp, order: Order][] = [
  [
    /\b(?:cheap(?:est)?|least expensive|lowest price|günstigst\p{L}*|billigst\p{L}*|le moins cher|più economico|más barato)\b/iu,
    'cheapest',
  ],
  [/\b(?:most expensive|dearest|priciest|most luxurious)\b/i, 'most expensive'],
  [/\b(?:best(?: rated)?|top(?: rated)?|highest rated)\b/i, 'best rated'],
]

const beyond: readonly [pattern: RegExp, words: string][] = [
  [/\b[Nn]ear (?:the |a )?[\p{Ll}][\p{L} ]*/u, 'what is nearby'],
  [/\b(?:sea|river|lake|canal|mountain)[- ]view\b|\bview\b|\bbalcon(?:y|ies)\b/i, 'the view'],
  [/\bquiet\b|\bromantic\b|\bcosy\b|\bcozy\b|\bmodern\b/i, 'the mood'],
  [/\b(?:free|late) cancell?ation\b|\brefundable\b/i, 'cancellation terms'],
  [/\b(?:\d+|two|three|four) (?:adults|guests|people|persons)\b/i, 'the number of guests'],
]

const money = '(?:€|eur|euros?)?\\s*(\\d{2,5})\\s*(?:€|eur|euros?)?'

/** Reads wishes; words that are no wish are passed over. */
export function findWishes(text: string): Wishes {
  const must: Wishes['must'] = []
  const most = new RegExp(
    `\\b(?:under|below|less than|up to|at most|max(?:imum)?|cheaper than|unter|moins de|meno di|menos de)\\s+${money}`,
    'i',
  ).exec(text)
  if (most !== null) {
    const limit = Number(most[1])
    must.push({
      words: `at most ${limit} EUR a night`,
      holds: ({ rate }) => rate !== undefined && rate <= limit,
    })
  }
  const least = new RegExp(`\\b(?:over|above|more than|at least)\\s+${money}(?!\\s*-?\\s*stars?)`, 'i').exec(
    text,
  )
  if (least !== null) {
    const limit = Number(least[1])
    must.push({
      words: `at least ${limit} EUR a night`,
      holds: ({ rate }) => rate !== undefined && rate >= limit,
    })
  }
  const stars = /\b([1-5]|one|two|three|four|five)[- ]?stars?\b/i.exec(text)
  if (stars !== null) {
    const words = ['', 'one', 'two', 'three', 'four', 'five']
    const wanted = Number(stars[1]) || words.indexOf((stars[1] ?? '').toLowerCase())
    must.push({ words: `${wanted} stars`, holds: (hotel) => hotel.stars === wanted })
  }
  for (const [pattern, amenity] of amenityWords) {
    if (pattern.test(text)) {
      must.push({
        words: amenity.toLowerCase(),
        holds: ({ amenities }) => amenities?.includes(amenity) === true,
      })
    }
  }
  return {
    must,
    order: orders.find(([pattern]) => pattern.test(text))?.[1],
    unknown: beyond.filter(([pattern]) => pattern.test(text)).map(([, words]) => words),
  }
}

export const isWish = ({ must, order, unknown }: Wishes) =>
  must.length > 0 || order !== undefined || unknown.length > 0

/** The hotels that a wish leaves, in its order. */
export function applyWishes({ must, order }: Wishes, hotels: readonly ListedHotel[]): ListedHotel[] {
  const left = hotels.filter((hotel) => must.every(({ holds }) => holds(hotel)))
  const by = (key: (hotel: ListedHotel) => number) => left.sort((one, other) => key(one) - key(other))
  if (order === 'cheapest') return by(({ rate }) => rate ?? Number.POSITIVE_INFINITY)
  if (order === 'most expensive') return by(({ rate }) => -(rate ?? 0))
  if (order === 'best rated') return by(({ rating }) => -(rating ?? 0))
  return left
}
