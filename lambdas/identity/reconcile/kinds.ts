// The kinds of objects, in the order in which they depend on each other.
import { generateKeyPairSync } from 'node:crypto'
import { connectors } from '../desired-state/approval-flow/connectors.ts'
import type { KindName } from '../desired-state/desired-object.ts'
import { carriesOwnershipMark } from '../desired-state/ownership.ts'
import { PingOneRefusedError, PingOneUnavailableError } from './errors.ts'
import { type CreateCall, idOf, idWithin, type Kind, type ResolvedMembers } from './kind.ts'
import type { Live, ManagementClient } from './management-client.ts'

const byName = (live: Live, wanted: ResolvedMembers) => live.name === wanted.name
const description = (live: Live) => live.description
const ownName = (live: Live) => live.name
const within = (wanted: ResolvedMembers, member: string) => idWithin(wanted as Live, member)

// Objects of the policy editor are changed with their id and the version that was read.
const edited = { readOnly: ['fullName', 'managedEntity', '_embedded'], repeated: ['id', 'version'] } as const

const flowDeployment = 'application/vnd.pingidentity.flow.deploy+json'

export const kinds: readonly Kind[] = [
  {
    name: 'role',
    title: 'administrator role',
    path: () => '//roles',
    collection: 'roles',
    ownershipWords: 'parent',
    matches: byName,
    async expand(client, listed) {
      // Custom roles are the environment's; a tenant without the feature has none.
      const custom = await client.list('roles', 'roles').catch((error: unknown) => {
        if (error instanceof PingOneRefusedError) return []
        throw error
      })
      const known = new Set(listed.map(({ id }) => id))
      return [...listed, ...custom.filter(({ id }) => !known.has(id))]
    },
  },
  {
    name: 'customRole',
    title: 'custom role',
    path: () => 'roles',
    collection: 'roles',
    ownershipWords: description,
    matches: byName,
    readOnly: ['type', 'canAssign'],
  },
  {
    name: 'group',
    title: 'group',
    path: () => 'groups',
    collection: 'groups',
    ownershipWords: description,
    matches: byName,
    readOnly: ['displayName', 'sourceId', 'sourceType', 'directMemberCounts', 'totalMemberCounts'],
  },
  {
    name: 'signOnPolicy',
    title: 'sign-on policy',
    path: () => 'signOnPolicies',
    collection: 'signOnPolicies',
    ownershipWords: description,
    matches: byName,
  },
  {
    name: 'signOnAction',
    title: 'sign-on action',
    parent: 'signOnPolicy',
    path: (parent) => `signOnPolicies/${parent}/actions`,
    collection: 'actions',
    ownershipWords: 'parent',
    matches: (live, wanted) => live.type === wanted.type,
    readOnly: ['signOnPolicy'],
    isRemovable: () => true,
  },
  {
    name: 'resource',
    title: 'resource',
    path: () => 'resources',
    collection: 'resources',
    ownershipWords: description,
    // The audience is what tokens carry; the name is only what the console shows.
    matches: (live, wanted) =>
      wanted.type === 'CUSTOM'
        ? live.audience === wanted.audience || live.name === wanted.name
        : live.type === wanted.type,
    readOnly: ['clientId', 'clientSecret'],
  },
  {
    name: 'scope',
    title: 'scope',
    parent: 'resource',
    path: (parent) => `resources/${parent}/scopes`,
    collection: 'scopes',
    ownershipWords: 'parent',
    matches: byName,
    readOnly: ['resource'],
    isRemovable: () => true,
  },
  {
    name: 'claim',
    title: 'claim',
    parent: 'resource',
    path: (parent) => `resources/${parent}/attributes`,
    collection: 'attributes',
    ownershipWords: 'parent',
    matches: byName,
    readOnly: ['resource'],
    // `sub` is there from the beginning and stays.
    comesWithParent: true,
    isRemovable: (live) => live.type !== 'CORE' && live.type !== 'PREDEFINED',
  },
  {
    name: 'application',
    title: 'application',
    path: () => 'applications',
    collection: 'applications',
    ownershipWords: description,
    matches: byName,
    readOnly: ['clientId', 'clientSecret', 'signing', 'tags'],
    immutable: ['type', 'protocol'],
    create: (client, body, { path, ...call }) =>
      client.post(
        path,
        {
          ...body,
          // A new worker must not inherit the roles of the one that makes it.
          ...(body.type === 'WORKER' ? { assignActorRoles: false } : {}),
          // PingOne wants a key, and nobody has one yet.
          ...(body.tokenEndpointAuthMethod === 'PRIVATE_KEY_JWT' && !body.jwks ? { jwks: unheldKeys() } : {}),
        },
        call,
      ),
  },
  {
    name: 'grant',
    title: 'grant',
    parent: 'application',
    path: (parent) => `applications/${parent}/grants`,
    collection: 'grants',
    ownershipWords: 'parent',
    matches: (live, wanted) => idWithin(live, 'resource') === within(wanted, 'resource'),
    readOnly: ['application'],
    isRemovable: () => true,
  },
  {
    name: 'roleAssignment',
    title: 'role assignment',
    parent: 'application',
    path: (parent) => `applications/${parent}/roleAssignments`,
    collection: 'roleAssignments',
    ownershipWords: 'parent',
    matches: (live, wanted) =>
      idWithin(live, 'role') === within(wanted, 'role') &&
      idWithin(live, 'scope') === within(wanted, 'scope'),
    isImmutable: true,
    isRemovable: (live) => live.readOnly !== true,
    changesRights: true,
  },
  {
    name: 'signOnPolicyAssignment',
    title: 'sign-on policy assignment',
    parent: 'application',
    path: (parent) => `applications/${parent}/signOnPolicyAssignments`,
    collection: 'signOnPolicyAssignments',
    ownershipWords: 'parent',
    matches: (live, wanted) => idWithin(live, 'signOnPolicy') === within(wanted, 'signOnPolicy'),
    readOnly: ['application'],
    isRemovable: () => true,
  },
  {
    name: 'attribute',
    title: 'Trust Framework attribute',
    path: () => 'authorizationAttributes',
    collection: 'authorizationAttributes',
    query: 'limit=500',
    ownershipWords: description,
    // The same name may stand under different parents.
    matches: (live, wanted) =>
      byName(live, wanted) && (idWithin(live, 'parent') ?? '') === (within(wanted, 'parent') ?? ''),
    unwanted: ['processor', 'defaultValue', 'repetitionSource', 'condition'],
    ...edited,
  },
  {
    name: 'service',
    title: 'Trust Framework service',
    path: () => 'authorizationServices',
    collection: 'authorizationServices',
    query: 'limit=500',
    ownershipWords: description,
    matches: byName,
    ...edited,
  },
  {
    name: 'statement',
    title: 'policy statement',
    path: () => 'authorizationStatements',
    collection: 'authorizationStatements',
    query: 'limit=500',
    ownershipWords: description,
    matches: byName,
    ...edited,
  },
  {
    name: 'policy',
    title: 'policy',
    path: () => 'authorizationPolicies',
    collection: 'authorizationPolicies',
    query: 'limit=500',
    ownershipWords: description,
    matches: byName,
    expand: withChildPolicies,
    // A condition more, and a rule that denies does not apply any more.
    unwanted: ['condition', 'statements', 'repetitionSettings'],
    // POLICY and RULE are demanded in a write and may be missing from a read.
    isHidden: ({ path, live }) => live === undefined && /(^|\.)type$/.test(path),
    ...edited,
  },
  {
    name: 'taggedVersion',
    title: 'tagged policy version',
    path: () => 'authorizationVersions',
    collection: 'authorizationVersions',
    query: 'filter=tag%20pr',
    ownershipWords: tagDescription,
    matches: (live, wanted) => tagDescription(live) === tagDescription(wanted as Live),
    isImmutable: true,
    create: tagNewestVersion,
    // Versions are PingOne's history; only the tag is ours.
    remove: (client, live, path) => client.delete(`${path}/${idOf(live)}/tag`),
  },
  {
    name: 'decisionEndpoint',
    title: 'decision endpoint',
    path: () => 'decisionEndpoints',
    collection: 'decisionEndpoints',
    ownershipWords: description,
    matches: byName,
    readOnly: ['owned', 'provenance', 'recentDecisions', 'recentDecisionsEnabled'],
    // A PUT was seen to answer 200 and to keep the old policy.
    afterWrite: (client, live) => client.get(`decisionEndpoints/${idOf(live)}`, { isFresh: true }),
  },
  {
    name: 'notificationTemplate',
    title: 'notification template',
    path: () => 'templates/general/contents',
    collection: 'contents',
    ownershipWords: (live) => live.body,
    matches: (live, wanted) =>
      live.variant === wanted.variant &&
      live.locale === wanted.locale &&
      live.deliveryMethod === wanted.deliveryMethod,
    readOnly: ['default'],
  },
  {
    name: 'notificationPolicy',
    title: 'notification policy',
    path: () => 'notificationsPolicies',
    collection: 'notificationsPolicies',
    ownershipWords: ownName,
    matches: byName,
  },
  {
    name: 'form',
    title: 'form',
    path: () => 'forms',
    collection: 'forms',
    ownershipWords: description,
    matches: byName,
    readOnly: ['created', 'modified', 'fieldTypes', 'readOnly'],
  },
  {
    name: 'connectorInstance',
    title: 'DaVinci connector',
    path: () => 'connectorInstances',
    collection: 'connectorInstances',
    ownershipWords: ownName,
    // One that may be made is wanted with a name. The others have credentials, which MyHotels gives to none.
    matches: (live, wanted) =>
      idWithin(live, 'connector') === within(wanted, 'connector') &&
      (wanted.name !== undefined || !carriesOwnershipMark(live.name)),
    choose: preferPingOnesOwn,
    whenMissing:
      'Add it in DaVinci, Connectors, with the credentials of a worker application of this environment (PingOne makes one, "PingOne DaVinci Connection"), and run again.',
    readOnly: ['metadata'],
  },
  {
    name: 'flow',
    title: 'DaVinci flow',
    path: () => 'flows',
    collection: 'flows',
    ownershipWords: description,
    matches: byName,
    readOne: true,
    readOnly: [
      'connectors',
      'currentVersion',
      'publishedVersion',
      'deployedAt',
      'dvlinterErrorCount',
      'dvlinterWarningCount',
      'enabled',
    ],
    // An export shows it, the API's schema does not know it: the trigger says the same.
    isHidden: ({ path, live }) => live === undefined && path === 'settings.cibaFlow',
    findMore: (live) =>
      isDeployed(live)
        ? []
        : [{ path: 'publishedVersion', live: live.publishedVersion, wanted: 'the latest' }],
    // Saving makes a draft; the policy runs what is deployed.
    async afterWrite(client, live) {
      await client.post(
        `flows/${idOf(live)}`,
        {},
        { mediaType: flowDeployment, isFresh: true, recover: 'repeatable' },
      )
      return client.get(`flows/${idOf(live)}`)
    },
  },
  {
    name: 'davinciApplication',
    title: 'DaVinci application',
    path: () => 'davinciApplications',
    collection: 'davinciApplications',
    ownershipWords: ownName,
    matches: byName,
  },
  {
    name: 'flowPolicy',
    title: 'DaVinci flow policy',
    parent: 'davinciApplication',
    path: (parent) => `davinciApplications/${parent}/flowPolicies`,
    collection: 'flowPolicies',
    ownershipWords: 'parent',
    matches: byName,
    readOnly: ['application'],
    isRemovable: () => true,
  },
  {
    name: 'flowPolicyAssignment',
    title: 'flow policy assignment',
    parent: 'application',
    path: (parent) => `applications/${parent}/flowPolicyAssignments`,
    collection: 'flowPolicyAssignments',
    ownershipWords: 'parent',
    matches: (live, wanted) => idWithin(live, 'flowPolicy') === within(wanted, 'flowPolicy'),
    readOnly: ['application'],
    isRemovable: () => true,
  },
]

