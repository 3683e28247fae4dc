// The Trust Framework and the policies as a snapshot file: what the console imports where a tenant refuses the
// policy editor's API.
import { createHash } from 'node:crypto'
import { MyHotelsError } from '../../errors/my-hotels-error.ts'
import type { DesiredObject } from '../desired-state/desired-object.ts'
import type { ResolvedMembers } from '../reconcile/kind.ts'
import { resolveMembers } from '../reconcile/resolve.ts'

type Json = { [member: string]: unknown }
type Entry = Json

/** The policies name the id of something that is not there yet. */
export class SnapshotTooEarlyError extends MyHotelsError {
  constructor(key: string) {
    super({
      name: 'SnapshotTooEarlyError',
      code: 'snapshot_too_early',
      status: 409,
      message: `The snapshot names the id of ${key}, which does not exist yet: run "apply" first.`,
    })
  }
}

/**
 * The entries of the file, in order. Ids come from the environment and the object's key, so that another import
 * changes the same objects; versions come from the content, because an import skips a version that it knows.
 *
 * The file holds no secret: the introspection services, whose place in the format is not known, are made by hand.
 * The attributes that read their answers are in the file with defaults that deny.
 *
 * @throws {SnapshotTooEarlyError}
 */
export async function describeSnapshot(options: {
  desired: readonly DesiredObject[]
  environmentId: string
  /** The id of an object that exists already, such as an application. */
  id: (key: string) => string | undefined
}): Promise<Entry[]> {
  const { desired, environmentId } = options
  const identify = (key: string) => uuid(`${environmentId} ${key}`)
  const isInFile = ({ key, kind }: DesiredObject) =>
    key.startsWith('authorize.') &&
    kind !== 'service' &&
    !key.startsWith('authorize.attribute.MyHotels.introspection')
  const references = {
    id(key: string) {
      if (key.startsWith('authorize.')) return identify(key)
      const id = options.id(key)
      if (id === undefined) throw new SnapshotTooEarlyError(key)
      return id
    },
    secret: async () => undefined,
    desired,
  }
  const objects = await Promise.all(
    desired
      .filter(isInFile)
      .map(async (object) => ({ object, members: await resolveMembers(object.wanted, references) })),
  )
  const ofKind = (kind: DesiredObject['kind']) => objects.filter(({ object }) => object.kind === kind)

  const collected: Collected = { conditions: [], rules: [], policies: [], policySets: [], identify }
  for (const { members } of ofKind('policy')) collect(members as Json, 'MyHotels', collected)

  return [
    { '@class': 'DataStreamHeader', kind: 'SnapshotHeader', version: 2 },
    {
      type: 'SnapshotPackageFile$PackageHeader',
      snapshotId: uuid(`${environmentId} snapshot`),
      snapshotFileVersion: 2,
      applicationVersion: 'P1AZ-1.0.0.0',
    },
    ...ofKind('attribute').map(({ object, members }) => attribute(object, members, identify)),
    ...collected.conditions,
    ...ofKind('statement').map(({ object, members }) => statement(object, members, identify)),
    ...collected.rules,
    { type: 'SnapshotPackageFile$PackageSeparator' },
    ...collected.policies,
    ...collected.policySets,
    { type: 'SnapshotPackageFile$PackageSeparator' },
    { type: 'SnapshotPackageFile$EndOfPackage' },
    { '@class': 'DataStreamFooter', digest: 'MyHotels' },
  ]
}

function attribute(
  object: DesiredObject,
  members: ResolvedMembers,
  identify: (key: string) => string,
): Entry {
  const json = members as Json
  const resolvers = json.resolvers as { type: string }[]
  return versioned({
    objectType: 'AttributeDefinition',
    id: identify(object.key),
    type: 'ATTRIBUTE',
    name: json.name,
    fullName: object.name,
    description: json.description,
    parentId: (json.parent as Json | undefined)?.id ?? null,
    numberOfChildren: null,
    valueProcessor: null,
    valueType: (json.valueType as Json).type,
    resolvers: resolvers
      .filter(({ type }) => type === 'REQUEST')
      .map(() => ({
        attributeResolverType: 'request',
        condition: { empty: {} },
        valueProcessor: null,
        name: null,
      })),
    defaultValue: json.defaultValue ?? null,
    repetitionSource: null,
    valueSchema: null,
  })
}

