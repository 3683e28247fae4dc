// Stands where a model would be: turns what a person writes into one intent, by patterns that can be read.
import { findCities } from './find-cities.ts'
import type { HotelReference } from './find-hotel.ts'
import { findStay } from './find-stay.ts'
import { findWishes, isWish, type Wishes } from './find-wishes.ts'

/** What is known of a booking; the rest is asked for. */
export type BookingWords = {
  hotel?: HotelReference | undefined
  city?: string | undefined
  nights?: number | undefined
  startDate?: string | undefined
}

export type Intent =
  | { kind: 'search' | 'member-rates'; city: string; wishes: Wishes }
  /** About the hotels that were shown last. */
  | { kind: 'narrow'; wishes: Wishes }
  | { kind: 'book'; hotel: HotelReference; city: string | undefined; nights: number; startDate: string }
  /** About a booking that is known by its id, or about the last one. */
  | { kind: 'status'; transactionId: string | undefined }
  | { kind: 'sign-in' | 'help' | 'thanks' }
  /** "no": what was offered or asked is not wanted. */
  | { kind: 'leave' }
  /** Understood, but something is missing; `words` ask for it, and the next message may answer. */
  | { kind: 'question'; words: string; about: Pending }
  | { kind: 'unknown' }

/** What the assistant asked or offered last: the next message may be the answer. */
export type Pending =
  | { kind: 'booking'; booking: BookingWords; missing: 'hotel' | 'nights' | 'startDate' }
  | { kind: 'city'; search: 'search' | 'member-rates' }
  | { kind: 'offer'; intent: Intent }

export type Conversation = {
  /** YYYY-MM-DD where the person is. */
  today: string
  /** The city that was searched last. */
  lastCity: string | undefined
  /** The cities that can be searched, to name them in a question. */
  cities?: readonly string[]
  pending?: Pending | undefined
}

const longest = 500

