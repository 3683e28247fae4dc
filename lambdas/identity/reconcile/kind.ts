// What the reconciler must know about a kind of object to read, match, write and delete it.

import type { KindName } from '../desired-state/desired-object.ts'
import { carriesOwnershipMark } from '../desired-state/ownership.ts'
import { type Difference, findDifferences, findUnwanted, type Resolved } from './compare.ts'
import { UnusableAnswerError } from './errors.ts'
import type { CallOptions, Live, ManagementClient } from './management-client.ts'

export type ResolvedMembers = { readonly [member: string]: Resolved }

export type Kind = {
  name: KindName
  /** What people call one, as in "resource scope". */
  title: string
  /** Path of the collection below the environment; `//` leads below the API's base. */
  path: (parentId: string) => string
  /** Name of the collection in `_embedded`. */
  collection: string
  /** What to append for the list alone. */
  query?: string
  parent?: KindName
  /**
   * How an object says that MyHotels made it: words of its own, or its parent's.
   * Kinds without a description carry the words in their name or text.
   */
  ownershipWords: ((live: Live) => unknown) | 'parent'
  /** The look-up of section 13 of the wire reference: name, audience, or what it joins. */
  matches(live: Live, wanted: ResolvedMembers): boolean
  /** Which one is meant when several match; by default the one that is ours. */
  choose?(candidates: Live[]): Live | undefined
  /** What to do when the environment lacks one that PingOne brings along. */
  whenMissing?: string
  /** Members that PingOne writes itself, besides those of every object. */
  readOnly?: readonly string[]
  /** Members that a PUT must repeat although they are read-only elsewhere. */
  repeated?: readonly string[]
  /** True when PingOne makes some of these along with the parent. */
  comesWithParent?: boolean
  /** The list shows less than the object itself. */
  readOne?: boolean
  /** A leftover of this kind under an owned parent may be deleted. */
  isRemovable?(live: Live): boolean
  /** Members that can be set in a creation alone. */
  immutable?: readonly string[]
  /** Members, at any depth, that change what an object does: one that is not wanted must not be there. */
  unwanted?: readonly string[]
  /** It cannot be changed, only made and deleted. */
  isImmutable?: boolean
  /** Rights change with it: the worker's token must be renewed. */
  changesRights?: boolean
  /** Reads more than the list shows. */
  expand?(client: ManagementClient, listed: Live[]): Promise<Live[]>
  /** PingOne takes this member but need not show it. */
  isHidden?(difference: Difference): boolean
  /** Differences that are not in the wanted members. */
  findMore?(live: Live): Difference[]
  create?(client: ManagementClient, body: ResolvedMembers, call: CreateCall): Promise<Live>
  afterWrite?(client: ManagementClient, live: Live): Promise<Live>
  remove?(client: ManagementClient, live: Live, path: string): Promise<void>
}

export type CreateCall = CallOptions & { path: string; recover: () => Promise<Live | undefined> }

/** What keeps an object from being as wanted. */
export function differencesOf(kind: Kind, live: Live, wanted: ResolvedMembers): Difference[] {
  const differences = [
    ...findDifferences(live, wanted),
    ...findUnwanted(live, wanted, kind.unwanted ?? []),
    ...(kind.findMore?.(live) ?? []),
  ]
  return kind.isHidden === undefined
    ? differences
    : differences.filter((difference) => !kind.isHidden?.(difference))
}

export function isOwned(kind: Kind, live: Live): boolean {
  return kind.ownershipWords !== 'parent' && carriesOwnershipMark(kind.ownershipWords(live))
}

/** UUIDs, and DaVinci's 32 characters. Nothing else may become part of a path. */
const idPattern = /^[A-Za-z0-9_-]{1,64}$/

/** @throws {UnusableAnswerError} */
export function idOf(live: Live): string {
  if (typeof live.id === 'string' && idPattern.test(live.id)) return live.id
  throw new UnusableAnswerError('the id of an object')
}

export function idWithin(live: Live, member: string): unknown {
  const value = live[member]
  return value !== null && typeof value === 'object' ? (value as Live).id : undefined
}
