// Applications with the protocol OpenID Connect. The id of an application is its client id.
import * as z from 'zod'
import type { Stored } from '../../environment.ts'
import { type Detail, invalidData, notFound } from '../api-error.ts'
import { type Collection, collectionOperations, type Members } from '../collection.ts'
import type { Call, ManagementContext, Operation } from '../operation.ts'
import { newSecret, secretOperations } from '../secret.ts'
import { applicationAttributes, coreApplicationAttribute } from './attributes.ts'
import { flowPolicyAssignments } from './flow-policy-assignments.ts'
import { grants } from './grants.ts'
import { copyRoles, roleAssignments } from './role-assignments.ts'
import { signOnPolicyAssignments } from './sign-on-policy-assignments.ts'

const types = [
  'WEB_APP',
  'NATIVE_APP',
  'SINGLE_PAGE_APP',
  'SERVICE',
  'CUSTOM_APP',
  'WORKER',
  'AI_AGENT',
] as const
const authenticationMethods = [
  'NONE',
  'CLIENT_SECRET_BASIC',
  'CLIENT_SECRET_POST',
  'CLIENT_SECRET_JWT',
  'PRIVATE_KEY_JWT',
] as const
const grantTypes = [
  'AUTHORIZATION_CODE',
  'IMPLICIT',
  'REFRESH_TOKEN',
  'CLIENT_CREDENTIALS',
  'DEVICE_CODE',
  'TOKEN_EXCHANGE',
  'CIBA',
] as const

const uri = z.string().min(1)
const seconds = (minimum: number, maximum: number) => z.int().min(minimum).max(maximum)
const reference = z.looseObject({ id: z.guid() })

const applicationSchema = z.strictObject({
  name: z.string().trim().min(1).max(256),
  description: z.string().max(1024).optional(),
  enabled: z.boolean(),
  type: z.enum(types),
  protocol: z.literal('OPENID_CONNECT'),
  tokenEndpointAuthMethod: z.enum(authenticationMethods),
  grantTypes: z.array(z.enum(grantTypes)).min(1),
  responseTypes: z.array(z.enum(['CODE', 'TOKEN', 'ID_TOKEN'])).optional(),
  redirectUris: z.array(uri).optional(),
  postLogoutRedirectUris: z.array(uri).optional(),
  allowWildcardInRedirectUris: z.boolean().optional(),
  pkceEnforcement: z.enum(['OPTIONAL', 'REQUIRED', 'S256_REQUIRED']).default('OPTIONAL'),
  refreshTokenDuration: seconds(60, 2_147_483_647).default(2_592_000),
  refreshTokenRollingDuration: seconds(60, 2_147_483_647).optional(),
  refreshTokenRollingGracePeriodDuration: seconds(0, 86_400).optional(),
  // Shown when it was sent, and only then.
  refreshTokenType: z.enum(['OPAQUE_TOKEN', 'JSON_WEB_TOKEN']).optional(),
  additionalRefreshTokenReplayProtectionEnabled: z.boolean().default(true),
  requestScopesForMultipleResourcesEnabled: z.boolean().default(false),
  parRequirement: z.enum(['OPTIONAL', 'REQUIRED']).default('OPTIONAL'),
  parTimeout: seconds(1, 600).default(60),
  devicePathId: z
    .string()
    .regex(/^[a-zA-Z0-9_-]{1,50}$/)
    .optional(),
  deviceCustomVerificationUri: uri.optional(),
  deviceTimeout: seconds(1, 3600).optional(),
  devicePollingInterval: seconds(1, 60).optional(),
  includeTyp: z.boolean().optional(),
  includeX5t: z.boolean().optional(),
  jwks: z.string().optional(),
  jwksUrl: z.url().optional(),
  supportUnsignedRequestObject: z.boolean().optional(),
  requireSignedRequestObject: z.boolean().optional(),
  idpSignoff: z.boolean().optional(),
  opSessionCheckEnabled: z.boolean().optional(),
  corsSettings: z
    .strictObject({
      behavior: z.enum(['ALLOW_NO_ORIGINS', 'ALLOW_SPECIFIC_ORIGINS']),
      origins: z.array(uri).optional(),
    })
    .optional(),
  accessControl: z
    .strictObject({
      role: z.strictObject({ type: z.literal('ADMIN_USERS_ONLY') }).optional(),
      group: z
        .strictObject({ type: z.enum(['ANY_GROUP', 'ALL_GROUPS']), groups: z.array(reference).min(1) })
        .optional(),
    })
    .optional(),
  assignActorRoles: z.boolean().optional(),
  homePageUrl: uri.optional(),
  loginPageUrl: uri.optional(),
  initiateLoginUri: uri.optional(),
  targetLinkUri: uri.optional(),
  icon: z.strictObject({ id: z.string(), href: z.url() }).optional(),
  hiddenFromAppPortal: z.boolean().optional(),
})

