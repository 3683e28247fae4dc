// Puts ids and secrets where the desired state has references.
import { createHash } from 'node:crypto'
import type { DesiredObject, Wanted } from '../desired-state/desired-object.ts'
import { isEither, type Resolved, Unknown } from './compare.ts'
import type { ResolvedMembers } from './kind.ts'

export type References = {
  /** The id of an object, `undefined` while it does not exist. */
  id(key: string): string | undefined
  secret(key: string): Promise<string | undefined>
  desired: readonly DesiredObject[]
}

type Json = { readonly [member: string]: Wanted }

export async function resolveMembers(
  wanted: DesiredObject['wanted'],
  references: References,
): Promise<ResolvedMembers> {
  const resolved = await Promise.all(
    Object.entries(wanted).map(
      async ([member, value]) => [member, await resolveValue(value, references)] as const,
    ),
  )
  return Object.fromEntries(resolved)
}

async function resolveValue(value: Wanted, references: References): Promise<Resolved> {
  if (typeof value !== 'object') return value
  if (Array.isArray(value)) return Promise.all(value.map((item) => resolveValue(item, references)))
  if (isEither(value)) return value
  const json = value as Json
  if (typeof json.$ref === 'string') {
    return references.id(json.$ref) ?? new Unknown(`the id of ${json.$ref}`)
  }
  if (typeof json.$secret === 'string') {
    return (await references.secret(json.$secret)) ?? new Unknown(`the secret of ${json.$secret}`)
  }
  if (typeof json.$digest === 'string') return digest(json.$digest, references)
  if (Array.isArray(json.$text)) {
    const parts = await Promise.all(json.$text.map((part) => resolveValue(part, references)))
    const unknown = parts.find((part) => part instanceof Unknown)
    return unknown ?? parts.join('')
  }
  return resolveMembers(json, references)
}

/** A hash over what the objects with these keys are made of, ids and secrets included. */
async function digest(prefix: string, references: References): Promise<Resolved> {
  const contents = await Promise.all(
    references.desired
      .filter(({ key }) => key.startsWith(prefix))
      .map(async ({ key, wanted }) => [key, await resolveMembers(wanted, references)] as const),
  )
  const text = JSON.stringify([
    contents,
    contents.map(([key]) => references.id(key) ?? new Unknown(`the id of ${key}`)),
  ])
  if (text.includes('"(the ')) return new Unknown('the hash of the policies')
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}
