// Sign-on policies and their actions.
import * as z from 'zod'
import { requestFailed } from '../api-error.ts'
import { collectionOperations } from '../collection.ts'
import type { ManagementContext, Operation } from '../operation.ts'

const schema = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(256)
    .refine(
      (name) => /^[a-zA-Z0-9_. -]+$/.test(name) || URL.canParse(name),
      'must match ^[a-zA-Z0-9_. -]+$ or be an absolute URI',
    ),
  description: z.string().max(1024).optional(),
  default: z.boolean().default(false),
})

const switched = { enabled: z.boolean() }
const common = { priority: z.int().min(1), condition: z.record(z.string(), z.unknown()).optional() }
const method = z.strictObject(switched)

const actionSchema = z.discriminatedUnion('type', [
  z.strictObject({
    ...common,
    type: z.literal('LOGIN'),
    enforceLockoutForIdentityProviders: z.boolean().optional(),
    recovery: z.strictObject(switched).optional(),
    registration: z
      .strictObject({
        ...switched,
        external: z.strictObject({ href: z.url() }).optional(),
        population: z.looseObject({ id: z.guid() }).optional(),
        confirmIdentityProviderAttributes: z.boolean().optional(),
      })
      .optional(),
    socialProviders: z.array(z.looseObject({ id: z.guid() })).optional(),
  }),
  z.strictObject({
    ...common,
    type: z.literal('MULTI_FACTOR_AUTHENTICATION'),
    authenticator: method.optional(),
    boundBiometrics: method.optional(),
    email: method.optional(),
    securityKey: method.optional(),
    sms: method.optional(),
    voice: method.optional(),
    noDevicesMode: z.enum(['BLOCK', 'BYPASS']).optional(),
    deviceAuthenticationPolicy: z.looseObject({ id: z.guid() }).optional(),
  }),
  z.strictObject({
    ...common,
    type: z.literal('IDENTIFIER_FIRST'),
    enforceLockoutForIdentityProviders: z.boolean().optional(),
    recovery: z.strictObject(switched).optional(),
    registration: z.looseObject(switched).optional(),
    socialProviders: z.array(z.looseObject({ id: z.guid() })).optional(),
  }),
])

const rights = { read: 'environment:read', write: 'environment:write' } as const
const path = '/environments/{environmentID}/signOnPolicies'

export function signOnPolicies(context: ManagementContext): Operation[] {
  const { environment } = context
  return [
    ...collectionOperations(context, {
      path,
      variable: 'policyID',
      collection: 'signOnPolicies',
      rights,
      schema,
      unique: ['name'],
      members(input, _call, existing) {
        if (existing?.default === true && !input.default) {
          throw requestFailed('Make another sign-on policy the default one first.')
        }
        return { ...input }
      },
      changed(_before, after) {
        if (after?.default !== true) return
        for (const other of environment.list('signOnPolicies')) {
          if (other.id !== after.id && other.default === true) {
            environment.put('signOnPolicies', { ...other, default: false })
          }
        }
      },
      deleting(item) {
        if (item.default === true) throw requestFailed('The default sign-on policy cannot be deleted.')
        const assigned = environment
          .list('applications')
          .some(({ id }) =>
            environment
              .children('signOnPolicyAssignments', id)
              .some((assignment) => (assignment.signOnPolicy as { id: string }).id === item.id),
          )
        if (assigned) throw requestFailed('A sign-on policy that is assigned cannot be deleted.')
      },
    }),
    ...collectionOperations(context, {
      path: `${path}/{policyID}/actions`,
      variable: 'actionID',
      collection: 'actions',
      parent: { collection: 'signOnPolicies', variable: 'policyID' },
      rights,
      schema: actionSchema,
      readOnly: ['signOnPolicy'],
      // Two actions may have one priority for a while: the official provider makes one before it moves the other.
      members: (input, call) => ({ ...input, signOnPolicy: { id: call.variables.policyID ?? '' } }),
    }),
  ]
}
