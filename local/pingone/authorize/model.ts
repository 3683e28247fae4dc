// The objects of PingOne Authorize as its Admin APIs write them: the Trust Framework and the policies.
import * as z from 'zod'

export const valueTypes = [
  'BOOLEAN',
  'STRING',
  'NUMBER',
  'XML',
  'JSON',
  'COLLECTION',
  'DATE_TIME',
  'LOCAL_TIME',
  'LOCAL_DATE',
  'LOCAL_DATE_TIME',
  'ZONED_DATE_TIME',
  'TIME_PERIOD',
  'PERIOD',
  'DURATION',
] as const
export type ValueType = (typeof valueTypes)[number]

const text = z.string().min(1)
const id = z.guid().toLowerCase()
const reference = z.looseObject({ id }).transform(({ id: referred }) => ({ id: referred }))
const valueType = z.strictObject({ type: z.enum(valueTypes) })

export type Reference = { id: string }
type Typed = { type: ValueType }

export type Processor =
  | { name: string; type: 'JSON_PATH' | 'SPEL' | 'XPATH'; expression: string; valueType: Typed }
  | { name: string; type: 'CHAIN'; processors: Processor[] }
  | { name: string; type: 'COLLECTION_FILTER'; predicate: Processor }
  | { name: string; type: 'COLLECTION_TRANSFORM'; processor: Processor }
  | { name: string; type: 'REFERENCE'; processor: Reference }

const expression = { name: text, expression: text, valueType }
export const processorSchema: z.ZodType<Processor> = z.lazy(() =>
  z.discriminatedUnion('type', [
    z.strictObject({ ...expression, type: z.literal('JSON_PATH') }),
    z.strictObject({ ...expression, type: z.literal('SPEL') }),
    z.strictObject({ ...expression, type: z.literal('XPATH') }),
    z.strictObject({ name: text, type: z.literal('CHAIN'), processors: z.array(processorSchema).min(1) }),
    z.strictObject({ name: text, type: z.literal('COLLECTION_FILTER'), predicate: processorSchema }),
    z.strictObject({ name: text, type: z.literal('COLLECTION_TRANSFORM'), processor: processorSchema }),
    z.strictObject({ name: text, type: z.literal('REFERENCE'), processor: reference }),
  ]),
)

export const comparators = [
  'EQUALS',
  'NOT_EQUALS',
  'CONTAINS',
  'NOT_CONTAINS',
  'GREATER_THAN',
  'GREATER_THAN_OR_EQUAL',
  'LESSER_THAN',
  'LESSER_THAN_OR_EQUAL',
  'STARTS_WITH',
  'NOT_STARTS_WITH',
  'ENDS_WITH',
  'NOT_ENDS_WITH',
  'REGULAR_EXPRESSION',
  'MATCHES',
  'NOT_MATCHES',
  'IS_IN',
  'IS_NOT_IN',
  'IS_MEMBER_OF',
  'IS_NOT_MEMBER_OF',
  'IN_CIDR_BLOCK',
  'NOT_IN_CIDR_BLOCK',
  'HAS_PERMISSION',
] as const
export type Comparator = (typeof comparators)[number]

export type AttributeComparand = { type: 'ATTRIBUTE'; id: string }
export type Comparand = AttributeComparand | { type: 'CONSTANT'; value: string }
export type Condition =
  | { type: 'AND' | 'OR'; conditions: Condition[] }
  | { type: 'NOT'; condition: Condition }
  | { type: 'COMPARISON'; left: AttributeComparand; comparator: Comparator; right: Comparand }
  | { type: 'REFERENCE'; reference: Reference }
  | { type: 'EMPTY' }

const attributeComparand = z.strictObject({ type: z.literal('ATTRIBUTE'), id })
const comparand = z.discriminatedUnion('type', [
  attributeComparand,
  z.strictObject({ type: z.literal('CONSTANT'), value: z.string() }),
])
export const conditionSchema: z.ZodType<Condition> = z.lazy(() =>
  z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('AND'), conditions: z.array(conditionSchema) }),
    z.strictObject({ type: z.literal('OR'), conditions: z.array(conditionSchema) }),
    z.strictObject({ type: z.literal('NOT'), condition: conditionSchema }),
    z.strictObject({
      type: z.literal('COMPARISON'),
      left: attributeComparand,
      comparator: z.enum(comparators),
      right: comparand,
    }),
    z.strictObject({ type: z.literal('REFERENCE'), reference }),
    z.strictObject({ type: z.literal('EMPTY') }),
  ]),
)

