// PUT replaces the whole object: what is there is read, what is wanted is laid over it, and what only PingOne writes
// is left out.
import { isEither } from './compare.ts'
import type { Kind, ResolvedMembers } from './kind.ts'
import type { Live } from './management-client.ts'

const writtenByPingOne = ['id', 'environment', 'createdAt', 'updatedAt', '_links', '_embedded', 'version']

export function putBody(kind: Kind, live: Live, wanted: ResolvedMembers): Live {
  const body: Live = { ...live }
  for (const [member, value] of Object.entries(wanted)) {
    // Every alternative is right, so the one that is there stays; PingOne could not change it either.
    if (isEither(value) && value.$either.includes(live[member] as string)) continue
    body[member] = value
  }
  const readOnly = new Set([...writtenByPingOne, ...(kind.readOnly ?? [])])
  for (const member of kind.repeated ?? []) readOnly.delete(member)
  for (const member of readOnly) delete body[member]
  return body
}
