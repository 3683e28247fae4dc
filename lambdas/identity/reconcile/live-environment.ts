// What is in the environment: each collection is read once and kept up to date with our own writes.
import { idOf, type Kind } from './kind.ts'
import type { Live, ManagementClient } from './management-client.ts'

export type LiveEnvironment = {
  /** All objects of a kind, below one parent for kinds that have one. */
  list(kind: Kind, parentId: string): Promise<Live[]>
  /** Reads again, for what may have changed behind our back. */
  listAgain(kind: Kind, parentId: string): Promise<Live[]>
  /** The whole object, where the list shows less. */
  whole(kind: Kind, parentId: string, live: Live): Promise<Live>
  put(kind: Kind, parentId: string, live: Live): void
  drop(kind: Kind, parentId: string, live: Live): void
  /** The object was made in this run, so what lives below it is known or not yet there. */
  markFresh(id: string): void
  isFresh(id: string): boolean
}

export function createLiveEnvironment(client: ManagementClient): LiveEnvironment {
  const lists = new Map<string, Promise<Live[]>>()
  const wholes = new Map<string, Promise<Live>>()
  const fresh = new Set<string>()

  const keyOf = (kind: Kind, parentId: string) => `${kind.name} ${parentId}`

  async function read(kind: Kind, parentId: string): Promise<Live[]> {
    const path = kind.path(encodeURIComponent(parentId))
    const listed = await client.list(kind.query ? `${path}?${kind.query}` : path, kind.collection, {
      // The parent is known to exist: a 404 can only mean that not all of PingOne knows of it yet.
      isFresh: parentId !== '',
    })
    return kind.expand === undefined ? listed : kind.expand(client, listed)
  }

  function list(kind: Kind, parentId: string): Promise<Live[]> {
    const key = keyOf(kind, parentId)
    const known = lists.get(key)
    if (known !== undefined) return known
    const isEmpty = fresh.has(parentId) && !kind.comesWithParent
    const reading = isEmpty ? Promise.resolve([]) : read(kind, parentId)
    lists.set(key, reading)
    // A failure is not kept: the next reader asks again.
    reading.catch(() => lists.delete(key))
    return reading
  }

  async function change(kind: Kind, parentId: string, edit: (items: Live[]) => Live[]): Promise<void> {
    lists.set(keyOf(kind, parentId), list(kind, parentId).then(edit))
  }

  return {
    list,
    listAgain(kind, parentId) {
      lists.delete(keyOf(kind, parentId))
      const reading = read(kind, parentId)
      lists.set(keyOf(kind, parentId), reading)
      reading.catch(() => lists.delete(keyOf(kind, parentId)))
      return reading
    },
    whole(kind, parentId, live) {
      if (!kind.readOne) return Promise.resolve(live)
      const path = `${kind.path(parentId)}/${encodeURIComponent(idOf(live))}`
      const known = wholes.get(path) ?? client.get(path, { isFresh: fresh.has(idOf(live)) })
      wholes.set(path, known)
      known.catch(() => wholes.delete(path))
      return known
    },
    put(kind, parentId, live) {
      if (kind.readOne) {
        wholes.set(`${kind.path(parentId)}/${encodeURIComponent(idOf(live))}`, Promise.resolve(live))
      }
      void change(kind, parentId, (items) => [...items.filter(({ id }) => id !== live.id), live])
    },
    drop(kind, parentId, live) {
      void change(kind, parentId, (items) => items.filter(({ id }) => id !== live.id))
    },
    markFresh: (id) => fresh.add(id),
    isFresh: (id) => fresh.has(id),
  }
}