const resolver = {
  name: text.optional(),
  condition: conditionSchema.optional(),
  processor: processorSchema.optional(),
}
export const resolverSchema = z.discriminatedUnion('type', [
  z.strictObject({ ...resolver, type: z.literal('REQUEST') }),
  z.strictObject({ ...resolver, type: z.literal('CONSTANT'), value: z.string(), valueType }),
  z.strictObject({ ...resolver, type: z.literal('ATTRIBUTE'), value: reference }),
  z.strictObject({ ...resolver, type: z.literal('SERVICE'), value: reference }),
  z.strictObject({ ...resolver, type: z.literal('SYSTEM'), value: z.enum(['CURRENT_DATE_TIME', 'NULL']) }),
  z.strictObject({ ...resolver, type: z.literal('CURRENT_USER_ID') }),
  z.strictObject({
    ...resolver,
    type: z.literal('USER'),
    query: z.strictObject({ type: z.literal('USER_ID'), userId: text }),
  }),
  z.strictObject({ ...resolver, type: z.literal('CURRENT_REPETITION_VALUE') }),
])
export type Resolver = z.infer<typeof resolverSchema>

/** `version` travels with every object; the store checks it. */
const definition = {
  version: z.guid().optional(),
  name: z.string().trim().min(1).max(256),
  description: z.string().optional(),
  parent: reference.optional(),
}

export const attributeSchema = z.strictObject({
  ...definition,
  valueType,
  resolvers: z.array(resolverSchema).default([]),
  processor: processorSchema.optional(),
  defaultValue: z.string().optional(),
  repetitionSource: reference.optional(),
  valueSchema: z.string().optional(),
  managedEntity: z.looseObject({}).optional(),
})
export type Attribute = z.infer<typeof attributeSchema> & { id: string }

const header = z.strictObject({
  key: z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/),
  value: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('CONSTANT'), value: z.string() }),
      z.strictObject({ type: z.literal('ATTRIBUTE'), attribute: reference }),
    ])
    .optional(),
})
const authentication = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('NONE') }),
  z.strictObject({ type: z.literal('BASIC'), name: reference, password: reference }),
  z.strictObject({ type: z.literal('TOKEN'), token: reference }),
  z.strictObject({
    type: z.literal('CLIENT_CREDENTIALS'),
    tokenEndpoint: text,
    clientId: text,
    clientSecret: reference,
    scope: z.string(),
  }),
])
const httpSettings = z.strictObject({
  url: text,
  verb: z.enum(['GET', 'POST', 'PUT', 'DELETE', 'HEAD']),
  contentType: z.string().optional(),
  body: z.string().optional(),
  headers: z.array(header).default([]),
  authentication,
  tlsSettings: z.strictObject({ tlsValidationType: z.enum(['DEFAULT', 'NONE']) }),
  timeoutMilliseconds: z.int().min(0).max(3000).optional(),
  maximumConcurrentRequests: z.int().min(1),
  maximumRequestsPerSecond: z.number().positive(),
})
export type HttpSettings = z.infer<typeof httpSettings>

const service = { ...definition, cacheSettings: z.strictObject({ ttlSeconds: z.int().min(0) }).optional() }
export const serviceSchema = z.discriminatedUnion('serviceType', [
  z.strictObject({
    ...service,
    serviceType: z.literal('HTTP'),
    valueType,
    processor: processorSchema.optional(),
    serviceSettings: httpSettings,
  }),
  z.strictObject({
    ...service,
    serviceType: z.literal('CONNECTOR'),
    valueType,
    processor: processorSchema.optional(),
    serviceSettings: z.looseObject({
      channel: z.literal('AUTHORIZE'),
      code: z.literal('P1_RISK'),
      capability: text,
      inputMappings: z.array(z.looseObject({})),
    }),
  }),
  z.strictObject({ ...service, serviceType: z.literal('NONE') }),
])
export type Service = z.infer<typeof serviceSchema> & { id: string }

export const conditionDefinitionSchema = z.strictObject({ ...definition, condition: conditionSchema })
export type ConditionDefinition = z.infer<typeof conditionDefinitionSchema> & { id: string }

export const processorDefinitionSchema = z.strictObject({
  ...definition,
  processor: processorSchema.optional(),
})
export type ProcessorDefinition = z.infer<typeof processorDefinitionSchema> & { id: string }

export const statementSchema = z.strictObject({
  version: z.guid().optional(),
  name: z.string().trim().min(1).max(256),
  description: z.string().optional(),
  code: text,
  appliesTo: z.enum(['ANYTHING', 'PERMIT', 'DENY', 'PERMIT_OR_DENY', 'INDETERMINATE']),
  appliesIf: z.enum(['ANYTHING', 'FINAL_DECISION_MATCHES', 'PATH_MATCHES']),
  payload: z.string(),
  obligatory: z.boolean().default(false),
  attributes: z.array(reference),
})
export type Statement = z.infer<typeof statementSchema> & { id: string }