type ApplicationInput = z.infer<typeof applicationSchema>

const path = '/environments/{environmentID}/applications'
const variable = 'applicationID'
const rights = { read: 'application:read', write: 'application:write' } as const

export function applications(context: ManagementContext): Operation[] {
  const { environment } = context
  const collection: Collection<ApplicationInput> = {
    path,
    variable,
    collection: 'applications',
    rights,
    schema: applicationSchema,
    // A client id and secret of one's own need a feature that is off here; key rotation is PingOne's.
    readOnly: ['clientId', 'clientSecret', 'signing'],
    unique: ['name'],
    filterable: { type: ['eq'], name: ['eq'], protocol: ['eq'], enabled: ['eq'] },
    members(input, _call, existing) {
      const details = checks.flatMap((check) => check(input, context, existing))
      if (details.length > 0) throw invalidData(...details)
      const { assignActorRoles: _, ...members } = input
      // Only administrators use a worker, unless it says otherwise.
      return input.type === 'WORKER' && existing === undefined
        ? { accessControl: { role: { type: 'ADMIN_USERS_ONLY' } }, ...members }
        : members
    },
    created(item, call) {
      environment.secrets[item.id] = { secret: newSecret() }
      const attribute = coreApplicationAttribute(context.newId(), item.id, context.timestamp())
      environment.putChild('attributes', item.id, attribute)
      const { assignActorRoles } = call.body as { assignActorRoles?: boolean | null }
      if (item.type === 'WORKER' && assignActorRoles !== false) copyRoles(context, call.clientId, item.id)
    },
    show: (item): Members => ({ ...item, clientId: item.id, signing: signing(context) }),
    links: (item) =>
      Object.fromEntries(
        ['grants', 'attributes', 'secret', 'signOnPolicyAssignments', 'flowPolicyAssignments'].map(
          (child) => [child, `/environments/${environment.id}/applications/${item.id}/${child}`],
        ),
      ),
  }
  return [
    ...collectionOperations(context, collection),
    ...secretOperations(context, {
      path,
      collection: 'applications',
      variable,
      rights: { read: 'secret:read', write: 'secret:write' },
    }),
    ...grants(context),
    ...applicationAttributes(context),
    ...roleAssignments(context),
    ...signOnPolicyAssignments(context),
    ...flowPolicyAssignments(context),
  ]
}

/** The key rotation policy that every environment starts with. */
function signing({ environment }: ManagementContext) {
  return { keyRotationPolicy: { id: environment.values.keyRotationPolicyId ?? environment.id } }
}

/** The application that a call's path names. */
export function requireApplication(context: ManagementContext, call: Call): Stored {
  const application = context.environment.get('applications', call.variables[variable] ?? '')
  if (!application) throw notFound()
  return application
}

/** RFC 7517 section 5, as the string that the API takes. A private key in it would be published to every reader. */
function isPublicKeySet(text: string): boolean {
  try {
    const { keys } = JSON.parse(text) as { keys?: unknown }
    return (
      Array.isArray(keys) &&
      keys.length > 0 &&
      keys.every(
        (key: Record<string, unknown> | null) =>
          ['RSA', 'EC'].includes(String(key?.kty)) && key !== null && !('d' in key),
      )
    )
  } catch {
    return false
  }
}

