// Resources: the protected APIs that tokens are made for.
import * as z from 'zod'
import { invalidValue, requestFailed } from '../api-error.ts'
import { withdrawScopes } from '../applications/grants.ts'
import { collectionOperations } from '../collection.ts'
import type { ManagementContext, Operation } from '../operation.ts'
import { newSecret, secretOperations } from '../secret.ts'
import { coreResourceAttribute, resourceAttributes } from './attributes.ts'
import { scopes } from './scopes.ts'

const schema = z.strictObject({
  name: z.string().trim().min(1).max(256),
  description: z.string().max(2048).optional(),
  type: z.enum(['CUSTOM', 'OPENID_CONNECT', 'PINGONE_API']).default('CUSTOM'),
  audience: z
    .string()
    .min(1)
    .refine((value) => !/pingone|pingidentity/i.test(value), 'must not contain "pingone" or "pingidentity"')
    .refine((value) => !value.includes('#'), 'must not contain a fragment')
    .refine((value) => !/\s/.test(value), 'must not contain spaces')
    .optional(),
  accessTokenValiditySeconds: z.int().min(300).max(2_592_000).default(3600),
  introspectEndpointAuthMethod: z
    .enum(['NONE', 'CLIENT_SECRET_BASIC', 'CLIENT_SECRET_POST'])
    .default('CLIENT_SECRET_BASIC'),
  applicationPermissionsSettings: z.strictObject({ claimEnabled: z.boolean().optional() }).optional(),
})

const path = '/environments/{environmentID}/resources'
const variable = 'resourceID'
const rights = { read: 'resource:read', write: 'resource:write' } as const

export function resources(context: ManagementContext): Operation[] {
  const { environment } = context
  return [
    ...collectionOperations(context, {
      path,
      variable,
      collection: 'resources',
      rights,
      schema,
      readOnly: ['clientId', 'clientSecret', 'resource'],
      unique: ['name', 'audience'],
      members(input, _call, existing) {
        if (existing ? existing.type !== input.type : input.type !== 'CUSTOM') {
          throw invalidValue('type', existing ? 'cannot be changed' : 'must be CUSTOM', {
            allowedValues: [String(existing?.type ?? 'CUSTOM')],
          })
        }
        if (existing && existing.type !== 'CUSTOM')
          throw requestFailed('A built-in resource cannot be changed.')
        return { ...input, audience: input.audience ?? input.name }
      },
      created({ id }) {
        environment.secrets[id] = { secret: newSecret() }
        environment.putChild(
          'attributes',
          id,
          coreResourceAttribute(context.newId(), id, context.timestamp()),
        )
      },
      deleting(item) {
        if (item.type !== 'CUSTOM') throw requestFailed('A built-in resource cannot be deleted.')
        withdrawScopes(context, item.id)
      },
      links: (item) =>
        Object.fromEntries(
          ['scopes', 'attributes', 'secret'].map((child) => [
            child,
            `/environments/${environment.id}/resources/${item.id}/${child}`,
          ]),
        ),
    }),
    ...secretOperations(context, {
      path,
      collection: 'resources',
      variable,
      // Whoever may only read the configuration must not read secrets.
      rights: { read: 'resource:write', write: 'resource:write' },
    }),
    ...scopes(context),
    ...resourceAttributes(context),
  ]
}