export const effectSettingsSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('UNCONDITIONAL_PERMIT') }),
  z.strictObject({ type: z.literal('UNCONDITIONAL_DENY') }),
  z.strictObject({ type: z.literal('CONDITIONAL_PERMIT_ELSE_DENY'), condition: conditionSchema }),
  z.strictObject({ type: z.literal('CONDITIONAL_DENY_ELSE_PERMIT'), condition: conditionSchema }),
])
export type EffectSettings = z.infer<typeof effectSettingsSchema>

export const algorithms = [
  'PERMIT_OVERRIDES',
  'DENY_OVERRIDES',
  'PERMIT_UNLESS_DENY',
  'DENY_UNLESS_PERMIT',
  'FIRST_APPLICABLE',
  'ONLY_ONE_APPLICABLE',
] as const
export type Algorithm = (typeof algorithms)[number]

type Node = {
  name?: string | undefined
  description?: string | undefined
  enabled?: boolean | undefined
  condition?: Condition | undefined
  statements?: Reference[] | undefined
}
export type Rule = Node & { effectSettings: EffectSettings }
export type Policy = Node & {
  combiningAlgorithm: { algorithm: Algorithm }
  children?: Child[] | undefined
  repetitionSettings?: { source: Reference; decision: string } | undefined
}
export type Child =
  | ({ type: 'RULE' } & (Rule | { value: Reference }))
  | ({ type: 'POLICY' } & (Policy | { value: Reference }))

const node = {
  description: z.string().optional(),
  enabled: z.boolean().default(true),
  condition: conditionSchema.optional(),
  statements: z.array(reference).default([]),
}
const effects = { effectSettings: effectSettingsSchema }
const combination = {
  combiningAlgorithm: z.strictObject({ algorithm: z.enum(algorithms) }),
  children: z.array(z.lazy(() => childSchema)).default([]),
  repetitionSettings: z
    .strictObject({
      source: reference,
      decision: z.enum(['PERMIT', 'DENY', 'NOT_APPLICABLE', 'INDETERMINATE']),
    })
    .optional(),
}
/** Inline rules and policies, or references to shared ones; `type` is needed either way. */
const childSchema: z.ZodType<Child> = z.lazy(() =>
  z.discriminatedUnion('type', [
    z
      .strictObject({
        type: z.literal('RULE'),
        id: z.guid().optional(),
        version: z.guid().optional(),
        name: text.optional(),
        ...node,
        effectSettings: effectSettingsSchema.optional(),
        value: reference.optional(),
      })
      .transform((child, context): Child => {
        const { id: _, version: __, value, effectSettings, ...rest } = child
        if (value) return { type: 'RULE', value }
        if (!effectSettings) {
          context.addIssue({
            code: 'invalid_type',
            expected: 'object',
            path: ['effectSettings'],
            input: undefined,
          })
          return z.NEVER
        }
        return { ...rest, effectSettings }
      }),
    z
      .strictObject({
        type: z.literal('POLICY'),
        id: z.guid().optional(),
        version: z.guid().optional(),
        name: text.optional(),
        ...node,
        ...combination,
        combiningAlgorithm: combination.combiningAlgorithm.optional(),
        value: reference.optional(),
      })
      .transform((child, context): Child => {
        const { id: _, version: __, value, combiningAlgorithm, ...rest } = child
        if (value) return { type: 'POLICY', value }
        if (!combiningAlgorithm) {
          context.addIssue({
            code: 'invalid_type',
            expected: 'object',
            path: ['combiningAlgorithm'],
            input: undefined,
          })
          return z.NEVER
        }
        return { ...rest, combiningAlgorithm }
      }),
  ]),
)

const named = { version: z.guid().optional(), name: z.string().trim().min(1).max(256) }
export const ruleSchema = z.strictObject({
  ...named,
  type: z.literal('RULE').optional(),
  ...node,
  ...effects,
})
export const policySchema = z.strictObject({
  ...named,
  type: z.literal('POLICY').optional(),
  ...node,
  ...combination,
  managedEntity: z.looseObject({}).optional(),
})

/** Everything that a decision reads, at one version. */
export type Framework = {
  attributes: ReadonlyMap<string, Attribute>
  services: ReadonlyMap<string, Service>
  conditions: ReadonlyMap<string, ConditionDefinition>
  processors: ReadonlyMap<string, ProcessorDefinition>
  statements: ReadonlyMap<string, Statement>
  rules: ReadonlyMap<string, Rule & { id: string }>
  policies: ReadonlyMap<string, Policy & { id: string }>
}
