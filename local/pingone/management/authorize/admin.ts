// The PingOne Authorize Admin APIs: Trust Framework, policies, statements, versions. Early Access.
import * as z from 'zod'
import {
  type Attribute,
  attributeSchema,
  type ConditionDefinition,
  conditionDefinitionSchema,
  type Framework,
  type Policy,
  type ProcessorDefinition,
  policySchema,
  processorDefinitionSchema,
  type Rule,
  ruleSchema,
  type Service,
  type Statement,
  serviceSchema,
  statementSchema,
} from '../../authorize/model.ts'
import {
  type Referenced,
  referencesOfAttribute,
  referencesOfCondition,
  referencesOfPolicy,
  referencesOfProcessor,
  referencesOfRule,
  referencesOfService,
  referencesOfStatement,
} from '../../authorize/references.ts'
import { fullNameOf } from '../../authorize/resolve-attribute.ts'
import type { Stored } from '../../environment.ts'
import { type Detail, invalidData, invalidValue, notFound, notUnique, requestFailed } from '../api-error.ts'
import { parseBody, requireObject } from '../body.ts'
import { collectionOperations, type Members } from '../collection.ts'
import { present } from '../hal.ts'
import type { Call, ManagementContext, Operation } from '../operation.ts'
import { collections, draftFramework, frameworkAt, recordVersion, rootPolicyId } from './framework.ts'
import { testRuns } from './test-runs.ts'

type Kind = keyof Framework

const rights = { read: 'authorize:read', write: 'authorize:write' } as const
const shared = { product: 'PING_ONE_AUTHORIZE', authorizeAdminApi: true } as const
const limits = { defaultLimit: 25, maximumLimit: 5000 }
const byParent = { parent: ['eq', 'not pr', 'pr'], name: ['eq'] } as const

/** What each kind refers to. */
const referencesOf: { [K in Kind]: (object: never) => Referenced[] } = {
  attributes: (attribute: Attribute) => referencesOfAttribute(attribute),
  services: (service: Service) => referencesOfService(service),
  conditions: (definition: ConditionDefinition) => [
    ...parentOf('conditions', definition),
    ...referencesOfCondition(definition.condition, 'condition'),
  ],
  processors: (definition: ProcessorDefinition) => [
    ...parentOf('processors', definition),
    ...referencesOfProcessor(definition.processor, 'processor'),
  ],
  statements: (statement: Statement) => referencesOfStatement(statement),
  rules: (rule: Rule) => referencesOfRule(rule),
  policies: (policy: Policy) => referencesOfPolicy(policy),
}

const parentOf = (kind: Kind, { parent }: { parent?: { id: string } | undefined }): Referenced[] =>
  parent ? [{ kind, id: parent.id, target: 'parent.id' }] : []

const nouns: Record<Kind, string> = {
  attributes: 'an attribute',
  services: 'a service',
  conditions: 'a condition',
  processors: 'a processor',
  statements: 'a statement',
  rules: 'a rule',
  policies: 'a policy',
}

