// What a fresh PingOne environment contains before anyone configures it, and the worker that may configure it.
import { randomUUID } from 'node:crypto'
import { type Clock, systemClock } from '../../../lambdas/clock.ts'
import type { PingOneEnvironment, Stored } from '../environment.ts'
import { coreApplicationAttribute } from './applications/attributes.ts'
import { seedRootPolicy } from './authorize/framework.ts'
import { callingBack, readyInstances } from './davinci/connectors.ts'
import type { ManagementContext } from './operation.ts'
import { coreResourceAttribute } from './resources/attributes.ts'
import { roles } from './rights.ts'
import { newSecret } from './secret.ts'

/** The roles that configuring MyHotels takes; with the last the decision callers get a narrow role. */
const workerRoles = [
  'Environment Admin',
  'Identity Data Admin',
  'Client Application Developer',
  'DaVinci Admin',
  'Custom Roles Admin',
]

/** What the worker of DaVinci's own connector instances may do. */
const connectionRoles = ['Identity Data Admin', 'Environment Admin']

export type SeedOptions = {
  /** The worker that configures the environment; its id and secret are chosen outside, as they are kept there. */
  worker: { clientId: string; clientSecret: string }
  clock?: Clock
  region?: string
  /** The roles of the worker by name; all that MyHotels needs by default. */
  roles?: readonly string[]
}

/** Fills a new environment. One that holds anything already is left as it is. */
export function seedEnvironment(environment: PingOneEnvironment, options: SeedOptions): void {
  if (!environment.isNew) return
  const clock = options.clock ?? systemClock
  let latest = 0
  const timestamp = () => {
    latest = Math.max(latest + 1, clock())
    return new Date(latest).toISOString()
  }
  const item = (members: object, id: string = randomUUID()): Stored => {
    const createdAt = timestamp()
    return { id, ...members, createdAt, updatedAt: createdAt }
  }

  environment.values.environment = {
    name: 'MyHotels',
    region: options.region ?? 'EU',
    licenseId: randomUUID(),
    createdAt: timestamp(),
  }
  environment.values.keyRotationPolicyId = randomUUID()
  environment.values.defaultThemeId = randomUUID()
  environment.put(
    'populations',
    item({ name: 'Default', description: 'The default population', default: true }),
  )
  seedSignOnPolicies(environment, item)
  environment.put(
    'notificationsPolicies',
    item({ name: 'Default Notification Policy', default: true, quotas: [] }),
  )
  seedResources(environment, item)
  // The part of the API's context that the root policy needs; the API itself starts later.
  seedRootPolicy({ environment, clock, newId: () => randomUUID(), timestamp } as unknown as ManagementContext)
  seedWorker(
    environment,
    { name: 'Setup Worker', ...options.worker, roles: options.roles ?? workerRoles },
    item,
  )
  seedConnectorInstances(environment, item, options.region ?? 'EU')
  for (const { id } of environment.list('resources')) environment.secrets[id] = { secret: newSecret() }
  environment.changed()
}

type Item = (members: object, id?: string) => Stored

function seedSignOnPolicies(environment: PingOneEnvironment, item: Item): void {
  const single = item({
    name: 'Single_Factor',
    description: 'A sign-on policy with one factor',
    default: true,
  })
  const multi = item({
    name: 'Multi_Factor',
    description: 'A sign-on policy with two factors',
    default: false,
  })
  environment.put('signOnPolicies', single)
  environment.put('signOnPolicies', multi)
  const login = (policy: Stored) =>
    item({
      type: 'LOGIN',
      priority: 1,
      recovery: { enabled: true },
      registration: { enabled: false },
      signOnPolicy: { id: policy.id },
    })
  environment.putChild('actions', single.id, login(single))
  environment.putChild('actions', multi.id, login(multi))
  environment.putChild(
    'actions',
    multi.id,
    item({
      type: 'MULTI_FACTOR_AUTHENTICATION',
      priority: 2,
      email: { enabled: true },
      noDevicesMode: 'BYPASS',
      signOnPolicy: { id: multi.id },
    }),
  )
}

