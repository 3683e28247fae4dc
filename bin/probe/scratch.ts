// What probes make in PingOne, and how it is found and taken away again: by name and words, so that the next run finds
// also what a run left behind that was killed.
import { randomBytes } from 'node:crypto'
import type { Live, ManagementClient } from '../../lambdas/identity/reconcile/management-client.ts'
import { NotAskedError } from './not-asked.ts'

/** Stands in the name of everything that a probe makes, and in the description where a kind has one. */
export const namePrefix = 'MyHotels-Probe'
export const probeMark = 'Made by the MyHotels probe and deleted by it.'

export type Scratch = {
  /** Tells this run's things from others': six letters and digits. */
  run: string
  /** A name for something, for example `MyHotels-Probe-client-1a2b3c`. */
  name(what: string): string
  /** Makes an object; it goes away at the end, before what was made before it. */
  create(path: string, body: Record<string, unknown>): Promise<Live & { id: string }>
  /** Something that the API does not list below `create`'s path; `remove` is called once. */
  onEnd(remove: () => Promise<unknown>): void
  /** Nothing more is made: whoever asks for it is refused. */
  close(): void
  /** Takes everything away. @returns what could not be, by path */
  removeAll(): Promise<string[]>
}

export function createScratch(client: ManagementClient): Scratch {
  const run = randomBytes(3).toString('hex')
  const made: { what: string; remove: () => Promise<unknown> }[] = []
  let isClosed = false
  return {
    run,
    name: (what) => `${namePrefix}-${what}-${run}`,
    async create(path, body) {
      if (isClosed) throw new NotAskedError('the run was ended')
      const live = await client.post(path, body, {
        // A second one of the same name would be refused; the sweep of the next run finds either.
        recover: 'repeatable',
        isFresh: path.includes('/'),
      })
      const id = String(live.id)
      made.push({ what: `${path}/${id}`, remove: () => client.delete(`${path}/${id}`) })
      return { ...live, id }
    },
    onEnd(remove) {
      made.push({ what: 'something else', remove })
    },
    close() {
      isClosed = true
    },
    async removeAll() {
      const left: string[] = []
      for (const { what, remove } of made.splice(0).reverse()) {
        await remove().catch(() => left.push(what))
      }
      return left
    },
  }
}

/** In the order in which they can be deleted: what refers to others first. */
const collections = [
  { path: 'applications', collection: 'applications' },
  { path: 'decisionEndpoints', collection: 'decisionEndpoints' },
  { path: 'resources', collection: 'resources' },
  { path: 'signOnPolicies', collection: 'signOnPolicies' },
  { path: 'flows', collection: 'flows' },
  { path: 'users', collection: 'users', filter: `username sw "${namePrefix}"` },
  { path: 'roles', collection: 'roles' },
] as const

/**
 * Deletes what earlier runs left behind.
 *
 * @returns how many things there were; a kind that the environment does not offer has none
 */
export async function sweep(client: ManagementClient): Promise<number> {
  let found = 0
  for (const { path, collection, ...rest } of collections) {
    const query = 'filter' in rest ? `?filter=${encodeURIComponent(rest.filter)}` : ''
    const items = await client.list(`${path}${query}`, collection).catch(() => [])
    for (const item of items.filter(isLeftover)) {
      found += 1
      await client.delete(`${path}/${item.id}`)
    }
  }
  return found
}

/** The address of a user that nobody has: RFC 2606 section 3. */
export const probeEmail = (username: string) => `${username}@example.com`

function isLeftover({ name, username, email, description }: Live): boolean {
  const called = typeof username === 'string' ? username : name
  if (typeof called !== 'string' || !called.startsWith(`${namePrefix}-`)) return false
  // A user has no description.
  return typeof username === 'string'
    ? email === probeEmail(username)
    : String(description ?? '').includes(probeMark)
}