export function authorizeAdmin(context: ManagementContext): Operation[] {
  const { environment } = context

  /** PUT names the object and the version that it read; a version that is not current is refused. */
  const requireCurrentVersion = (call: Call, existing: Stored | undefined) => {
    if (!existing) return
    const { id, version } = requireObject(call.body)
    const refuse = (target: string, message: string) =>
      invalidData({ code: 'CONSTRAINT_VIOLATION', target, message } satisfies Detail)
    if (id === undefined || id === null) throw refuse('id', 'id must not be null')
    if (id !== existing.id) throw refuse('id', 'id must be the id in the path')
    if (version === undefined || version === null) throw refuse('version', 'version must not be null')
    if (version !== existing.version) {
      throw refuse('version', 'An attempt was made to update an outdated version')
    }
  }

  const requireReferences = (references: readonly Referenced[], selfId: string | undefined) => {
    const details = references.flatMap(({ kind, id, target }): Detail[] => {
      if (id === selfId && target === 'parent.id') {
        return [{ code: 'INVALID_VALUE', target, message: 'an object cannot be its own parent' }]
      }
      if (environment.get(collections[kind], id.toLowerCase())) return []
      return [
        {
          code: 'INVALID_VALUE',
          target,
          message: `Expected ${nouns[kind]} ID`,
          innerError: { referencedValues: [id] },
        },
      ]
    })
    if (details.length > 0) throw invalidData(...details)
  }

  const requireUniqueName = (kind: Kind, input: Named, existing: Stored | undefined) => {
    const twin = environment
      .list(collections[kind])
      .find(
        (item) =>
          item.id !== existing?.id &&
          String(item.name).toLowerCase() === input.name.toLowerCase() &&
          (item.parent as { id: string } | undefined)?.id === input.parent?.id,
      )
    if (twin) throw notUnique('name', twin.id)
  }

  const requireNoParentCycle = (kind: Kind, input: Named, existing: Stored | undefined) => {
    const seen = new Set<string>()
    for (let id = input.parent?.id; id !== undefined; ) {
      if (id === existing?.id || seen.has(id))
        throw invalidValue('parent.id', 'parents must not form a circle')
      seen.add(id)
      id = (environment.get(collections[kind], id)?.parent as { id: string } | undefined)?.id
    }
  }

  /** Who refers to an object; the root policy's own list of policies does not count. */
  const referrers = (kind: Kind, id: string): string[] => {
    const framework = draftFramework(environment)
    const found: string[] = []
    for (const [each, objects] of Object.entries(framework) as [Kind, ReadonlyMap<string, Stored>][]) {
      for (const object of objects.values()) {
        if (object.id === id) continue
        const references = referencesOf[each](object as never)
        const isListing = kind === 'policies' && object.id === rootPolicyId(environment)
        if (
          !isListing &&
          references.some((reference) => reference.kind === kind && reference.id.toLowerCase() === id)
        ) {
          found.push(object.id)
        }
      }
    }
    if (kind === 'policies') {
      found.push(
        ...environment
          .list('decisionEndpoints')
          .filter((endpoint) => endpoint.policyId === id)
          .map((endpoint) => endpoint.id),
      )
    }
    return found
  }

  const fullName = (kind: Kind, item: Stored): string =>
    fullNameOf(
      { attributes: draftFramework(environment)[kind] as unknown as Framework['attributes'] },
      item as unknown as Attribute,
    )

  function objects<T extends Named>(kind: Kind, options: ObjectOptions<T>): Operation[] {
    const collection = collections[kind]
    return collectionOperations(context, {
      path: `/environments/{environmentID}/${collection}`,
      variable: options.variable,
      collection,
      rights,
      ...shared,
      ...limits,
      schema: options.schema,
      readOnly: ['fullName', ...(options.typed ? ['type'] : [])],
      filterable: options.typed ? byParent : { name: ['eq'] },
      members(input, call, existing) {
        requireCurrentVersion(call, existing)
        options.check?.(input, existing)
        requireReferences(referencesOf[kind](input as never), existing?.id)
        requireNoParentCycle(kind, input, existing)
        requireUniqueName(kind, input, existing)
        const { type: _, ...members } = input as T & { type?: unknown }
        return { ...members, version: context.newId() }
      },
      deleting(item) {
        if (item.id === rootPolicyId(environment)) throw requestFailed('The root policy cannot be deleted.')
        const referencedValues = referrers(kind, item.id)
        if (referencedValues.length > 0) {
          throw requestFailed('The entity is referenced and cannot be deleted.', {
            code: 'CONSTRAINT_VIOLATION',
            message: 'entity is referenced',
            innerError: { referencedValues },
          })
        }
      },
      changed(before, after, call) {
        const item = (after ?? before) as Stored
        const changes = [{ collection, id: item.id, ...(after ? { object: after } : {}) }]
        if (kind === 'policies') changes.push(...listInRoot(before, after))
        recordVersion(
          context,
          !before ? 'CREATE' : after ? 'UPDATE' : 'DELETE',
          { id: item.id, name: String(item.name), type: options.entity },
          call.clientId,
          changes,
        )
      },
      show: (item): Members => ({
        ...item,
        ...(options.typed ? { type: options.entity, fullName: fullName(kind, item) } : {}),
      }),
    })
  }

  /** A new policy lands under the root policy; a deleted one leaves it. */
  function listInRoot(before: Stored | undefined, after: Stored | undefined) {
    const root = environment.get(collections.policies, rootPolicyId(environment))
    const item = (after ?? before) as Stored
    if (!root || (before && after)) return []
    const children = (root.children as { value?: { id: string } }[]).filter(
      ({ value }) => value?.id !== item.id,
    )
    const listed: Stored = {
      ...root,
      version: context.newId(),
      children: after ? [...children, { type: 'POLICY', value: { id: item.id } }] : children,
      updatedAt: context.timestamp(),
    }
    environment.put(collections.policies, listed)
    return [{ collection: collections.policies, id: root.id, object: listed }]
  }

  return [
    ...objects('attributes', {
      variable: 'attributeID',
      entity: 'ATTRIBUTE',
      typed: true,
      schema: attributeSchema,
      check(attribute) {
        if (attribute.processor && attribute.resolvers.some((resolver) => resolver.type === 'REQUEST')) {
          throw invalidValue(
            'processor',
            'An attribute that is resolved from the request cannot have a processor',
          )
        }
        if (attribute.name.includes('.')) throw invalidValue('name', 'must not contain "."')
      },
    }),
    ...objects('services', {
      variable: 'serviceID',
      entity: 'SERVICE',
      typed: true,
      schema: serviceSchema,
      check(service) {
        if (service.parent) throw invalidValue('parent', 'Services must be at the top level')
      },
    }),
    ...objects('conditions', {
      variable: 'conditionID',
      entity: 'CONDITION',
      typed: true,
      schema: conditionDefinitionSchema,
    }),
    ...objects('processors', {
      variable: 'processorID',
      entity: 'PROCESSOR',
      typed: true,
      schema: processorDefinitionSchema,
    }),
    ...objects('statements', { variable: 'statementID', entity: 'STATEMENT', schema: statementSchema }),
    ...objects('rules', { variable: 'ruleID', entity: 'RULE', schema: ruleSchema }),
    ...objects('policies', {
      variable: 'policyID',
      entity: 'POLICY',
      schema: policySchema,
      check(policy, existing) {
        if (existing && contains(policy, existing.id)) {
          throw invalidValue('children', 'a policy cannot contain itself')
        }
      },
    }),
    ...versions(context),
    ...testRuns(context),
  ]

  function contains(policy: Policy, id: string, seen = new Set<string>()): boolean {
    return referencesOfPolicy(policy).some((reference) => {
      if (reference.kind !== 'policies' || seen.has(reference.id)) return false
      seen.add(reference.id)
      const child = environment.get(collections.policies, reference.id)
      return reference.id === id || (child !== undefined && contains(child as unknown as Policy, id, seen))
    })
  }
}