let unheld: string | undefined

/** A key set whose private key was thrown away: nobody authenticates with it, until the deployment registers others. */
function unheldKeys(): string {
  unheld ??= JSON.stringify({
    keys: [
      {
        ...generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' }),
        ...{ kid: 'nobody', use: 'sig', alg: 'RS256' },
      },
    ],
  })
  return unheld
}

const byKindName = new Map(kinds.map((kind) => [kind.name, kind]))

export function kindNamed(name: KindName): Kind {
  const kind = byKindName.get(name)
  if (kind === undefined) throw new Error(`There is no kind ${name}`)
  return kind
}

/** The instances that PingOne makes along with DaVinci have the same ids in every environment. */
const pingOnesOwn: readonly unknown[] = Object.values(connectors).map(({ instanceId }) => instanceId)

/** Several instances of a connector: PingOne's own, or the only one that MyHotels did not make. */
function preferPingOnesOwn(candidates: Live[]): Live | undefined {
  const own = candidates.find(({ id }) => pingOnesOwn.includes(id))
  const others = candidates.filter((live) => !carriesOwnershipMark(live.name))
  return own ?? (others.length === 1 ? others[0] : undefined)
}

function tagDescription(live: Live): unknown {
  const tag = live.tag
  return tag !== null && typeof tag === 'object' ? (tag as Live).description : undefined
}