type Check = (
  input: ApplicationInput,
  context: ManagementContext,
  existing: Stored | undefined,
) => readonly Detail[]

const invalid = (target: string, message: string, allowedValues?: string[]): Detail => ({
  code: 'INVALID_VALUE',
  target,
  message,
  ...(allowedValues ? { innerError: { allowedValues } } : {}),
})

const checks: readonly Check[] = [
  function typeIsLicensed(input, { options }) {
    if (input.type !== 'AI_AGENT' || (options.aiAgent ?? true)) return []
    return [
      invalid(
        'type',
        'is not a supported application type',
        types.filter((type) => type !== 'AI_AGENT'),
      ),
    ]
  },
  function typeStays(input, _context, existing) {
    return existing && existing.type !== input.type ? [invalid('type', 'cannot be changed')] : []
  },
  function responseTypesFitGrants({ responseTypes = [], grantTypes: granted }) {
    const details: Detail[] = []
    if (responseTypes.includes('CODE') && !granted.includes('AUTHORIZATION_CODE')) {
      details.push(invalid('responseTypes', 'CODE needs the grant type AUTHORIZATION_CODE'))
    }
    if (responseTypes.some((type) => type !== 'CODE') && !granted.includes('IMPLICIT')) {
      details.push(invalid('responseTypes', 'TOKEN and ID_TOKEN need the grant type IMPLICIT'))
    }
    return details
  },
  function grantsNeedAuthentication({ tokenEndpointAuthMethod, grantTypes: granted }) {
    if (tokenEndpointAuthMethod !== 'NONE') return []
    const confidential = ['CIBA', 'TOKEN_EXCHANGE', 'CLIENT_CREDENTIALS'] as const
    return confidential
      .filter((grant) => granted.includes(grant))
      .map((grant) => invalid('tokenEndpointAuthMethod', `must not be NONE for the grant type ${grant}`))
  },
  function keysAreThere({ tokenEndpointAuthMethod, jwks, jwksUrl }) {
    if (jwks !== undefined && !isPublicKeySet(jwks)) return [invalid('jwks', 'must be a set of public keys')]
    if (tokenEndpointAuthMethod !== 'PRIVATE_KEY_JWT' || jwks !== undefined || jwksUrl !== undefined)
      return []
    return [invalid('jwks', 'is required for PRIVATE_KEY_JWT unless jwksUrl is given')]
  },
  function redirectUrisAreAbsolute(input) {
    return (['redirectUris', 'postLogoutRedirectUris'] as const).flatMap((member) =>
      (input[member] ?? []).flatMap((value, index) => {
        const wildcard = member === 'redirectUris' && input.allowWildcardInRedirectUris === true
        if (value.includes('*') && !wildcard)
          return [invalid(`${member}[${index}]`, 'must not hold a wildcard')]
        // RFC 6749 section 3.1.2: an absolute URI without a fragment.
        return URL.canParse(value) && !value.includes('#')
          ? []
          : [invalid(`${member}[${index}]`, 'must be an absolute URI without a fragment')]
      }),
    )
  },
  function groupsExist({ accessControl }, { environment }) {
    return (accessControl?.group?.groups ?? []).flatMap(({ id }, index) =>
      environment.get('groups', id)
        ? []
        : [invalid(`accessControl.group.groups[${index}].id`, 'there is no such group')],
    )
  },
  function originsGoWithBehavior({ corsSettings }) {
    const needed = corsSettings?.behavior === 'ALLOW_SPECIFIC_ORIGINS'
    return needed === (corsSettings?.origins ?? []).length > 0 || !corsSettings
      ? []
      : [invalid('corsSettings.origins', 'goes with the behavior ALLOW_SPECIFIC_ORIGINS, and only with it')]
  },
]