function seedResources(environment: PingOneEnvironment, item: Item): void {
  const resource = (members: object, scopes: readonly string[]) => {
    const stored = item({
      accessTokenValiditySeconds: 3600,
      introspectEndpointAuthMethod: 'NONE',
      ...members,
    })
    environment.put('resources', stored)
    for (const name of scopes) {
      const scope = item({ name, resource: { id: stored.id } })
      environment.putChild('scopes', stored.id, scope)
    }
    return stored
  }
  const openid = resource({ name: 'openid', type: 'OPENID_CONNECT' }, [
    'openid',
    'profile',
    'email',
    'address',
    'phone',
    'offline_access',
  ])
  environment.putChild(
    'attributes',
    openid.id,
    coreResourceAttribute(randomUUID(), openid.id, String(openid.createdAt)),
  )
  const predefined = {
    given_name: 'user.name.given',
    family_name: 'user.name.family',
    name: 'user.name.formatted',
    email: 'user.email',
    preferred_username: 'user.username',
  }
  for (const [name, path] of Object.entries(predefined)) {
    const value = `\${${path}}`
    const members = {
      name,
      value,
      type: 'PREDEFINED',
      idToken: false,
      userInfo: true,
      resource: { id: openid.id },
    }
    environment.putChild('attributes', openid.id, item(members))
  }
  resource({ name: 'PingOne API', type: 'PINGONE_API', audience: 'https://api.pingone.com' }, [
    'p1:read:user',
    'p1:update:user',
    'p1:reset:userPassword',
    'p1:validate:userPassword',
  ])
}

/** DaVinci's own instances; those that call back into the environment have a worker that PingOne makes for them. */
function seedConnectorInstances(environment: PingOneEnvironment, item: Item, region: string): void {
  const worker = { clientId: randomUUID(), clientSecret: newSecret() }
  seedWorker(environment, { name: 'PingOne DaVinci Connection', ...worker, roles: connectionRoles }, item)
  const properties = { envId: environment.id, ...worker, region }
  for (const { connectorId, instanceId, name } of readyInstances) {
    const callsBack = callingBack.has(connectorId)
    environment.put(
      'connectorInstances',
      item({ name, connector: { id: connectorId }, ...(callsBack ? { properties } : {}) }, instanceId),
    )
  }
}

function seedWorker(
  environment: PingOneEnvironment,
  worker: { name: string; clientId: string; clientSecret: string; roles: readonly string[] },
  item: Item,
): void {
  const application = item(
    {
      name: worker.name,
      enabled: true,
      type: 'WORKER',
      protocol: 'OPENID_CONNECT',
      grantTypes: ['CLIENT_CREDENTIALS'],
      tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC',
      pkceEnforcement: 'OPTIONAL',
      refreshTokenDuration: 2_592_000,
      additionalRefreshTokenReplayProtectionEnabled: true,
      requestScopesForMultipleResourcesEnabled: false,
      parRequirement: 'OPTIONAL',
      parTimeout: 60,
    },
    worker.clientId,
  )
  environment.put('applications', application)
  environment.secrets[worker.clientId] = { secret: worker.clientSecret }
  const createdAt = String(application.createdAt)
  environment.putChild(
    'attributes',
    worker.clientId,
    coreApplicationAttribute(randomUUID(), worker.clientId, createdAt),
  )
  for (const name of worker.roles) {
    const role = roles.find((each) => each.name === name)
    if (!role) throw new Error(`There is no role "${name}".`)
    environment.putChild(
      'roleAssignments',
      worker.clientId,
      item({
        role: { id: role.id },
        scope: { id: environment.id, type: 'ENVIRONMENT' },
        readOnly: false,
      }),
    )
  }
}
