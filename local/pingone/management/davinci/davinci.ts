// DaVinci: connectors and their instances, flows, DaVinci applications and flow policies.
import { randomBytes } from 'node:crypto'
import * as z from 'zod'
import type { Stored } from '../../environment.ts'
import { invalidValue, notFound, requestFailed } from '../api-error.ts'
import { collectionOperations, type Members } from '../collection.ts'
import { page, present } from '../hal.ts'
import { type Call, type ManagementContext, newDaVinciId, type Operation } from '../operation.ts'
import { type Connector, connectors } from './connectors.ts'
import { davinciName, flows, triggerConfigurationSchema } from './flows.ts'

const rights = { read: 'davinci:read', write: 'davinci:write' } as const
const product = 'PING_ONE_DAVINCI' as const

export function davinci(context: ManagementContext): Operation[] {
  return [
    ...connectorCatalogue(context),
    ...connectorInstances(context),
    ...flows(context),
    ...davinciApplications(context),
    ...flowPoliciesOfApplications(context),
    ...flowPoliciesOfPingOne(context),
  ]
}

function connectorCatalogue(context: ManagementContext): Operation[] {
  const path = '/environments/{environmentID}/connectors'
  const at = `/environments/${context.environment.id}/connectors`
  const show = ({ type, ...connector }: Connector) =>
    present(context, `${at}/${connector.id}`, {
      ...connector,
      version: '1.0.0',
      metadata: { type, colors: {}, logos: {} },
      createdAt: new Date(0).toISOString(),
    })
  return [
    {
      method: 'GET',
      path,
      right: rights.read,
      product,
      handle: ({ query }) => ({
        status: 200,
        body: page(context, connectors, { path: at, query, embedded: 'connectors' }, show),
      }),
    },
    {
      method: 'GET',
      path: `${path}/{connectorID}`,
      right: rights.read,
      product,
      handle({ variables }) {
        const connector = connectors.find(({ id }) => id === variables.connectorID)
        if (!connector) throw notFound()
        return { status: 200, body: show(connector) }
      },
    },
  ]
}

function connectorInstances(context: ManagementContext): Operation[] {
  const { environment } = context
  return collectionOperations(context, {
    path: '/environments/{environmentID}/connectorInstances',
    variable: 'connectorInstanceID',
    collection: 'connectorInstances',
    rights,
    product,
    newId: newDaVinciId,
    // Properties are stored whatever they are called: what a connector does not know shows when a flow runs.
    schema: z.strictObject({
      name: davinciName,
      connector: z.looseObject({ id: z.string() }),
      properties: z.record(z.string(), z.unknown()).optional(),
    }),
    readOnly: ['metadata'],
    members(input, _call, existing) {
      // The official provider replaces an instance with an empty id.
      const id = input.connector.id || (existing?.connector as { id: string } | undefined)?.id
      if (!connectors.some((connector) => connector.id === id)) {
        throw invalidValue('connector.id', 'there is no such connector')
      }
      if (existing && (existing.connector as { id: string }).id !== id) {
        throw invalidValue('connector.id', 'cannot be changed')
      }
      return { ...input, connector: { id } }
    },
    show: ({ properties, ...instance }) => ({
      ...instance,
      ...(properties === undefined ? {} : { properties: withoutSecrets(properties as Members) }),
    }),
    deleting(instance) {
      const user = environment
        .list('flows')
        .find((flow) => JSON.stringify(flow.graphData ?? {}).includes(`"connectionId":"${instance.id}"`))
      if (user) throw requestFailed(`The connector instance is used by the flow ${user.id}.`)
    },
    links: (instance) => ({
      'connectorInstance.clone': `/environments/${environment.id}/connectorInstances/${instance.id}`,
    }),
  })
}

/** As PingOne shows them: a secret can be written and not be read. */
function withoutSecrets(properties: Members): Members {
  const hide = (value: unknown) =>
    value !== null && typeof value === 'object' && 'value' in value ? { ...value, value: hidden } : hidden
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [name, /secret$/i.test(name) ? hide(value) : value]),
  )
}

const hidden = '******'

