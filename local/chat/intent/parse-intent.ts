// Stands where a model would be: turns what a person writes into one tool call, by patterns that can be read.
import { findDate } from './parse-date.ts'

export type Intent =
  | { kind: 'search'; city: string }
  | { kind: 'member-rates'; city: string }
  | { kind: 'book'; hotel: string; city: string | undefined; nights: number; startDate: string }
  /** About a booking that is known by its id, or about the last one. */
  | { kind: 'status'; transactionId: string | undefined }
  /** Understood, but something is missing; `words` asks for it. */
  | { kind: 'question'; words: string }
  | { kind: 'unknown' }

export type Conversation = {
  /** YYYY-MM-DD where the person is. */
  today: string
  /** The city that was searched last. */
  lastCity: string | undefined
}

const numbers = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten']
const numberWord = `(\\d{1,4}|an?|${numbers.join('|')})`
const longest = 500

const uuid = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/i
const booking = /^(?:(?:can|could) you |i(?:'d| would) like to |i want to |please )*(?:book|reserve)\b/i
const status =
  /\b(?:status|finali[sz]e|confirmed yet|approved yet|how (?:is|does|stands?) (?:my|the) booking|check (?:my|the) booking|is (?:it|my booking) (?:booked|confirmed|approved)|i(?:'ve| have)? approved)\b/i
const member =
  /\b(?:members?(?:'s|s')?|my|loyalty)[ -](?:rates?|prices?)\b|\bdiscounts?\b|\bsign(?:ed)? in\b/i
const notCity =
  /^(?:show|find|list|any|search|the|some|all|more|which|what|me|my|good|nice|cheap|best|other|are|no)\b/i
const search = /\b(?:hotels?|rooms?|stay|places?|accommodation)\b/i

/** "in the city of Milan, please" → "Milan" */
function tidy(text: string): string {
  return text
    .replace(/[.!?,;:]+/g, ' ')
    .replace(/\b(?:please|thanks|thank you|for me|now)\b/gi, ' ')
    .replace(/^\s*(?:the city of|the|city of)\s+/i, '')
    .replace(/\s+/g, ' ')
    .trim()
}

function findCity(text: string): string | undefined {
  const match = /\b(?:in|near|around|at|for|to)\s+([\p{L}][\p{L}'’. -]{0,60})$/iu.exec(
    text.replace(/[.!?,;:\s]+$/, ''),
  )
  let city = match?.[1]
  // "member rates for hotels in Milan": the last preposition counts.
  for (;;) {
    const inner = /\b(?:in|near|around|at)\s+([\p{L}].*)$/iu.exec(city ?? '')
    if (inner === null) break
    city = inner[1]
  }
  const tidied = tidy(city ?? '')
  return tidied === '' || search.test(tidied) ? undefined : tidied
}

function parseBooking(text: string, { today, lastCity }: Conversation): Intent {
  let rest = text.replace(booking, ' ')
  const date = findDate(rest, today)
  if (date !== undefined) rest = date.rest
  const nightsPattern = new RegExp(`\\b${numberWord}[ -]nights?\\b`, 'i')
  const nightsMatch = nightsPattern.exec(rest)
  if (nightsMatch !== null) rest = rest.replace(nightsPattern, ' ')
  const word = (nightsMatch?.[1] ?? '').toLowerCase()
  const nights = /^\d+$/.test(word) ? Number(word) : /^an?$/.test(word) ? 1 : numbers.indexOf(word)
  // What the dates and nights leave behind: "Hotel X in Milan for from".
  rest = rest
    .replace(/[.!?,;]+/g, ' ')
    .replace(
      /(?:\s+(?:for|from|on|starting|beginning|check-?in|arriving|the|please))+(?=\s|$)(?=\s*(?:for|from|on|starting|please|$))/gi,
      ' ',
    )
    .replace(/\s+(?:for|from|on|starting|arriving|please)\s*$/i, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^(?:the|a room at|a room in|at|me|us)\s+(?=\S)/i, '')
  const place = /^(.*\S)\s+in\s+([\p{L}][\p{L}'’ -]*)$/iu.exec(rest)
  const hotel = tidy(place?.[1] ?? rest)
  const city = place?.[2] === undefined ? lastCity : tidy(place[2])
  if (hotel === '' || /^(?:it|one|hotel|a hotel|room|a room)$/i.test(hotel)) {
    return {
      kind: 'question',
      words: 'Which hotel? For example: Book La Ringhiera in Milan for 2 nights from tomorrow.',
    }
  }
  if (nightsMatch === null)
    return { kind: 'question', words: `How many nights at ${hotel}? For example: for 2 nights.` }
  if (date === undefined) {
    return {
      kind: 'question',
      words: `From which day at ${hotel}? For example: from tomorrow, or from 2027-03-04.`,
    }
  }
  return { kind: 'book', hotel, city, nights, startDate: date.date }
}

/** Understands one message. Never throws, whatever it is given. */
export function parseIntent(message: string, conversation: Conversation): Intent {
  const text = message.slice(0, longest).replace(/\s+/g, ' ').trim()
  if (text === '') return { kind: 'unknown' }
  if (status.test(text)) return { kind: 'status', transactionId: uuid.exec(text)?.[0].toLowerCase() }
  if (booking.test(text)) return parseBooking(text, conversation)
  if (member.test(text)) {
    const city = findCity(text) ?? conversation.lastCity
    return city === undefined
      ? { kind: 'question', words: 'Member rates in which city? For example: member rates in Milan.' }
      : { kind: 'member-rates', city }
  }
  if (search.test(text)) {
    // "Milan hotels"
    const before =
      /^(?:show me |show |find |find me |list |any |search )?([\p{L}][\p{L}'’ -]{1,40}?) hotels?$/iu.exec(
        text,
      )
    const named = tidy(before?.[1] ?? '')
    const city = findCity(text) ?? (notCity.test(named) ? undefined : named)
    return city === undefined || city === ''
      ? {
          kind: 'question',
          words: 'Hotels in which city? Try Paris, London, Milan, Rome, Florence, Berlin or Chicago.',
        }
      : { kind: 'search', city }
  }
  // One or two words alone are most likely a city.
  if (
    /^[\p{Lu}][\p{L}'’-]+(?: [\p{Lu}][\p{L}'’-]+)?[.!?]?$/u.test(text) &&
    !/^(?:hi|hello|hey|thanks|help|yes|no|ok)\b/i.test(text)
  ) {
    return { kind: 'search', city: tidy(text) }
  }
  return { kind: 'unknown' }
}