function isDeployed(flow: Live): boolean {
  if (typeof flow.publishedVersion !== 'number') return flow.deployedAt !== undefined
  return typeof flow.currentVersion !== 'number' || flow.publishedVersion >= flow.currentVersion
}

/** The list may show roots alone, whose children are policies or references to them. */
async function withChildPolicies(client: ManagementClient, listed: Live[]): Promise<Live[]> {
  const known = new Set(listed.map(({ id }) => id))
  const children: Live[] = []
  for (const root of listed) {
    for (const child of Array.isArray(root.children) ? (root.children as Live[]) : []) {
      const id = idWithin(child, 'value')
      if (child.type !== 'POLICY' || typeof id !== 'string' || known.has(id)) continue
      known.add(id)
      children.push(await client.get(`authorizationPolicies/${encodeURIComponent(id)}`))
    }
  }
  return [...listed, ...children]
}

/** An endpoint takes tagged versions only; every write to the editor makes a version, the newest holds them all. */
async function tagNewestVersion(
  client: ManagementClient,
  body: ResolvedMembers,
  { path }: CreateCall,
): Promise<Live> {
  const newest = await newestVersion(client, path)
  if (newest === undefined) throw new PingOneUnavailableError('the list of policy versions', 'it is empty')
  const tag = await client.put(`${path}/${idOf(newest)}/tag`, body.tag, { isFresh: true })
  return { ...newest, tag }
}

async function newestVersion(client: ManagementClient, path: string): Promise<Live | undefined> {
  const read = (pages: number) =>
    client.list(`${path}?limit=200`, 'authorizationVersions', { pages }).then(newestOf)
  const first = await read(1)
  // The order of the history is not documented. Newest first, one page is enough.
  return first.isAscending ? (await read(Number.POSITIVE_INFINITY)).version : first.version
}

function newestOf(versions: Live[]): { version: Live | undefined; isAscending: boolean } {
  const time = (version: Live | undefined) => String(version?.createdAt ?? '')
  const isAscending = time(versions[0]) < time(versions.at(-1))
  let newest = versions[0]
  for (const version of versions) {
    // Several writes may fall into one millisecond: the order of the list then decides.
    if (time(version) > time(newest) || (isAscending && time(version) === time(newest))) newest = version
  }
  return { version: newest, isAscending }
}