const applicationSchema = z.strictObject({
  name: davinciName,
  apiKey: z.looseObject({ enabled: z.boolean().optional() }).optional(),
  oauth: z
    .looseObject({
      enforceSignedRequestOpenid: z.boolean().optional(),
      grantTypes: z.array(z.enum(['authorizationCode', 'clientCredentials', 'implicit'])).optional(),
      scopes: z.array(z.enum(['flow_analytics', 'offline_access', 'openid', 'profile'])).optional(),
      redirectUris: z.array(z.string()).optional(),
      logoutUris: z.array(z.string()).optional(),
      spJwksOpenid: z.string().optional(),
      spjwksUrl: z.string().optional(),
    })
    .optional(),
})
type Keys = { apiKey?: { enabled: boolean; value: string }; oauth?: { clientSecret: string } }
const newKey = () => randomBytes(32).toString('hex')

function davinciApplications(context: ManagementContext): Operation[] {
  const { environment } = context
  const path = '/environments/{environmentID}/davinciApplications'
  const applicationPath = (id: string) => `/environments/${environment.id}/davinciApplications/${id}`
  const links = ({ id }: Stored) => ({
    flowPolicies: `${applicationPath(id)}/flowPolicies`,
    'davinciApplication.rotateKey': `${applicationPath(id)}/key`,
    'davinciApplication.rotateSecret': `${applicationPath(id)}/secret`,
  })
  const rotate = (name: 'key' | 'secret', change: (item: Stored) => Stored): Operation => ({
    method: 'POST',
    path: `${path}/{davinciApplicationID}/${name}`,
    mediaTypes: [
      `application/vnd.pingidentity.davinciApplication.rotate${name === 'key' ? 'Key' : 'Secret'}+json`,
    ],
    right: rights.write,
    product,
    handle(call) {
      const item = environment.get('davinciApplications', call.variables.davinciApplicationID ?? '')
      if (!item) throw notFound()
      const changed = { ...change(item), updatedAt: context.timestamp() }
      environment.put('davinciApplications', changed)
      return { status: 200, body: present(context, applicationPath(item.id), changed, links(item)) }
    },
  })
  return [
    ...collectionOperations(context, {
      path,
      variable: 'davinciApplicationID',
      collection: 'davinciApplications',
      rights,
      product,
      newId: newDaVinciId,
      unique: ['name'],
      schema: applicationSchema,
      members(input, call, existing) {
        if (call.method === 'POST' && (input.apiKey || input.oauth)) {
          throw invalidValue(input.apiKey ? 'apiKey' : 'oauth', 'is set with PUT')
        }
        const { apiKey, oauth } = (existing ?? {}) as Keys
        return {
          name: input.name,
          apiKey: {
            enabled: input.apiKey?.enabled ?? apiKey?.enabled ?? true,
            value: apiKey?.value ?? newKey(),
          },
          oauth: {
            grantTypes: ['authorizationCode'],
            scopes: ['openid', 'profile'],
            redirectUris: [],
            logoutUris: [],
            enforceSignedRequestOpenid: false,
            ...input.oauth,
            clientSecret: oauth?.clientSecret ?? newKey(),
          },
        }
      },
      deleting(item) {
        const policies = environment.list('flowPolicies').filter((policy) => ownerOf(policy) === item.id)
        for (const policy of policies) requireUnassigned(context, policy)
        for (const policy of policies) environment.delete('flowPolicies', policy.id)
      },
      links,
    }),
    rotate('key', (item) => ({ ...item, apiKey: { ...(item.apiKey as object), value: newKey() } })),
    rotate('secret', (item) => ({ ...item, oauth: { ...(item.oauth as object), clientSecret: newKey() } })),
  ]
}

const ownerOf = (policy: Stored): string => (policy.application as { id: string }).id

function requireUnassigned({ environment }: ManagementContext, policy: Stored): void {
  const application = environment
    .list('applications')
    .find(({ id }) =>
      environment
        .children('flowPolicyAssignments', id)
        .some((assignment) => (assignment.flowPolicy as { id: string }).id === policy.id),
    )
  if (application) throw requestFailed(`The flow policy is assigned to the application ${application.id}.`)
}

