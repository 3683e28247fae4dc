// The local PingOne's memory: one environment, held in the very shapes that its Management API reads and writes.
// The Management API writes it; the authorization server and the decision engine only read it.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** An object as the Management API shows it, without `_links` and `environment`. */
export type Stored = { id: string; [member: string]: unknown }

/**
 * The collections by their path segment. A child collection is keyed by its parent's id, as in
 * `children('grants', applicationId)`.
 *
 * Top level: applications, resources, groups, users, populations, signOnPolicies, decisionEndpoints,
 * authorizationAttributes, authorizationServices, authorizationConditions, authorizationProcessors,
 * authorizationPolicies, authorizationRules, authorizationStatements, authorizationVersions, connectorInstances,
 * flows, davinciApplications, flowPolicies, templateContents, notificationsPolicies, deviceAuthentications.
 * Children: scopes and attributes (of a resource), grants, roleAssignments, signOnPolicyAssignments,
 * flowPolicyAssignments (of an application), actions (of a sign-on policy), memberOfGroups and devices (of a user).
 * Secrets are kept apart: `secrets` by the id of their application or resource, `passwords` by user id.
 */
type Snapshot = {
  environmentId: string
  organizationId: string
  collections: Record<string, Record<string, Stored>>
  children: Record<string, Record<string, Record<string, Stored>>>
  secrets: Record<string, { secret: string; previous?: { secret: string; expiresAt: string } }>
  passwords: Record<string, string>
  billOfMaterials: string[]
  /** Small values that outlive a restart: signing keys, recent decisions, version counters. */
  values: Record<string, unknown>
}

export class PingOneEnvironment {
  readonly #file: string | undefined
  readonly #snapshot: Snapshot
  #isChanged = false

  /** Reads the file when there is one; `save` writes the changes back to it. */
  constructor(options: { environmentId: string; organizationId: string; file?: string }) {
    this.#file = options.file
    this.#snapshot = (options.file && readSnapshot(options.file)) || {
      environmentId: options.environmentId,
      organizationId: options.organizationId,
      collections: {},
      children: {},
      secrets: {},
      passwords: {},
      billOfMaterials: ['PING_ONE_BASE', 'PING_ONE_MFA', 'PING_ONE_DAVINCI', 'PING_ONE_AUTHORIZE'],
      values: {},
    }
  }

  get id(): string {
    return this.#snapshot.environmentId
  }

  get organizationId(): string {
    return this.#snapshot.organizationId
  }

  /** True when nothing has been stored yet. */
  get isNew(): boolean {
    return Object.keys(this.#snapshot.collections).length === 0
  }

  list(collection: string): Stored[] {
    return Object.values(this.#snapshot.collections[collection] ?? {})
  }

  get(collection: string, id: string): Stored | undefined {
    return this.#snapshot.collections[collection]?.[id]
  }

  put(collection: string, item: Stored): void {
    const items = this.#snapshot.collections[collection] ?? {}
    this.#snapshot.collections[collection] = items
    items[item.id] = item
    this.changed()
  }

  delete(collection: string, id: string): void {
    delete this.#snapshot.collections[collection]?.[id]
    this.changed()
  }

  children(collection: string, parentId: string): Stored[] {
    return Object.values(this.#snapshot.children[collection]?.[parentId] ?? {})
  }

  getChild(collection: string, parentId: string, id: string): Stored | undefined {
    return this.#snapshot.children[collection]?.[parentId]?.[id]
  }

  putChild(collection: string, parentId: string, item: Stored): void {
    const parents = this.#snapshot.children[collection] ?? {}
    this.#snapshot.children[collection] = parents
    const items = parents[parentId] ?? {}
    parents[parentId] = items
    items[item.id] = item
    this.changed()
  }

  deleteChild(collection: string, parentId: string, id: string): void {
    delete this.#snapshot.children[collection]?.[parentId]?.[id]
    this.changed()
  }

  /** Forgets all children of a parent that goes away. */
  deleteChildren(parentId: string): void {
    for (const parents of Object.values(this.#snapshot.children)) delete parents[parentId]
    delete this.#snapshot.secrets[parentId]
    delete this.#snapshot.passwords[parentId]
    this.changed()
  }

  get secrets(): Snapshot['secrets'] {
    return this.#snapshot.secrets
  }

  get passwords(): Snapshot['passwords'] {
    return this.#snapshot.passwords
  }

  get billOfMaterials(): string[] {
    return this.#snapshot.billOfMaterials
  }

  get values(): Snapshot['values'] {
    return this.#snapshot.values
  }

  /** Call after a change through one of the getters above. */
  changed(): void {
    this.#isChanged = true
  }

  /** Writes what changed: whole or not at all. Returns when the file has it, so that an answer may be given. */
  save(): void {
    if (!this.#isChanged || this.#file === undefined) return
    this.#isChanged = false
    mkdirSync(dirname(this.#file), { recursive: true })
    const draft = `${this.#file}.draft`
    writeFileSync(draft, JSON.stringify(this.#snapshot), { mode: 0o600 })
    renameSync(draft, this.#file)
  }
}

function readSnapshot(file: string): Snapshot | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Snapshot
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new Error(`${file} cannot be read as the local PingOne's state. Delete it to start anew.`, {
      cause: error,
    })
  }
}