type Named = { name: string; parent?: { id: string } | undefined }
type ObjectOptions<T> = {
  variable: string
  entity: string
  /** Whether the object shows its `type` and its full name. */
  typed?: boolean
  schema: z.ZodType<T>
  check?(input: T, existing: Stored | undefined): void
}

type Tag = { id: string; description: string; updatedAt: string }

function versions(context: ManagementContext): Operation[] {
  const { environment } = context
  const path = '/environments/{environmentID}/authorizationVersions'
  const versionPath = (id: string) => `/environments/${environment.id}/authorizationVersions/${id}`

  const requireVersion = (call: Call): Stored => {
    const version = environment.get('authorizationVersions', call.variables.authorizationVersionID ?? '')
    if (!version) throw notFound()
    return version
  }
  const requireTag = (call: Call): { version: Stored; tag: Tag } => {
    const version = requireVersion(call)
    if (!version.tag) throw notFound(`The authorization version ${version.id} is not tagged.`)
    return { version, tag: version.tag as Tag }
  }
  const showTag = (version: Stored) => present(context, `${versionPath(version.id)}/tag`, version.tag as Tag)

  return [
    ...collectionOperations(context, {
      path,
      variable: 'authorizationVersionID',
      collection: 'authorizationVersions',
      rights,
      ...shared,
      ...limits,
      schema: z.strictObject({}),
      filterable: { tag: ['pr', 'not pr'] },
      newestFirst: true,
      without: ['POST', 'PUT', 'DELETE'],
      show: ({ changes: _, ...version }: Stored): Members => version,
    }),
    {
      ...shared,
      method: 'GET',
      path: `${path}/{authorizationVersionID}/policies/{policyID}`,
      right: rights.read,
      handle(call) {
        const version = requireVersion(call)
        const policy = frameworkAt(environment, version.id)?.policies.get(call.variables.policyID ?? '')
        if (!policy) throw notFound()
        return {
          status: 200,
          body: present(context, `${versionPath(version.id)}/policies/${policy.id}`, policy),
        }
      },
    },
    {
      ...shared,
      method: 'GET',
      path: `${path}/{authorizationVersionID}/tag`,
      right: rights.read,
      handle: (call) => ({ status: 200, body: showTag(requireTag(call).version) }),
    },
    {
      ...shared,
      method: 'PUT',
      path: `${path}/{authorizationVersionID}/tag`,
      right: rights.write,
      handle(call) {
        const version = requireVersion(call)
        const { description = '' } = parseBody(
          z.strictObject({ description: z.string().max(1024).optional() }),
          call.body ?? {},
        )
        const known = version.tag as Tag | undefined
        const tag: Tag = { id: known?.id ?? context.newId(), description, updatedAt: context.timestamp() }
        // The version object itself stays the same: what it stands for was put together for it.
        version.tag = tag
        environment.put('authorizationVersions', version)
        return { status: known ? 200 : 201, body: showTag(version) }
      },
    },
    {
      ...shared,
      method: 'DELETE',
      path: `${path}/{authorizationVersionID}/tag`,
      right: rights.write,
      handle(call) {
        const { version } = requireTag(call)
        const user = environment
          .list('decisionEndpoints')
          .find(
            (endpoint) => (endpoint.authorizationVersion as { id: string } | undefined)?.id === version.id,
          )
        if (user) throw requestFailed(`The decision endpoint ${user.id} uses this version.`)
        delete version.tag
        environment.put('authorizationVersions', version)
        return { status: 204 }
      },
    },
  ]
}