const distributionSchema = z.strictObject({
  id: z.string().regex(/^[a-zA-Z0-9-_]+$/),
  version: z.int().min(-1),
  ip: z.array(z.string()).optional(),
  successNodes: z.array(z.strictObject({ id: z.string().min(1) })).optional(),
  weight: z.int().min(0).max(100).default(100),
})
const flowPolicySchema = z.strictObject({
  name: davinciName,
  status: z.enum(['enabled', 'disabled']).default('enabled'),
  flowDistributions: z.array(distributionSchema).min(1),
  trigger: z
    .strictObject({
      type: z.literal('AUTHENTICATION'),
      subtype: z.enum(['CIBA']).optional(),
      configuration: triggerConfigurationSchema.optional(),
    })
    .optional(),
})

function flowPoliciesOfApplications(context: ManagementContext): Operation[] {
  const { environment } = context
  return collectionOperations(context, {
    path: '/environments/{environmentID}/davinciApplications/{davinciApplicationID}/flowPolicies',
    variable: 'flowPolicyID',
    collection: 'flowPolicies',
    parent: { collection: 'davinciApplications', variable: 'davinciApplicationID' },
    belongs: (policy, call) => ownerOf(policy) === call.variables.davinciApplicationID,
    rights,
    product,
    newId: newDaVinciId,
    unique: ['name'],
    schema: flowPolicySchema,
    readOnly: ['application'],
    members(input, call) {
      input.flowDistributions.forEach(({ id, version }, index) => {
        const flow = environment.get('flows', id)
        const target = `flowDistributions[${index}]`
        if (!flow) throw invalidValue(`${target}.id`, 'there is no such flow')
        if (version !== -1 && !environment.getChild('flowVersions', id, String(version))) {
          throw invalidValue(`${target}.version`, 'there is no such version of the flow')
        }
        const trigger = flow.trigger as { type?: string; subtype?: string } | undefined
        if (
          input.trigger &&
          (trigger?.type !== 'AUTHENTICATION' || trigger.subtype !== input.trigger.subtype)
        ) {
          throw invalidValue(`${target}.id`, 'the trigger of the flow differs from the trigger of the policy')
        }
      })
      return { ...input, application: { id: call.variables.davinciApplicationID } }
    },
    deleting(policy) {
      requireUnassigned(context, policy)
    },
    listLinks: ({ variables }) => ({
      davinciApplication: `/environments/${environment.id}/davinciApplications/${variables.davinciApplicationID}`,
    }),
    links: (policy) => ({
      davinciApplication: `/environments/${environment.id}/davinciApplications/${ownerOf(policy)}`,
    }),
  })
}

/** PingOne's own view: the policies of flows that PingOne can start. Read only. */
function flowPoliciesOfPingOne(context: ManagementContext): Operation[] {
  const { environment } = context
  const path = '/environments/{environmentID}/flowPolicies'
  const visible = () => environment.list('flowPolicies').filter((policy) => policy.trigger !== undefined)
  const show = (policy: Stored) => {
    const { type, subtype } = policy.trigger as { type: string; subtype?: string }
    const application = ownerOf(policy)
    return present(context, `/environments/${environment.id}/flowPolicies/${policy.id}`, {
      id: policy.id,
      name: policy.name,
      enabled: policy.status === 'enabled',
      application: { id: application, name: environment.get('davinciApplications', application)?.name },
      trigger: { type, ...(subtype ? { subtype } : {}) },
    })
  }
  return [
    {
      method: 'GET',
      path,
      right: 'application:read',
      product,
      handle: (call: Call) => ({
        status: 200,
        body: page(
          context,
          visible(),
          { path: call.path, query: call.query, embedded: 'flowPolicies' },
          show,
        ),
      }),
    },
    {
      method: 'GET',
      path: `${path}/{flowPolicyID}`,
      right: 'application:read',
      product,
      handle(call: Call) {
        const policy = visible().find(({ id }) => id === call.variables.flowPolicyID)
        if (!policy) throw notFound()
        return { status: 200, body: show(policy) }
      },
    },
  ]
}