function statement(
  object: DesiredObject,
  members: ResolvedMembers,
  identify: (key: string) => string,
): Entry {
  const json = members as Json
  return versioned({
    id: identify(object.key),
    type: 'Statement',
    name: json.name,
    shared: false,
    description: json.description,
    code: json.code,
    appliesTo: json.appliesTo,
    appliesIf: json.appliesIf,
    payload: json.payload,
    obligatory: json.obligatory,
    attributes: (json.attributes as Json[]).map(({ id }) => id),
    services: [],
  })
}

type Collected = {
  conditions: Entry[]
  rules: Entry[]
  policies: Entry[]
  policySets: Entry[]
  identify: (key: string) => string
}

/** Adds a policy and all below it; in the file, policies hold rules and policy sets hold policies. */
function collect(policy: Json, path: string, into: Collected): { id: string; type: 'Policy' | 'PolicySet' } {
  const children = policy.children as Json[]
  const isSet = children.some(({ type }) => type === 'POLICY')
  const entry = {
    id: into.identify(`policy ${path}`),
    type: isSet ? 'PolicySet' : 'Policy',
    targets: [],
    combiningAlgorithm: { algorithm: camel(String((policy.combiningAlgorithm as Json).algorithm), true) },
    name: policy.name,
    description: policy.description ?? '',
    shared: false,
    disabled: false,
    children: children.map((child) => {
      const below = `${path} / ${child.name}`
      if (child.type === 'POLICY') return collect(child, below, into)
      if (!isSet) return { id: collectRule(child, below, into), type: 'Rule' }
      const wrapper = {
        name: child.name,
        combiningAlgorithm: { algorithm: 'FIRST_APPLICABLE' },
        children: [child],
      }
      return collect(wrapper, below, into)
    }),
    repetitionSettings: null,
    statements: [],
    condition: policy.condition ? referTo(policy.condition as Json, path, into) : { empty: {} },
  }
  ;(isSet ? into.policySets : into.policies).push(versioned(entry))
  return { id: entry.id, type: isSet ? 'PolicySet' : 'Policy' }
}

function collectRule(rule: Json, path: string, into: Collected): string {
  const id = into.identify(`rule ${path}`)
  const effect = rule.effectSettings as { type: string; condition?: Json }
  into.rules.push(
    versioned({
      id,
      type: 'Rule',
      targets: [],
      name: rule.name,
      description: '',
      shared: false,
      disabled: false,
      statements: ((rule.statements ?? []) as Json[]).map((item) => item.id),
      effectSettings: effectSettings(effect, path, into),
      condition: rule.condition ? referTo(rule.condition as Json, path, into) : { empty: {} },
    }),
  )
  return id
}

function effectSettings(effect: { type: string; condition?: Json }, path: string, into: Collected): Json {
  if (effect.condition === undefined) return { type: camel(effect.type, false) }
  // "Permit only if" is known in the format by its mirror image alone.
  const condition = { not: { condition: referTo(effect.condition, `${path} (effect)`, into) } }
  return { type: 'conditionalDenyElsePermit', condition }
}

/** Rules refer to named conditions. */
function referTo(condition: Json, path: string, into: Collected): Json {
  const id = into.identify(`condition ${path}`)
  into.conditions.push(
    versioned({
      objectType: 'ConditionDefinition',
      id,
      type: 'CONDITION',
      name: path,
      fullName: path,
      description: '',
      parentId: null,
      numberOfChildren: null,
      condition: translate(condition),
    }),
  )
  return { reference: { id } }
}

function translate(condition: Json): Json {
  switch (condition.type) {
    case 'AND':
    case 'OR': {
      const conditions = (condition.conditions as Json[]).map(translate)
      return { [String(condition.type).toLowerCase()]: { conditions } }
    }
    case 'NOT':
      return { not: { condition: translate(condition.condition as Json) } }
    default: {
      const { left, comparator, right } = condition as { left: Json; comparator: string; right: Json }
      return {
        comparison: {
          left: { attribute: { id: left.id } },
          op: camel(comparator, true),
          right: { constant: { value: right.value } },
        },
      }
    }
  }
}

/** DENY_OVERRIDES as DenyOverrides or denyOverrides. */
function camel(constant: string, isCapital: boolean): string {
  const words = constant.toLowerCase().split('_')
  return words
    .map((word, index) =>
      index === 0 && !isCapital ? word : `${word.charAt(0).toUpperCase()}${word.slice(1)}`,
    )
    .join('')
}

const versioned = (entry: Json): Json => ({ ...entry, version: uuid(JSON.stringify(entry)) })

/** A name-based UUID in the form of version 8 (RFC 9562 section 5.8). */
function uuid(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-')
}
