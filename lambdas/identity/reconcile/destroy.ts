// Deletes what carries MyHotels' mark, and nothing else.
import type { KindName } from '../desired-state/desired-object.ts'
import { PingOneRefusedError, WorkerRefusedError } from './errors.ts'
import { idOf, isOwned, type Kind } from './kind.ts'
import { kindNamed } from './kinds.ts'
import type { Live, ManagementClient } from './management-client.ts'
import type { Step } from './reconcile.ts'
import { removeLive } from './remove-live.ts'

/**
 * Referring objects before those that they refer to. Kinds that are not named go with their parent: scopes and claims
 * with a resource, grants and assignments with an application, actions with a sign-on policy.
 */
const order: readonly KindName[] = [
  'decisionEndpoint',
  'taggedVersion',
  'application',
  'customRole',
  'flowPolicy',
  'davinciApplication',
  'flow',
  'form',
  'connectorInstance',
  'notificationPolicy',
  'notificationTemplate',
  'policy',
  'statement',
  'attribute',
  'service',
  'resource',
  'signOnPolicy',
  'group',
]

/** What the roles that every set-up takes allow to read. */
const essential: readonly KindName[] = ['application', 'resource', 'signOnPolicy', 'group']

type Doomed = { kind: Kind; parentId: string; live: Live }

/**
 * @param report called with each object that was deleted
 * @returns what was deleted; with `isRehearsal`, what would be
 */
export async function destroy(options: {
  client: ManagementClient
  report?: (step: Step, milliseconds: number) => void
  isRehearsal?: boolean
  clock: () => number
}): Promise<Step[]> {
  const { client, clock } = options
  const steps: Step[] = []
  let doomed = await findDoomed(client)
  const step = ({ kind, live }: Doomed): Step => ({
    key: `${kind.name}.${idOf(live)}`,
    kind,
    name: nameOf(live),
    action: 'delete',
    id: idOf(live),
    differences: [],
  })
  if (options.isRehearsal) return doomed.map(step)
  // What someone else's object refers to, or what refers to each other in a way that the order does not know, is
  // refused and gets another turn.
  while (doomed.length > 0) {
    const refused: Doomed[] = []
    let problem: unknown
    for (const item of doomed) {
      const start = clock()
      try {
        await removeLive(client, item.kind, item.parentId, item.live)
        steps.push(step(item))
        options.report?.(step(item), clock() - start)
      } catch (error) {
        if (!(error instanceof PingOneRefusedError)) throw error
        refused.push(item)
        problem = error
      }
    }
    if (refused.length === doomed.length) throw problem
    doomed = refused
  }
  return steps
}

async function findDoomed(client: ManagementClient): Promise<Doomed[]> {
  const lists = new Map(
    await Promise.all(order.map(async (name) => [name, await listOwned(client, name)] as const)),
  )
  const doomed: Doomed[] = []
  for (const name of order) {
    const kind = kindNamed(name)
    if (kind.parent === undefined) {
      for (const live of lists.get(name) ?? []) doomed.push({ kind, parentId: '', live })
      continue
    }
    for (const parent of lists.get(kind.parent) ?? []) {
      const children = await client.list(kind.path(idOf(parent)), kind.collection)
      for (const live of children) doomed.push({ kind, parentId: idOf(parent), live })
    }
  }
  return servicesBetweenAttributes(doomed)
}

/** Attributes that ask a service go before it; those that it signs in with go after it. */
function servicesBetweenAttributes(doomed: Doomed[]): Doomed[] {
  const asksService = ({ kind, live }: Doomed) =>
    kind.name === 'attribute' &&
    (live.resolvers as { type?: string }[] | undefined)?.some(({ type }) => type === 'SERVICE')
  const asking = doomed.filter(asksService)
  const services = doomed.filter(({ kind }) => kind.name === 'service')
  const others = doomed.filter((item) => !asking.includes(item) && !services.includes(item))
  const at = others.findIndex(({ kind }) => kind.name === 'attribute')
  if (at < 0) return [...others, ...asking, ...services]
  return [...others.slice(0, at), ...asking, ...services, ...others.slice(at)]
}

async function listOwned(client: ManagementClient, name: KindName): Promise<Live[]> {
  const kind = kindNamed(name)
  if (kind.parent !== undefined) return []
  const path = kind.path('')
  try {
    const listed = await client.list(kind.query ? `${path}?${kind.query}` : path, kind.collection)
    const all = kind.expand ? await kind.expand(client, listed) : listed
    const owned = all.filter((live) => isOwned(kind, live))
    return name === 'attribute' ? deepestFirst(owned) : owned
  } catch (error) {
    if (!(error instanceof PingOneRefusedError)) throw error
    // Every environment has these, so a refusal is no sign that there is nothing of ours.
    if (essential.includes(name) && error.answer.status === 403) {
      throw new WorkerRefusedError(
        `The worker may not read the ${kind.collection} of the environment, so nothing was deleted. Check that the environment is there, give the worker its roles again, and run again.`,
        error.answer,
      )
    }
    // Where a tenant has no such product, or refuses the policy editor, there is nothing of ours either.
    if ([403, 404].includes(error.answer.status)) return []
    throw error
  }
}

/** An attribute goes before its parent. */
function deepestFirst(attributes: Live[]): Live[] {
  const parents = new Map(attributes.map((live) => [live.id, (live.parent as Live | undefined)?.id] as const))
  const depth = (id: unknown, level = 0): number => {
    const parent = parents.get(id)
    return parent === undefined || level > 20 ? level : depth(parent, level + 1)
  }
  return [...attributes].sort((a, b) => depth(b.id) - depth(a.id))
}

function nameOf(live: Live): string {
  const tag = live.tag as Live | undefined
  for (const value of [live.fullName, live.name, live.variant, tag?.description]) {
    if (typeof value === 'string') return value
  }
  return idOf(live)
}
