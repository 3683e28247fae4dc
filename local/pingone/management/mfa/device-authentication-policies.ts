// MFA policies: which kinds of device a person may authenticate with. Member names and what is required: the OpenAPI
// document of PingOne MFA.
import * as z from 'zod'
import { requestFailed } from '../api-error.ts'
import { collectionOperations } from '../collection.ts'
import type { ManagementContext, Operation } from '../operation.ts'

const method = z.looseObject({ enabled: z.boolean() })
const withCode = z.looseObject({ enabled: z.boolean(), otp: z.looseObject({}) })
const schema = z.strictObject({
  name: z.string().trim().min(1).max(256),
  default: z.boolean(),
  forSignOnPolicy: z.boolean(),
  authentication: z
    .looseObject({
      deviceSelection: z.enum(['DEFAULT_TO_FIRST', 'PROMPT_TO_SELECT', 'ALWAYS_DISPLAY_DEVICES']),
    })
    .optional(),
  newDeviceNotification: z.enum(['NONE', 'EMAIL_THEN_SMS', 'SMS_THEN_EMAIL']).default('NONE'),
  ignoreUserLock: z.boolean().default(false),
  notificationsPolicy: z.looseObject({ id: z.guid() }).optional(),
  rememberMe: z.looseObject({ web: method }).optional(),
  sms: withCode,
  voice: withCode,
  email: withCode,
  whatsApp: withCode.optional(),
  mobile: withCode,
  totp: withCode,
  fido2: method.optional(),
  oathToken: withCode.optional(),
  desktop: withCode.optional(),
  yubikey: withCode.optional(),
})

export function deviceAuthenticationPolicies(context: ManagementContext): Operation[] {
  const { environment } = context
  return collectionOperations(context, {
    path: '/environments/{environmentID}/deviceAuthenticationPolicies',
    variable: 'deviceAuthenticationPolicyID',
    collection: 'deviceAuthenticationPolicies',
    rights: { read: 'environment:read', write: 'environment:write' },
    product: 'PING_ONE_MFA',
    schema,
    unique: ['name'],
    members(input, _call, existing) {
      if (existing?.default === true && !input.default) {
        throw requestFailed('Make another MFA policy the default one first.')
      }
      return { authentication: { deviceSelection: 'DEFAULT_TO_FIRST' }, ...input }
    },
    changed(_before, after) {
      if (after?.default !== true) return
      for (const other of environment.list('deviceAuthenticationPolicies')) {
        if (other.id !== after.id && other.default === true) {
          environment.put('deviceAuthenticationPolicies', { ...other, default: false })
        }
      }
    },
    deleting(item) {
      if (item.default === true) throw requestFailed('The default MFA policy cannot be deleted.')
      const used = environment
        .list('signOnPolicies')
        .some(({ id }) =>
          environment
            .children('actions', id)
            .some(
              (action) => (action.deviceAuthenticationPolicy as { id: string } | undefined)?.id === item.id,
            ),
        )
      if (used) throw requestFailed('An MFA policy that a sign-on policy uses cannot be deleted.')
    },
  })
}
