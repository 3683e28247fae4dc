// The part of SCIM filters (RFC 7644 section 3.4.2.2) that PingOne understands: comparisons with `eq` and `sw`,
// presence with `pr`, absence with `not … pr`, and `and`, `or`, `not (…)` and parentheses around them.
import { ApiError, type InnerError } from './api-error.ts'

export type Comparison =
  | { operator: 'eq' | 'sw'; attribute: string; value: string | boolean }
  | { operator: 'pr'; attribute: string }
  | { operator: 'not pr'; attribute: string }

export type Filter =
  | Comparison
  | { operator: 'and' | 'or'; parts: readonly Filter[] }
  | { operator: 'not'; part: Filter }

/** What a list can be filtered by: the attribute and the operators that it takes. */
export type Filterable = Readonly<Record<string, readonly Comparison['operator'][]>>

const longestFilter = 2000
const deepestGroup = 20
const attributePattern = /[A-Za-z][\w.]*/y
const stringPattern = /"(?:[^"\\]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*"/y

/**
 * Reads a filter.
 *
 * @example parseFilter('(name eq "ChatGPT User") or (name sw "MyHotels")', { name: ['eq', 'sw'] })
 * @throws {ApiError} 400 INVALID_DATA with INVALID_FILTER
 */
export function parseFilter(text: string, filterable: Filterable): Filter {
  if (text.length > longestFilter) throw refuse(`the filter is longer than ${longestFilter} characters`)
  let position = 0
  let depth = 0

  const skipSpaces = () => {
    const start = position
    while (text[position] === ' ') position += 1
    return position > start
  }
  const read = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = position
    const found = pattern.exec(text)?.[0]
    if (found !== undefined) position += found.length
    return found
  }
  const skip = (character: string): boolean => {
    if (text[position] !== character) return false
    position += 1
    return true
  }
  const attribute = (): string => {
    const name = read(attributePattern)
    if (name === undefined) throw refuse(`an attribute is expected at position ${position}`)
    if (!Object.hasOwn(filterable, name)) {
      throw refuse(`"${name}" is not supported here`, { supportedAttributes: Object.keys(filterable) })
    }
    return name
  }
  const requireSpace = () => {
    if (!skipSpaces()) throw refuse(`a space is expected at position ${position}`)
  }
  const readComparison = (): Comparison => {
    const name = attribute()
    requireSpace()
    const word = read(attributePattern)?.toLowerCase()
    if (word === 'pr') return { operator: 'pr', attribute: name }
    if (word === 'not') {
      requireSpace()
      if (read(attributePattern)?.toLowerCase() === 'pr') return { operator: 'not pr', attribute: name }
      throw refuse('"pr" is expected after "not"')
    }
    if (word !== 'eq' && word !== 'sw') {
      throw refuse(`"${word ?? ''}" is not an operator`, {
        supportedOperators: [...(filterable[name] ?? [])],
      })
    }
    requireSpace()
    const quoted = read(stringPattern)
    if (quoted !== undefined) return { operator: word, attribute: name, value: JSON.parse(quoted) as string }
    const bare = read(attributePattern)
    if (bare === 'true' || bare === 'false') {
      return { operator: word, attribute: name, value: bare === 'true' }
    }
    throw refuse(`a value in double quotes is expected at position ${position}`)
  }
  const comparison = (): Comparison => {
    const found = readComparison()
    if (!filterable[found.attribute]?.includes(found.operator)) {
      throw refuse(`"${found.attribute}" does not take "${found.operator}"`, {
        supportedOperators: [...(filterable[found.attribute] ?? [])],
      })
    }
    return found
  }
  const group = (): Filter => {
    depth += 1
    if (depth > deepestGroup) throw refuse(`there are more than ${deepestGroup} parentheses in each other`)
    const inner = alternatives()
    skipSpaces()
    if (!skip(')')) throw refuse(`")" is expected at position ${position}`)
    depth -= 1
    return inner
  }
  const factor = (): Filter => {
    skipSpaces()
    if (skip('(')) return group()
    const start = position
    if (read(attributePattern)?.toLowerCase() === 'not') {
      skipSpaces()
      if (skip('(')) return { operator: 'not', part: group() }
    }
    position = start
    return comparison()
  }
  /** One or more parts with the same word between them; a space or a parenthesis keeps the word from its neighbours. */
  const joined = (word: 'and' | 'or', part: () => Filter): Filter => {
    const first = part()
    const parts = [first]
    for (;;) {
      const end = position
      const separated = skipSpaces() || text[end - 1] === ')'
      if (!separated || read(attributePattern)?.toLowerCase() !== word) {
        position = end
        return parts.length === 1 ? first : { operator: word, parts }
      }
      if (text[position] !== '(') requireSpace()
      parts.push(part())
    }
  }
  function alternatives(): Filter {
    return joined('or', () => joined('and', factor))
  }

  const filter = alternatives()
  skipSpaces()
  if (position < text.length) throw refuse(`"and", "or" or the end is expected at position ${position}`)
  return filter
}

/** Whether an object meets a filter. Strings compare without regard to case, as SCIM attributes do. */
export function matchesFilter(item: object, filter: Filter): boolean {
  switch (filter.operator) {
    case 'and':
      return filter.parts.every((part) => matchesFilter(item, part))
    case 'or':
      return filter.parts.some((part) => matchesFilter(item, part))
    case 'not':
      return !matchesFilter(item, filter.part)
  }
  const actual = memberAt(item, filter.attribute)
  if (filter.operator === 'pr') return actual !== undefined && actual !== null
  if (filter.operator === 'not pr') return actual === undefined || actual === null
  // `parent eq "<id>"` compares with the id of what is referred to.
  const value = actual !== null && typeof actual === 'object' ? memberAt(actual, 'id') : actual
  if (typeof filter.value === 'boolean') return value === filter.value
  if (typeof value !== 'string') return false
  const [left, right] = [value.toLowerCase(), filter.value.toLowerCase()]
  return filter.operator === 'eq' ? left === right : left.startsWith(right)
}

function memberAt(item: object, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, name) =>
        value !== null && typeof value === 'object' && Object.hasOwn(value, name)
          ? (value as Record<string, unknown>)[name]
          : undefined,
      item,
    )
}

function refuse(message: string, innerError?: InnerError): ApiError {
  return new ApiError(400, 'INVALID_DATA', 'The request could not be completed. The filter is not valid.', [
    { code: 'INVALID_FILTER', target: 'filter', message, ...(innerError ? { innerError } : {}) },
  ])
}
