// Texts of notifications, and how many may be sent.
import * as z from 'zod'
import type { Stored } from '../../environment.ts'
import { notFound, notUnique, requestFailed } from '../api-error.ts'
import { collectionOperations } from '../collection.ts'
import type { ManagementContext, Operation } from '../operation.ts'

const templates = new Set([
  'general',
  'recovery_code_template',
  'verification_code_template',
  'strong_authentication',
  'transaction',
  'device_pairing',
  'email_verification_user',
  'email_verification_admin',
  'new_device_paired',
])

const address = z.strictObject({ name: z.string().optional(), address: z.email().optional() })
const common = {
  locale: z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]+)*$/),
  variant: z.string().min(1).max(100).optional(),
  default: z.boolean().optional(),
}
const contentSchema = z.discriminatedUnion('deliveryMethod', [
  z.strictObject({
    ...common,
    deliveryMethod: z.literal('Email'),
    subject: z.string().max(256).optional(),
    body: z.string().min(1).max(100_000),
    from: address.optional(),
    replyTo: address.optional(),
    charset: z.string().default('UTF-8'),
    emailContentType: z.string().default('text/html'),
  }),
  z.strictObject({
    ...common,
    deliveryMethod: z.literal('SMS'),
    content: z.string().min(1).max(2000),
    sender: z.string().optional(),
  }),
  z.strictObject({
    ...common,
    deliveryMethod: z.literal('Voice'),
    content: z.string().min(1).max(1024),
    voice: z.string().optional(),
  }),
  z.strictObject({
    ...common,
    deliveryMethod: z.literal('Push'),
    title: z.string().min(1).max(200),
    body: z.string().min(1).max(400),
    pushCategory: z.enum(['BANNER_BUTTONS', 'WITHOUT_BANNER_BUTTONS', 'APPROVE_AND_OPEN_APP']).optional(),
  }),
])

const countryLimit = { deliveryMethods: z.array(z.enum(['SMS', 'Voice', 'WhatsApp'])).optional() }
const countries = z.array(z.string().regex(/^[A-Z]{2}$/))
const policySchema = z.strictObject({
  name: z.string().trim().min(1).max(256),
  default: z.boolean().default(false),
  quotas: z
    .array(
      z.strictObject({
        type: z.enum(['USER', 'ENVIRONMENT']),
        deliveryMethods: z.array(z.enum(['SMS', 'Voice', 'Email'])).min(1),
        total: z.int().min(1).optional(),
        claimed: z.int().min(1).optional(),
        unclaimed: z.int().min(1).optional(),
      }),
    )
    .max(2),
  countryLimit: z
    .discriminatedUnion('type', [
      // Without a limit there are no countries to name.
      z.strictObject({ ...countryLimit, type: z.literal('NONE'), countries: countries.optional() }),
      z.strictObject({ ...countryLimit, type: z.enum(['ALLOWED', 'DENIED']), countries }),
    ])
    .optional(),
  cooldownConfiguration: z.record(z.string(), z.unknown()).optional(),
  providerConfiguration: z.record(z.string(), z.unknown()).optional(),
})

const rights = { read: 'environment:read', write: 'environment:write' } as const

export function notifications(context: ManagementContext): Operation[] {
  const { environment } = context
  const requireTemplate = (template: string | undefined): string => {
    if (template === undefined || !templates.has(template)) throw notFound()
    return template
  }
  const contents = collectionOperations(context, {
    path: '/environments/{environmentID}/templates/{templateName}/contents',
    variable: 'contentID',
    collection: 'templateContents',
    embedded: 'contents',
    rights,
    schema: contentSchema,
    belongs: (content, call) => content.template === call.variables.templateName,
    filterable: { locale: ['eq'], deliveryMethod: ['eq'], variant: ['eq'] },
    members(input, call, existing) {
      const template = requireTemplate(call.variables.templateName)
      const twin = environment
        .list('templateContents')
        .find(
          (content) =>
            content.id !== existing?.id &&
            content.template === template &&
            content.locale === input.locale &&
            content.deliveryMethod === input.deliveryMethod &&
            content.variant === input.variant,
        )
      if (twin) throw notUnique('variant', twin.id)
      return { ...input, default: input.default ?? false, template }
    },
    show: ({ template: _, ...content }: Stored) => content,
  })
  return [
    ...contents.map(
      (operation): Operation => ({
        ...operation,
        handle(call) {
          requireTemplate(call.variables.templateName)
          return operation.handle(call)
        },
      }),
    ),
    ...collectionOperations(context, {
      path: '/environments/{environmentID}/notificationsPolicies',
      variable: 'notificationsPolicyID',
      collection: 'notificationsPolicies',
      rights,
      schema: policySchema,
      unique: ['name'],
      // The published specification gives 200 here, not 201.
      createStatus: 200,
      deleting(item) {
        if (item.default === true) throw requestFailed('The default notifications policy cannot be deleted.')
      },
    }),
  ]
}
