// What of the wanted members is missing or different in a live object. Members that are not wanted do not matter.
export type Difference = { path: string; live: unknown; wanted: unknown }

/** A resolved wanted value: references are ids by now, alternatives are kept. */
export type Resolved =
  | string
  | number
  | boolean
  | { readonly $either: readonly string[] }
  | Unknown
  | readonly Resolved[]
  | { readonly [member: string]: Resolved }

/** Something that exists only after other objects are made; it differs from everything. */
export class Unknown {
  readonly description: string
  constructor(description: string) {
    this.description = description
  }
  toString() {
    return `(${this.description})`
  }
  toJSON() {
    return this.toString()
  }
}

export function findDifferences(live: unknown, wanted: Resolved, path = ''): Difference[] {
  const differs = [{ path, live, wanted }]
  if (wanted instanceof Unknown) return differs
  if (Array.isArray(wanted)) return differencesOfLists(live, wanted, path)
  if (typeof wanted !== 'object') {
    // PingOne leaves out what is empty.
    if (wanted === '' && (live === undefined || live === null)) return []
    return live === wanted ? [] : differs
  }
  if (isEither(wanted)) {
    return wanted.$either.includes(live as string) ? [] : differs
  }
  if (live === null || typeof live !== 'object' || Array.isArray(live)) return differs
  return Object.entries(wanted).flatMap(([member, value]) =>
    findDifferences(
      (live as { [member: string]: unknown })[member],
      value,
      path ? `${path}.${member}` : member,
    ),
  )
}

/** Where a live object has one of these members, at any depth, and the wanted one does not. */
export function findUnwanted(
  live: unknown,
  wanted: Resolved,
  members: readonly string[],
  path = '',
): Difference[] {
  if (live === null || typeof live !== 'object') return []
  if (wanted instanceof Unknown || typeof wanted !== 'object') return []
  const has = live as { [member: string]: unknown }
  const wants = wanted as { readonly [member: string]: Resolved }
  const at = (member: string) =>
    Array.isArray(wanted) ? `${path}[${member}]` : path ? `${path}.${member}` : member
  return [
    ...members
      .filter((member) => wants[member] === undefined && !isEmpty(has[member]))
      .map((member) => ({ path: at(member), live: has[member], wanted: undefined })),
    ...Object.entries(wants).flatMap(([member, value]) =>
      findUnwanted(has[member], value, members, at(member)),
    ),
  ]
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true
  return Array.isArray(value) ? value.length === 0 : (value as { type?: unknown }).type === 'EMPTY'
}

function differencesOfLists(live: unknown, wanted: readonly Resolved[], path: string): Difference[] {
  const differs = [{ path, live, wanted }]
  if (!Array.isArray(live)) return wanted.length === 0 && (live === undefined || live === null) ? [] : differs
  if (live.length !== wanted.length) return differs
  if (wanted.every(hasNoOrder)) {
    const missing = wanted.some((item) => !live.some((other) => findDifferences(other, item).length === 0))
    return missing ? differs : []
  }
  return wanted.flatMap((item, index) => findDifferences(live[index], item, `${path}[${index}]`))
}

/** Strings (grant types, URIs) and bare references (scopes, statements) are sets. */
function hasNoOrder(item: Resolved): boolean {
  if (typeof item !== 'object') return true
  return !Array.isArray(item) && Object.keys(item).join() === 'id'
}

export function isEither(value: unknown): value is { readonly $either: readonly string[] } {
  return value !== null && typeof value === 'object' && '$either' in value
}
