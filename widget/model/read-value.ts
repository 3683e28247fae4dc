// Small readers for values that come from the host or from data. Nothing outside is believed before it passed one.

export type Fields = { readonly [key: string]: unknown }

export const isFields = (value: unknown): value is Fields =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

/** The fields of an object; none for anything else. */
export const fields = (value: unknown): Fields => (isFields(value) ? value : {})

/** A text of at most `longest` characters; longer ones are cut, anything but a non-empty string is undefined. */
export function text(value: unknown, longest = 300): string | undefined {
  if (typeof value !== 'string') return undefined
  const trimmed = value.trim()
  if (trimmed === '') return undefined
  return trimmed.length > longest ? `${trimmed.slice(0, longest - 1)}…` : trimmed
}

/** A finite number within the limits. */
export const number = (value: unknown, least: number, most: number): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value >= least && value <= most ? value : undefined

/** One of the listed words. */
export const oneOf = <Word extends string>(value: unknown, words: readonly Word[]): Word | undefined =>
  words.find((word) => word === value)

/** The items that can be read, at most `most` of them. */
export function list<Item>(
  value: unknown,
  most: number,
  read: (item: unknown) => Item | undefined,
): readonly Item[] {
  if (!Array.isArray(value)) return []
  return value
    .slice(0, most)
    .map(read)
    .filter((item) => item !== undefined)
}

/** Whether two ids are one: the same in any case, since some clients write them in capitals. */
export const isSameId = (one: string | undefined, other: string | undefined): boolean =>
  one !== undefined && one !== '' && one.toLowerCase() === other?.toLowerCase()
