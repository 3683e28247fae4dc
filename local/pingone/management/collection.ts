// A collection of the Management API: list, create, read, replace, delete, with the rules that all of them share.
import type * as z from 'zod'
import type { PingOneEnvironment, Stored } from '../environment.ts'
import { notFound, notUnique } from './api-error.ts'
import { parseBody } from './body.ts'
import { page, present } from './hal.ts'
import type { Answer, Call, ManagementContext, Method, Operation, Product } from './operation.ts'
import type { Right } from './rights.ts'
import { type Filterable, matchesFilter, parseFilter } from './scim-filter.ts'

export type Members = { [member: string]: unknown }

export type Collection<T extends object> = {
  /** The collection's path, as the specifications write it. */
  path: string
  /** The name of the variable that holds an object's id in the path of one object. */
  variable: string
  /** The name of the collection in the store and, unless `embedded` says otherwise, in `_embedded`. */
  collection: string
  embedded?: string
  /** The collection that the parent lives in and the variable that holds the parent's id. */
  parent?: { collection: string; variable: string }
  rights: { read: Right; write: Right }
  product?: Product
  authorizeAdminApi?: boolean
  lagsBehind?: string
  schema: z.ZodType<T>
  /** The body of PUT, where it differs from the body of POST. */
  replaceSchema?: z.ZodType<T>
  /** Members that PingOne sets, beyond those that it sets everywhere. */
  readOnly?: readonly string[]
  /** String members that no two siblings share. */
  unique?: readonly string[]
  filterable?: Filterable
  defaultLimit?: number
  maximumLimit?: number
  newId?: () => string
  /** Which objects of a shared store belong under this path. */
  belongs?(item: Stored, call: Call): boolean
  createStatus?: 200 | 201
  newestFirst?: boolean
  /** Methods that PingOne does not offer here. */
  without?: readonly Method[]
  /**
   * Checks an input against everything else in the environment and gives the members to store.
   *
   * @throws {ApiError}
   */
  members?(input: T, call: Call, existing: Stored | undefined): Members
  created?(item: Stored, call: Call): void
  /** Called before a deletion: refuses it, or takes along what depends on it. */
  deleting?(item: Stored, call: Call): void
  /** Called after every change, with undefined for what does not exist before or after. */
  changed?(before: Stored | undefined, after: Stored | undefined, call: Call): void
  /** What to show of an object. By default all that is stored. */
  show?(item: Stored, call: Call): Members
  links?(item: Stored): Record<string, string>
  /** Links of the list itself, beyond those that every list has. */
  listLinks?(call: Call): Record<string, string>
}

