// Versions of the Trust Framework and the policies. Every change makes one; a version is what was current then.
import type { Framework } from '../../authorize/model.ts'
import type { PingOneEnvironment, Stored } from '../../environment.ts'
import type { ManagementContext } from '../operation.ts'

/** The collections that versions cover, by their names in the framework. */
export const collections = {
  attributes: 'authorizationAttributes',
  services: 'authorizationServices',
  conditions: 'authorizationConditions',
  processors: 'authorizationProcessors',
  statements: 'authorizationStatements',
  rules: 'authorizationRules',
  policies: 'authorizationPolicies',
} as const satisfies Record<keyof Framework, string>

type Change = { collection: string; id: string; object?: Stored }

/** The root policy "Policies", which every environment has. */
export function rootPolicyId(environment: PingOneEnvironment): string {
  return String(environment.values.rootPolicyId)
}

export function seedRootPolicy(context: ManagementContext): void {
  const { environment } = context
  const createdAt = context.timestamp()
  const root: Stored = {
    id: context.newId(),
    version: context.newId(),
    name: 'Policies',
    enabled: true,
    statements: [],
    combiningAlgorithm: { algorithm: 'FIRST_APPLICABLE' },
    children: [],
    createdAt,
    updatedAt: createdAt,
  }
  environment.values.rootPolicyId = root.id
  environment.put(collections.policies, root)
  recordVersion(context, 'NONE', undefined, undefined, [
    { collection: collections.policies, id: root.id, object: root },
  ])
}

/** Notes a change as a new version. Only what changed is kept; a version is put together when it is asked for. */
export function recordVersion(
  context: ManagementContext,
  changeType: 'CREATE' | 'UPDATE' | 'DELETE' | 'NONE',
  changed: { id: string; name: string; type: string } | undefined,
  clientId: string | undefined,
  changes: Change[],
): void {
  const { environment } = context
  const id = context.newId()
  environment.put('authorizationVersions', {
    id,
    createdAt: context.timestamp(),
    changeDetails: {
      changeType,
      ...(changed
        ? {
            changedResource: { id: changed.id, type: changed.type },
            changedEntityName: changed.name,
            changedEntityType: changed.type,
          }
        : {}),
      ...(clientId ? { user: { id: clientId, envId: environment.id } } : {}),
    },
    changes: structuredClone(changes),
  })
}

export function latestVersion(environment: PingOneEnvironment): Stored | undefined {
  return environment.list('authorizationVersions').at(-1)
}

/** The framework as it is now. */
export function draftFramework(environment: PingOneEnvironment): Framework {
  return toFramework((collection) => new Map(environment.list(collection).map((item) => [item.id, item])))
}

const built = new WeakMap<Stored, Framework>()

/** The framework as it was at a version. */
export function frameworkAt(environment: PingOneEnvironment, versionId: string): Framework | undefined {
  const wanted = environment.get('authorizationVersions', versionId)
  if (!wanted) return undefined
  const known = built.get(wanted)
  if (known) return known
  const state = new Map<string, Map<string, Stored>>()
  for (const version of environment.list('authorizationVersions')) {
    for (const { collection, id, object } of version.changes as Change[]) {
      const items = state.get(collection) ?? new Map<string, Stored>()
      state.set(collection, items)
      if (object) items.set(id, object)
      else items.delete(id)
    }
    if (version.id === versionId) break
  }
  const framework = toFramework((collection) => state.get(collection) ?? new Map())
  built.set(wanted, framework)
  return framework
}

// What the store holds went through the schemas of the model on its way in.
function toFramework(items: (collection: string) => ReadonlyMap<string, unknown>): Framework {
  return Object.fromEntries(
    Object.entries(collections).map(([kind, collection]) => [kind, items(collection)]),
  ) as unknown as Framework
}
