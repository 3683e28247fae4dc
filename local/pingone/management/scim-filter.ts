// The part of SCIM filters (RFC 7644 section 3.4.2.2) that PingOne's lists understand: comparisons with `eq` and
// `sw`, presence with `pr`, absence with `not … pr`, and `and` between them.
import { ApiError, type InnerError } from './api-error.ts'

export type Comparison =
  | { operator: 'eq' | 'sw'; attribute: string; value: string | boolean }
  | { operator: 'pr'; attribute: string }
  | { operator: 'not pr'; attribute: string }

/** What a list can be filtered by: the attribute and the operators that it takes. */
export type Filterable = Readonly<Record<string, readonly Comparison['operator'][]>>

const longestFilter = 2000
const attributePattern = /[A-Za-z][\w.]*/y
const stringPattern = /"(?:[^"\\]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*"/y

/**
 * Reads a filter.
 *
 * @example parseFilter('name eq "ChatGPT User"', { name: ['eq'] })
 * @throws {ApiError} 400 INVALID_DATA with INVALID_FILTER
 */
export function parseFilter(text: string, filterable: Filterable): Comparison[] {
  if (text.length > longestFilter) throw refuse(`the filter is longer than ${longestFilter} characters`)
  let position = 0

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
  const comparison = (): Comparison => {
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

  const comparisons: Comparison[] = []
  skipSpaces()
  for (;;) {
    const next = comparison()
    if (!filterable[next.attribute]?.includes(next.operator)) {
      throw refuse(`"${next.attribute}" does not take "${next.operator}"`, {
        supportedOperators: [...(filterable[next.attribute] ?? [])],
      })
    }
    comparisons.push(next)
    const spaced = skipSpaces()
    if (position === text.length) return comparisons
    if (!spaced || read(attributePattern)?.toLowerCase() !== 'and') {
      throw refuse(`"and" or the end is expected at position ${position}`)
    }
    requireSpace()
  }
}

/** Whether an object meets every comparison. Strings compare without regard to case, as SCIM attributes do. */
export function matchesFilter(item: object, comparisons: readonly Comparison[]): boolean {
  return comparisons.every((comparison) => {
    const actual = memberAt(item, comparison.attribute)
    if (comparison.operator === 'pr') return actual !== undefined && actual !== null
    if (comparison.operator === 'not pr') return actual === undefined || actual === null
    // `parent eq "<id>"` compares with the id of what is referred to.
    const value = actual !== null && typeof actual === 'object' ? memberAt(actual, 'id') : actual
    if (typeof comparison.value === 'boolean') return value === comparison.value
    if (typeof value !== 'string') return false
    const [left, right] = [value.toLowerCase(), comparison.value.toLowerCase()]
    return comparison.operator === 'eq' ? left === right : left.startsWith(right)
  })
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
