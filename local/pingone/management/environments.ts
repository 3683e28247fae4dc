// The environment itself, its products, and the organization's licence.
import * as z from 'zod'
import { notFound } from './api-error.ts'
import { parseBody } from './body.ts'
import { page, present } from './hal.ts'
import type { ManagementContext, Operation } from './operation.ts'

const productTypes = [
  'PING_ONE_BASE',
  'PING_ONE_MFA',
  'PING_ONE_DAVINCI',
  'PING_ONE_AUTHORIZE',
  'PING_ONE_RISK',
  'PING_ONE_VERIFY',
  'PING_ONE_CREDENTIALS',
  'PING_ONE_FRAUD',
  'PING_ONE_PROVISIONING',
  'PING_ONE_ID',
  'PING_FEDERATE',
  'PING_ACCESS',
  'PING_DIRECTORY',
  'PING_AUTHORIZE',
  'PING_ID',
  'PING_INTELLIGENCE',
  'PING_CENTRAL',
] as const

const billOfMaterialsSchema = z.strictObject({
  products: z
    .array(z.looseObject({ type: z.enum(productTypes) }))
    .min(1)
    .max(100),
  solutionType: z.enum(['WORKFORCE', 'CUSTOMER', 'CIAM_TRIAL', 'WF_TRIAL']).optional(),
})

export function environments(context: ManagementContext): Operation[] {
  const { environment } = context
  const path = `/environments/${environment.id}`
  const facts = () =>
    (environment.values.environment ?? {}) as {
      name?: string
      region?: string
      licenseId?: string
      createdAt?: string
    }
  const licenseId = () => facts().licenseId ?? environment.organizationId
  const createdAt = () => facts().createdAt ?? new Date(0).toISOString()

  const showEnvironment = () => {
    const { environment: _, ...members } = present(context, path, {
      id: environment.id,
      name: facts().name ?? 'MyHotels',
      type: 'SANDBOX',
      region: facts().region ?? 'EU',
      status: 'ACTIVE',
      organization: { id: environment.organizationId },
      license: { id: licenseId() },
      createdAt: createdAt(),
      updatedAt: createdAt(),
    }) as Record<string, unknown>
    return members
  }
  const showBillOfMaterials = () => ({
    status: 200,
    body: present(context, `${path}/billOfMaterials`, {
      products: environment.billOfMaterials.map((type) => ({ id: productId(environment.id, type), type })),
      solutionType: 'CUSTOMER',
      createdAt: createdAt(),
      updatedAt: createdAt(),
    }),
  })
  const showLicense = () => ({
    _links: {
      self: {
        href: `${context.baseUrl}/organizations/${environment.organizationId}/licenses/${licenseId()}`,
      },
    },
    id: licenseId(),
    name: 'MyHotels',
    package: 'TRIAL',
    status: 'ACTIVE',
    organization: { id: environment.organizationId },
    beginsAt: createdAt(),
  })
  const requireOrganization = (id: string | undefined) => {
    if (id !== environment.organizationId) throw notFound()
  }

  return [
    {
      method: 'GET',
      path: '/environments',
      right: 'environment:read',
      handle: ({ query }) => ({
        status: 200,
        body: page(
          context,
          [{ id: environment.id }],
          { path: '/environments', query, embedded: 'environments' },
          () => showEnvironment(),
        ),
      }),
    },
    {
      method: 'GET',
      path: '/environments/{environmentID}',
      right: 'environment:read',
      handle: () => ({ status: 200, body: showEnvironment() }),
    },
    {
      method: 'GET',
      path: '/environments/{environmentID}/billOfMaterials',
      right: 'environment:read',
      handle: showBillOfMaterials,
    },
    {
      method: 'PUT',
      path: '/environments/{environmentID}/billOfMaterials',
      right: 'environment:write',
      handle(call) {
        const { products } = parseBody(billOfMaterialsSchema, call.body)
        const types = new Set<string>(products.map(({ type }) => type))
        environment.billOfMaterials.splice(0, Number.POSITIVE_INFINITY, ...types)
        environment.changed()
        return showBillOfMaterials()
      },
    },
    {
      method: 'GET',
      path: '/organizations/{organizationID}/licenses',
      right: 'environment:read',
      handle({ query, variables, path: at }) {
        requireOrganization(variables.organizationID)
        return {
          status: 200,
          body: page(context, [{ id: licenseId() }], { path: at, query, embedded: 'licenses' }, showLicense),
        }
      },
    },
  ]
}

/** A product's id is stable within its environment. */
function productId(environmentId: string, type: string): string {
  const number = productTypes.indexOf(type as (typeof productTypes)[number]) + 1
  return `${environmentId.slice(0, 24)}${number.toString(16).padStart(12, '0')}`
}