/** The operations of one collection. */
export function collectionOperations<T extends object>(
  context: ManagementContext,
  collection: Collection<T>,
): Operation[] {
  const { environment } = context
  const items = storeOf(environment, collection)
  const itemPath = `${collection.path}/{${collection.variable}}`
  const shared = {
    ...(collection.product ? { product: collection.product } : {}),
    ...(collection.authorizeAdminApi ? { authorizeAdminApi: true } : {}),
    ...(collection.lagsBehind ? { lagsBehind: collection.lagsBehind } : {}),
  }

  const show = (item: Stored, call: Call) =>
    present(
      context,
      `${fillPath(collection.path, call.variables)}/${item.id}`,
      collection.show ? collection.show(item, call) : item,
      collection.links?.(item),
    )

  const requireParent = (call: Call) => {
    const { parent } = collection
    if (parent && !environment.get(parent.collection, call.variables[parent.variable] ?? '')) throw notFound()
  }
  const requireItem = (call: Call): Stored => {
    requireParent(call)
    const item = items.get(call, call.variables[collection.variable] ?? '')
    if (!item) throw notFound()
    return item
  }

  const requireUnique = (members: Members, call: Call, self?: string) => {
    for (const name of collection.unique ?? []) {
      const value = members[name]
      if (typeof value !== 'string') continue
      const twin = items
        .list(call)
        .find((item) => item.id !== self && String(item[name]).toLowerCase() === value.toLowerCase())
      if (twin) throw notUnique(name, twin.id)
    }
  }

  const operations: Operation[] = [
    {
      ...shared,
      method: 'GET',
      path: collection.path,
      right: collection.rights.read,
      handle(call): Answer {
        requireParent(call)
        const filter = call.query.get('filter')
        const wanted = filter === null ? undefined : parseFilter(filter, collection.filterable ?? {})
        const matching = items
          .list(call)
          .filter((item) => wanted === undefined || matchesFilter(item, wanted))
        if (collection.newestFirst) matching.reverse()
        return {
          status: 200,
          body: page(
            context,
            matching,
            {
              path: fillPath(collection.path, call.variables),
              query: call.query,
              embedded: collection.embedded ?? collection.collection,
              ...(collection.defaultLimit ? { defaultLimit: collection.defaultLimit } : {}),
              ...(collection.maximumLimit ? { maximumLimit: collection.maximumLimit } : {}),
              ...(collection.listLinks ? { links: collection.listLinks(call) } : {}),
            },
            (item) => show(item, call),
          ),
        }
      },
    },
    {
      ...shared,
      method: 'POST',
      path: collection.path,
      right: collection.rights.write,
      handle(call): Answer {
        requireParent(call)
        const input = parseBody(collection.schema, call.body, collection.readOnly)
        const members = membersOf(collection, input, call, undefined)
        requireUnique(members, call)
        const createdAt = context.timestamp()
        const id = (collection.newId ?? context.newId)()
        const item: Stored = { id, ...members, createdAt, updatedAt: createdAt }
        items.put(call, item)
        context.created(id)
        collection.created?.(item, call)
        collection.changed?.(undefined, item, call)
        return { status: collection.createStatus ?? 201, body: show(item, call) }
      },
    },
    {
      ...shared,
      method: 'GET',
      path: itemPath,
      right: collection.rights.read,
      handle: (call): Answer => ({ status: 200, body: show(requireItem(call), call) }),
    },
    {
      ...shared,
      method: 'PUT',
      path: itemPath,
      right: collection.rights.write,
      handle(call): Answer {
        const existing = requireItem(call)
        const input = parseBody(collection.replaceSchema ?? collection.schema, call.body, collection.readOnly)
        const members = membersOf(collection, input, call, existing)
        requireUnique(members, call, existing.id)
        const item: Stored = {
          id: existing.id,
          ...members,
          createdAt: existing.createdAt,
          updatedAt: context.timestamp(),
        }
        items.put(call, item)
        collection.changed?.(existing, item, call)
        return { status: 200, body: show(item, call) }
      },
    },
    {
      ...shared,
      method: 'DELETE',
      path: itemPath,
      right: collection.rights.write,
      handle(call): Answer {
        const item = requireItem(call)
        collection.deleting?.(item, call)
        items.delete(call, item.id)
        environment.deleteChildren(item.id)
        collection.changed?.(item, undefined, call)
        return { status: 204 }
      },
    },
  ]
  return operations.filter((operation) => !collection.without?.includes(operation.method))
}

function membersOf<T extends object>(
  collection: Collection<T>,
  input: T,
  call: Call,
  existing: Stored | undefined,
): Members {
  return collection.members?.(input, call, existing) ?? { ...(input as Members) }
}

/** Puts the variables into a path. */
export function fillPath(path: string, variables: Readonly<Record<string, string>>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => variables[name] ?? '')
}

type Items = {
  list(call: Call): Stored[]
  get(call: Call, id: string): Stored | undefined
  put(call: Call, item: Stored): void
  delete(call: Call, id: string): void
}

function storeOf<T extends object>(environment: PingOneEnvironment, collection: Collection<T>): Items {
  const { collection: name, parent, belongs = () => true } = collection
  if (!parent || collection.belongs) {
    return {
      list: (call) => environment.list(name).filter((item) => belongs(item, call)),
      get: (call, id) => {
        const item = environment.get(name, id)
        return item && belongs(item, call) ? item : undefined
      },
      put: (_, item) => environment.put(name, item),
      delete: (_, id) => environment.delete(name, id),
    }
  }
  const parentId = (call: Call) => call.variables[parent.variable] ?? ''
  return {
    list: (call) => environment.children(name, parentId(call)),
    get: (call, id) => environment.getChild(name, parentId(call), id),
    put: (call, item) => environment.putChild(name, parentId(call), item),
    delete: (call, id) => environment.deleteChild(name, parentId(call), id),
  }
}
