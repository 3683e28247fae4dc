// The one place where values come from: parsed by a schema before anything is built. A wrong or misspelt value
// stops `cdk synth` with a sentence that names it.
import * as z from 'zod'
import { amountsSchema } from '../lambdas/identity/desired-state/amounts.ts'
import { approvalAuthentications, defaultSettings, type Settings } from '../lambdas/identity/settings.ts'

const scopeName = z
  .string()
  .regex(/^[a-z][a-z0-9:_-]*$/, 'use lower-case letters, digits, ":", "_" and "-", and start with a letter')

/** PingOne region codes and the top-level domain of each region's hosts. */
export const pingOneDomains = {
  NA: 'com',
  EU: 'eu',
  CA: 'ca',
  AU: 'com.au',
  AP: 'asia',
  SG: 'sg',
} as const

const audience = z
  .string()
  .min(1)
  .refine(
    (value) => !/pingone|pingidentity/i.test(value),
    'PingOne refuses an audience that contains its own name',
  )
  .refine((value) => !value.includes('#'), 'an audience has no fragment')

const host = z
  .url()
  .refine((value) => new URL(value).origin === value, 'write scheme, host and port alone, without a path')
  .refine(
    (value) => /^https:|^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:|$)/.test(value),
    'use https; http is for this machine alone',
  )

/** Secrets Manager adds a hyphen and six characters of its own to a secret's name in its ARN. */
const secretName = z
  .string()
  .regex(/^[\w/+=.@-]{1,512}$/, 'use 1 to 512 letters, digits and "/_+=.@-"')
  .refine(
    (value) => !/-[A-Za-z0-9]{6}$/.test(value),
    'a secret whose name ends in a hyphen and six characters is not found by its ARN: Secrets Manager takes this ending for the one that it adds itself. Choose a name that ends otherwise',
  )

export const configurationSchema = z.strictObject({
  /** Part of every stack name but the stage `main`'s. */
  stage: z.string().regex(/^[a-z][a-z0-9-]{0,15}$/, 'use 1 to 16 lower-case letters, digits and "-"'),
  /** The AWS region that is deployed to. */
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'write an AWS region, for example eu-central-1'),
  /** Keeps tables, keys and secrets when the stacks are deleted, and protects tables from deletion. */
  retain: z.boolean(),
  pingOne: z.strictObject({
    region: z.enum(Object.keys(pingOneDomains) as (keyof typeof pingOneDomains)[]),
    /** The environment that MyHotels configures and uses. */
    environmentId: z.guid('write the id of the PingOne environment, a UUID'),
    /** The host of a PingOne custom domain, when the environment has one; the issuer then lives there. */
    customDomain: z.hostname().optional(),
    /** A PingOne at other hosts than its region's: the one on this machine. @example { api: 'http://127.0.0.1:4121', … } */
    hosts: z.strictObject({ api: host, auth: host }).optional(),
    /** The secret with `clientId` and `clientSecret` of the worker that may configure the environment. */
    workerSecretName: secretName,
    /** True leaves PingOne as it is when the stack is deleted. */
    keepOnDelete: z.boolean(),
  }),
  connector: z.strictObject({
    /** The callback URLs that the hosts show for their connection, character for character. */
    redirectUris: z.array(z.url()).min(1),
  }),
  audiences: z.strictObject({ mcp: audience, hotelApi: audience }),
  scopes: z.strictObject({
    mcp: z.strictObject({ memberRates: scopeName, book: scopeName }),
    hotelApi: z.strictObject({ memberRates: scopeName, book: scopeName, close: scopeName }),
  }),
  approval: z.strictObject({
    /** How the person who opens the link of an approval shows who they are. */
    authentication: z.enum(approvalAuthentications),
  }),
  /** The numbers of the policy. */
  policy: amountsSchema,
  mcp: z.strictObject({
    /** Browser origins that may call the server; hosts call without an Origin header. */
    allowedOrigins: z.array(z.url()),
    /** `challenge` asks for sign-in when a host connects, `anonymous` only when a tool needs it. */
    signInAtConnect: z.enum(['anonymous', 'challenge']),
  }),
  /** Generations of the keys that the functions prove themselves with at PingOne: any two numbers. */
  clientKeys: z
    .strictObject({
      /** The one that signs. */
      current: z.int().min(1),
      /** One that is still taken, while the functions move to the current one. */
      previous: z.int().min(1).optional(),
    })
    .refine(({ current, previous }) => current !== previous, 'the previous generation must be another one'),
  booking: z.strictObject({
    quoteLifetimeSeconds: z.int().min(60).max(3600),
    intentLifetimeSeconds: z.int().min(300).max(86_400),
  }),
  audit: z.strictObject({
    /** How long the audit trail of a booking is kept after the stay, and that of a refusal after it. */
    retentionDays: z.int().min(90).max(3660),
  }),
})

export type Configuration = z.infer<typeof configurationSchema>

/** What a stage need not say again. */
export const defaults = {
  retain: false,
  pingOne: { workerSecretName: 'myhotels/pingone/worker', keepOnDelete: false },
  audiences: defaultSettings.audiences,
  scopes: defaultSettings.scopes,
  approval: defaultSettings.approval,
  policy: defaultSettings.policy,
  mcp: { allowedOrigins: [], signInAtConnect: 'anonymous' },
  clientKeys: { current: 1 },
  booking: { quoteLifetimeSeconds: 600, intentLifetimeSeconds: 1800 },
  // Card payments can be disputed for up to 540 days.
  audit: { retentionDays: 730 },
}

type Json = { [key: string]: unknown }

const isObject = (value: unknown): value is Json =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

/** `over` on top of `base`, object by object; a list replaces a list. */
export function merge(base: Json, over: Json): Json {
  const merged: Json = { ...base }
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key]
    merged[key] = isObject(below) && isObject(value) ? merge(below, value) : value
  }
  return merged
}

/** The configuration is wrong; the message names each wrong value and says what it should be. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError'
}

/**
 * The configuration of one stage: the defaults, with what the stage says on top.
 *
 * @example parseConfiguration('dev', { region: 'eu-central-1', pingOne: { region: 'EU', environmentId: '…' }, … })
 * @throws {ConfigurationError}
 */
export function parseConfiguration(stage: string, values: unknown): Configuration {
  if (!isObject(values)) {
    throw new ConfigurationError(
      `There is no stage "${stage}": add it under context.myhotels.${stage} in cdk.json, or choose another with --context stage=…`,
    )
  }
  const result = configurationSchema.safeParse(merge(defaults, { stage, ...values }))
  if (result.success) return result.data
  const problems = result.error.issues.map((issue) => {
    const path = ['myhotels', stage, ...issue.path].join('.')
    if (issue.code === 'unrecognized_keys')
      return `${path} has no setting ${issue.keys.map((key) => `"${key}"`).join(', ')}`
    return `${path}: ${issue.message}`
  })
  throw new ConfigurationError(`cdk.json does not hold a usable configuration. ${problems.join('. ')}.`)
}

/** What the configuration says about PingOne. */
export function pingOneSettings(configuration: Configuration): Settings {
  const { audiences, scopes, approval, policy, connector, booking } = configuration
  return {
    ...{ audiences, scopes, approval, policy, connector },
    bookingLifetimeSeconds: booking.intentLifetimeSeconds,
  }
}