const uuid = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/i
const polite =
  /^(?:(?:please|ok(?:ay)?|yes|so|well|hi|hello|hey|now|then|and|great|good|perfect)[,!. ]+)*(?:(?:can|could|would|will) you (?:please )?|i(?:'d| would) (?:like|love) (?:you )?to |i want (?:you )?to |let(?:'s| us) |i(?:'ll| will) |please )*/i
const booking =
  /^(?:book|reserve|take|buche|buchen|reservier\p{L}*|réserve\p{L}*|reserva\p{L}*|prenota\p{L}*|get me|make a (?:booking|reservation)|i(?:'ll| will) take)(?!\p{L})/iu
const noun = /\b(?:booking|reservation|request|approval|it)\b/i
const status = [
  /\b(?:status|finali[sz]e|confirmed yet|approved yet|confirmation code)\b/i,
  /\b(?:how (?:is|does|stands?)|what about|what happened (?:to|with)|check|show(?: me)?|where is|look up) (?:with )?(?:my|the|that) (?:bookings?|reservations?|request)\b/i,
  /\b(?:is|was|has|did) (?:it|my booking|the booking|my reservation)\b.*\b(?:booked|confirmed|approved|done|through|work(?:ed)?)\b/i,
  /\bi(?:'ve| have)?(?: just)? (?:approved|confirmed|accepted)\b/i,
  /^(?:and )?my (?:bookings?|reservations?)\W*$/i,
  /\bdid i (?:book|get)\b/i,
]
const member =
  /\b(?:members?(?:'s|s')?|my|loyalty)[ -](?:rates?|prices?|deals?)\b|\bdiscounts?\b|\bmitgliederpreise?\b|\btarifs? membres?\b|\bprezzi soci\b/i
const signIn = /\b(?:sign|log)(?:[ -]?(?:me )?(?:in|on))\b|\blogin\b|\banmelden\b|\beinloggen\b|\bconnecte/i
const help =
  /^(?:help|\?+)\W*$|\bhow does (?:this|it|that|my ?hotels|approval|signing in) work\b|\bwhat can (?:you|i) do\b|\bwhat is this\b|\bwho are you\b|\bhow do i\b|\bwhat (?:do you|are you able to) do\b|\bexplain\b/i
const thanks =
  /^(?:thanks?(?: you)?(?: (?:very|so) much)?|thx|great|perfect|cool|merci|danke|grazie|gracias)\W*$/i
const agree =
  /^(?:yes|yeah|yep|sure|ok(?:ay)?|please|do it|go ahead|of course|yes please|ja|oui|si|sí|sì|sounds good|why not|all right|alright|correct)\W*(?:please|do(?: it)?|do that|go ahead)?\W*$/i
const refuse =
  /^(?:no|nope|nah|not now|cancel|stop|never ?mind|forget it|leave it|nein|non|no thanks?(?: you)?)\W*$/i
const hotelWord =
  /(?<!\p{L})(?:hotels?|hôtels?|hoteles|alberg\p{L}+|unterk\p{L}+|rooms?|zimmer|chambres?|camer[ae]|habitaci\p{L}+|stay(?:ing)?|places?|accommodation|overnight|sleep)(?!\p{L})|ホテル|宿/iu
const notCity =
  /^(?:show|find|list|any|search|the|some|all|more|which|what|me|my|good|nice|cheap|best|other|are|no|a|an|is|there|this|that)\b/i

const ordinals: readonly [pattern: RegExp, position: number][] = [
  [/\b(?:first|1st|number one|no\.? ?1|erste[nrs]?|premi\p{L}+|prim[oa])\b/iu, 1],
  [/\b(?:second|2nd|number two|no\.? ?2|zweite[nrs]?|deuxième|second[oa])\b/iu, 2],
  [/\b(?:third|3rd|number three|no\.? ?3|dritte[nrs]?|troisième|terz[oa])\b/iu, 3],
  [/\b(?:fourth|4th|number four|no\.? ?4)\b/i, 4],
  [/\b(?:fifth|5th|number five|no\.? ?5)\b/i, 5],
  [/\b(?:last|letzte[nrs]?|dernière?|ultim[oa])\b/i, -1],
]

/** "in the city of Milan, please" → "Milan" */
function tidy(text: string): string {
  return text
    .replace(/[.!?,;:¿¡“”"]+/g, ' ')
    .replace(/\b(?:please|thanks|thank you|for me|now)\b/gi, ' ')
    .replace(/^\s*(?:the city of|the|city of)\s+/i, '')
    .replace(/\s+/g, ' ')
    .trim()
}

/** A place that the catalogue does not know is named as well: the server says so in words. */
function findUnknownPlace(text: string): string | undefined {
  const end = text.replace(/[.!?,;:\s]+$/, '')
  let city = /\b(?:in|near|around|at|for|to|of)\s+([\p{L}][\p{L}'’. -]{0,60})$/iu.exec(end)?.[1]
  // "member rates for hotels in Milan": the last preposition counts.
  for (;;) {
    const inner = /\b(?:in|near|around|at)\s+([\p{L}].*)$/iu.exec(city ?? '')
    if (inner === null) break
    city = inner[1]
  }
  const named =
    city ??
    /^(?:show me |show |find |find me |list |any |search )?([\p{L}][\p{L}'’ -]{1,40}?) hotels?$/iu.exec(
      end,
    )?.[1]
  const tidied = tidy(named ?? '')
  return tidied === '' || hotelWord.test(tidied) || notCity.test(tidied) ? undefined : tidied
}

type Place = { city: string | undefined } | { several: string[] }

function findPlace(text: string): Place {
  const cities = findCities(text)
  if (cities.length > 1) return { several: cities }
  return { city: cities[0] ?? findUnknownPlace(text) }
}

const known = ({ cities = [] }: Conversation) =>
  cities.length > 0 ? ` Try ${cities.slice(0, -1).join(', ')} or ${cities.at(-1)}.` : ''

function parseSearch(kind: 'search' | 'member-rates', text: string, conversation: Conversation): Intent {
  const place = findPlace(text)
  const wishes = findWishes(text)
  if ('several' in place) {
    return {
      kind: 'question',
      words: `I search one city at a time. Which first: ${place.several.join(' or ')}?`,
      about: { kind: 'city', search: kind },
    }
  }
  const city = place.city ?? (kind === 'member-rates' ? conversation.lastCity : undefined)
  if (city !== undefined) return { kind, city, wishes }
  if (conversation.lastCity !== undefined && isWish(wishes)) return { kind: 'narrow', wishes }
  return {
    kind: 'question',
    words: `${kind === 'search' ? 'Hotels' : 'Member rates'} in which city?${known(conversation)}`,
    about: { kind: 'city', search: kind },
  }
}

function findReference(text: string): HotelReference | undefined {
  const order = findWishes(text).order
  if (
    order !== undefined &&
    /^(?:the |a |one |das |den |il |le |el )?(?:\p{L}+ ){0,2}?(?:\p{L}+)(?: (?:one|hotel|room|of them))?$/iu.test(
      text,
    )
  ) {
    return { by: 'order', order }
  }
  // "the second one", and no hotel that has "Second" in its name.
  if (
    /^(?:the |der |die |das |den |le |la |il |el )?\p{L}?[\p{L}\d. ]{1,14}(?: (?:one|hotel|of them|choice|option))?$/iu.test(
      text,
    )
  ) {
    const position = ordinals.find(([pattern]) => pattern.test(text))?.[1]
    if (position !== undefined) return { by: 'position', position }
  }
  if (/^(?:it|that(?: one| hotel)?|this(?: one| hotel)?|the same(?: one| hotel)?|there)$/i.test(text))
    return { by: 'previous' }
  if (text === '' || /^(?:one|hotel|a hotel|room|a room|something|anything|a room there)$/i.test(text))
    return undefined
  return { by: 'name', name: text }
}

const beforeDays =
  'for|from|on|starting|beginning|check-?in|arriving|staying|the|please|until|till|to|and|ab|vom|von|für|du|dal|del|desde|per'
const dangling = new RegExp(`(?:(?:^|\\s+)(?:${beforeDays}))+(?=\\s+(?:${beforeDays}|in|at)\\b|\\s*$)`, 'gi')

/** What the words of a booking say, without asking for what is missing. */
function readBooking(text: string, today: string): BookingWords {
  const { startDate, nights, rest } = findStay(text, today)
  // What days and nights leave behind: "Hotel X in Milan for from".
  const words = rest
    .replace(/[.!?,;¿¡]+/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(dangling, ' ')
    .replace(/^\s*(?:(?:for|from|on|please)\s+)+/i, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(
      /^(?:me |us )?(?:a |the )?(?:(?:double |single )?(?:room|zimmer|camera|chambre|stay|night)s?) (?:at|in|im|à) (?=\S)/i,
      '',
    )
    .replace(/^(?:the|at|me|us|das|den|le|il|el)\s+(?=\S)/iu, (article, _at, whole: string) =>
      findReference(whole)?.by === 'name' ? '' : article,
    )
  const place = /^(?:(.*\S)\s+)?in\s+([\p{L}][\p{L}'’ -]*)$/iu.exec(words)
  return {
    hotel: findReference(tidy(place === null ? words : (place[1] ?? ''))),
    city: place?.[2] === undefined ? undefined : (findCities(place[2])[0] ?? tidy(place[2])),
    nights,
    startDate,
  }
}

function ask(booking: BookingWords, conversation: Conversation): Intent {
  const { hotel, nights, startDate } = booking
  const city = booking.city ?? conversation.lastCity
  const at = hotel?.by === 'name' ? ` at ${hotel.name}` : ''
  const question = (missing: 'hotel' | 'nights' | 'startDate', words: string): Intent => ({
    kind: 'question',
    words,
    about: { kind: 'booking', booking, missing },
  })
  if (hotel === undefined) {
    return question('hotel', 'Which hotel? Say its name, “the cheapest”, or “the second one” of a list.')
  }
  if (startDate === undefined) {
    return question('startDate', `From which day${at}? For example: tomorrow, or from 3 to 5 December.`)
  }
  if (nights === undefined) return question('nights', `How many nights${at}?`)
  return { kind: 'book', hotel, city, nights, startDate }
}

const isNothing = ({ hotel, nights, startDate }: BookingWords) =>
  hotel === undefined && nights === undefined && startDate === undefined

/** The message as an answer to what was asked, when it is one. */
function parseAnswer(text: string, pending: Pending, conversation: Conversation): Intent | undefined {
  if (refuse.test(text)) return { kind: 'leave' }
  if (pending.kind === 'offer') return agree.test(text) ? pending.intent : undefined
  if (pending.kind === 'city') {
    const cities = findCities(text)
    if (cities.length > 1) return parseSearch(pending.search, text, conversation)
    const city =
      cities[0] ?? (/^[\p{L}'’. -]{2,40}$/u.test(text) && !agree.test(text) ? tidy(text) : undefined)
    return city === undefined ? undefined : { kind: pending.search, city, wishes: findWishes(text) }
  }
  if (agree.test(text)) return ask(pending.booking, conversation)
  const bare = /^(?:for )?(\p{L}+|\d{1,4})$/iu.exec(text)?.[1]
  const answer = readBooking(
    // "two" answers "How many nights?".
    pending.missing === 'nights' && bare !== undefined ? `${bare} nights` : text,
    conversation.today,
  )
  // A name that was not asked for is something else that the person says.
  if (pending.missing !== 'hotel') delete answer.hotel
  if (isNothing(answer)) return undefined
  const said = Object.fromEntries(Object.entries(answer).filter(([, value]) => value !== undefined))
  return ask({ ...pending.booking, ...said }, conversation)
}

/** What the message says by itself. */
function parseAlone(text: string, conversation: Conversation): Intent {
  if (uuid.test(text) || status.some((pattern) => pattern.test(text))) {
    return { kind: 'status', transactionId: uuid.exec(text)?.[0].toLowerCase() }
  }
  const words = text.replace(polite, '')
  if (booking.test(words)) {
    const what = words.replace(booking, ' ')
    if (/^\s*(?:status|id|code|number)\b/i.test(what) && noun.test(words))
      return { kind: 'status', transactionId: undefined }
    return ask(readBooking(what, conversation.today), conversation)
  }
  if (help.test(text)) return { kind: 'help' }
  if (thanks.test(text)) return { kind: 'thanks' }
  if (member.test(text)) return parseSearch('member-rates', text, conversation)
  if (signIn.test(text)) return { kind: 'sign-in' }
  if (hotelWord.test(text) || findCities(text).length > 0) return parseSearch('search', text, conversation)
  const wishes = findWishes(text)
  if (conversation.lastCity !== undefined && isWish(wishes)) return { kind: 'narrow', wishes }
  // One or two words alone are most likely a city.
  if (
    /^[\p{Lu}][\p{L}'’-]+(?: [\p{Lu}][\p{L}'’-]+)?[.!?]?$/u.test(text) &&
    !/^(?:hi|hello|hey|yes|no|ok)\b/i.test(text)
  ) {
    return { kind: 'search', city: tidy(text), wishes }
  }
  return { kind: 'unknown' }
}

/** Understands one message. Never throws, whatever it is given. */
export function parseIntent(message: string, conversation: Conversation): Intent {
  const text = message.slice(0, longest).replace(/\s+/g, ' ').trim()
  if (text === '') return { kind: 'unknown' }
  const { pending } = conversation
  const alone = parseAlone(text, conversation)
  // Words that say nothing by themselves, or the name of a city or a day alone, may answer what was asked.
  const isVague =
    alone.kind === 'unknown' ||
    alone.kind === 'thanks' ||
    alone.kind === 'narrow' ||
    (alone.kind === 'search' && !hotelWord.test(text))
  if (pending !== undefined && isVague) return parseAnswer(text, pending, conversation) ?? alone
  return alone
}
