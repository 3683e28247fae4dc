// Which other objects an object of PingOne Authorize refers to, and where.
import type {
  Attribute,
  Child,
  Condition,
  Framework,
  Policy,
  Processor,
  Rule,
  Service,
  Statement,
} from './model.ts'

export type Referenced = { kind: keyof Framework; id: string; target: string }

const placeholder = /\{\{\s*([^{}]*?)\s*\}\}/g
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** What stands between double braces. Through the API that is an attribute's id; names work in the console only. */
export function placeholdersIn(text: string): string[] {
  return [...text.matchAll(placeholder)].map((match) => match[1] ?? '')
}

export const isAttributeId = (text: string): boolean => uuid.test(text)

const interpolated = (text: string | undefined, target: string): Referenced[] =>
  placeholdersIn(text ?? '').map((id) => ({ kind: 'attributes', id, target }))

export function referencesOfCondition(condition: Condition | undefined, target: string): Referenced[] {
  switch (condition?.type) {
    case 'AND':
    case 'OR':
      return condition.conditions.flatMap((each, index) =>
        referencesOfCondition(each, `${target}.conditions[${index}]`),
      )
    case 'NOT':
      return referencesOfCondition(condition.condition, `${target}.condition`)
    case 'COMPARISON':
      return [
        { kind: 'attributes', id: condition.left.id, target: `${target}.left.id` },
        ...(condition.right.type === 'ATTRIBUTE'
          ? [{ kind: 'attributes' as const, id: condition.right.id, target: `${target}.right.id` }]
          : []),
      ]
    case 'REFERENCE':
      return [{ kind: 'conditions', id: condition.reference.id, target: `${target}.reference.id` }]
    default:
      return []
  }
}

export function referencesOfProcessor(processor: Processor | undefined, target: string): Referenced[] {
  switch (processor?.type) {
    case 'CHAIN':
      return processor.processors.flatMap((each, index) =>
        referencesOfProcessor(each, `${target}.processors[${index}]`),
      )
    case 'COLLECTION_FILTER':
      return referencesOfProcessor(processor.predicate, `${target}.predicate`)
    case 'COLLECTION_TRANSFORM':
      return referencesOfProcessor(processor.processor, `${target}.processor`)
    case 'REFERENCE':
      return [{ kind: 'processors', id: processor.processor.id, target: `${target}.processor.id` }]
    default:
      return []
  }
}

export function referencesOfAttribute(attribute: Omit<Attribute, 'id'>): Referenced[] {
  return [
    ...referenced('attributes', attribute.parent, 'parent'),
    ...referenced('attributes', attribute.repetitionSource, 'repetitionSource'),
    ...referencesOfProcessor(attribute.processor, 'processor'),
    ...attribute.resolvers.flatMap((resolver, index) => {
      const target = `resolvers[${index}]`
      return [
        ...referencesOfCondition(resolver.condition, `${target}.condition`),
        ...referencesOfProcessor(resolver.processor, `${target}.processor`),
        ...(resolver.type === 'ATTRIBUTE' ? referenced('attributes', resolver.value, `${target}.value`) : []),
        ...(resolver.type === 'SERVICE' ? referenced('services', resolver.value, `${target}.value`) : []),
        ...(resolver.type === 'USER' ? interpolated(resolver.query.userId, `${target}.query.userId`) : []),
      ]
    }),
  ]
}

export function referencesOfService(service: Omit<Service, 'id'>): Referenced[] {
  const parent = referenced('services', service.parent, 'parent')
  if (service.serviceType !== 'HTTP') return parent
  const { serviceSettings, processor } = service as Extract<Service, { serviceType: 'HTTP' }>
  const { authentication, headers, url, body } = serviceSettings
  const at = 'serviceSettings'
  return [
    ...parent,
    ...referencesOfProcessor(processor, 'processor'),
    ...interpolated(url, `${at}.url`),
    ...interpolated(body, `${at}.body`),
    ...headers.flatMap(({ value }, index) => [
      ...(value?.type === 'ATTRIBUTE'
        ? referenced('attributes', value.attribute, `${at}.headers[${index}].value.attribute`)
        : []),
      ...(value?.type === 'CONSTANT' ? interpolated(value.value, `${at}.headers[${index}].value.value`) : []),
    ]),
    ...(authentication.type === 'BASIC'
      ? [
          ...referenced('attributes', authentication.name, `${at}.authentication.name`),
          ...referenced('attributes', authentication.password, `${at}.authentication.password`),
        ]
      : []),
    ...(authentication.type === 'TOKEN'
      ? referenced('attributes', authentication.token, `${at}.authentication.token`)
      : []),
    ...(authentication.type === 'CLIENT_CREDENTIALS'
      ? referenced('attributes', authentication.clientSecret, `${at}.authentication.clientSecret`)
      : []),
  ]
}

export function referencesOfStatement(statement: Omit<Statement, 'id'>): Referenced[] {
  return [
    ...interpolated(statement.payload, 'payload'),
    ...statement.attributes.flatMap((attribute, index) =>
      referenced('attributes', attribute, `attributes[${index}]`),
    ),
  ]
}

export function referencesOfRule(rule: Rule, target = ''): Referenced[] {
  const at = target === '' ? '' : `${target}.`
  const { effectSettings } = rule
  return [
    ...referencesOfCondition(rule.condition, `${at}condition`),
    ...('condition' in effectSettings
      ? referencesOfCondition(effectSettings.condition, `${at}effectSettings.condition`)
      : []),
    ...statementsOf(rule, at),
  ]
}

export function referencesOfPolicy(policy: Policy, target = ''): Referenced[] {
  const at = target === '' ? '' : `${target}.`
  return [
    ...referencesOfCondition(policy.condition, `${at}condition`),
    ...referenced('attributes', policy.repetitionSettings?.source, `${at}repetitionSettings.source`),
    ...statementsOf(policy, at),
    ...(policy.children ?? []).flatMap((child, index) => referencesOfChild(child, `${at}children[${index}]`)),
  ]
}

function referencesOfChild(child: Child, target: string): Referenced[] {
  if ('value' in child) {
    return referenced(child.type === 'RULE' ? 'rules' : 'policies', child.value, `${target}.value`)
  }
  return child.type === 'RULE' ? referencesOfRule(child, target) : referencesOfPolicy(child, target)
}

const statementsOf = ({ statements = [] }: Rule | Policy, at: string): Referenced[] =>
  statements.flatMap((statement, index) => referenced('statements', statement, `${at}statements[${index}]`))

const referenced = (kind: keyof Framework, to: { id: string } | undefined, target: string): Referenced[] =>
  to === undefined ? [] : [{ kind, id: to.id, target: `${target}.id` }]
