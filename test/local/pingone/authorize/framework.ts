// Small Trust Frameworks for tests of the decision engine, with short ids in place of UUIDs.
import type { Directory, Evaluation } from '../../../../local/pingone/authorize/evaluation.ts'
import {
  type Attribute,
  type Comparator,
  type Condition,
  type Framework,
  type Policy,
  type Rule,
  type Service,
  type Statement,
  statementSchema,
  type ValueType,
} from '../../../../local/pingone/authorize/model.ts'

type Parts = {
  attributes?: Attribute[]
  services?: Service[]
  conditions?: { id: string; condition: Condition }[]
  processors?: { id: string; processor: unknown }[]
  statements?: Statement[]
  rules?: (Rule & { id: string })[]
  policies?: (Policy & { id: string })[]
}

const byId = <T extends { id: string }>(items: readonly T[] = []): Map<string, T> =>
  new Map(items.map((item) => [item.id, item]))

export function framework(parts: Parts): Framework {
  return {
    attributes: byId(parts.attributes),
    services: byId(parts.services),
    conditions: byId(parts.conditions?.map((each) => ({ name: each.id, ...each }))),
    processors: byId(parts.processors?.map((each) => ({ name: each.id, ...each }) as never)),
    statements: byId(parts.statements),
    rules: byId(parts.rules),
    policies: byId(parts.policies),
  }
}

export type Asked = {
  parameters?: Record<string, string | number | boolean>
  userId?: string
  overrides?: Record<string, string>
  directory?: Directory
  clock?: () => number
  fetch?: typeof fetch
  cache?: Evaluation['cache']
}

export function evaluation(parts: Parts, asked: Asked = {}): Evaluation {
  return {
    framework: framework(parts),
    parameters: new Map(Object.entries(asked.parameters ?? {})),
    userId: asked.userId,
    overrides: new Map(Object.entries(asked.overrides ?? {})),
    directory: asked.directory ?? { user: () => undefined, groupsOf: () => [] },
    clock: asked.clock ?? (() => Date.parse('2026-11-23T09:00:00Z')),
    fetch: asked.fetch ?? (() => Promise.reject(new Error('nothing is called here'))),
    cache: asked.cache ?? new Map(),
    attributes: new Map(),
    services: new Map(),
  }
}

/** An attribute that the request gives under its id. */
export const requested = (
  id: string,
  type: ValueType = 'STRING',
  more: Partial<Attribute> = {},
): Attribute => ({
  id,
  name: id,
  valueType: { type },
  resolvers: [{ type: 'REQUEST' }],
  ...more,
})

export const compare = (left: string, comparator: Comparator, right: string): Condition => ({
  type: 'COMPARISON',
  left: { type: 'ATTRIBUTE', id: left },
  comparator,
  right: { type: 'CONSTANT', value: right },
})

export const statement = (id: string, changes: Partial<Statement> = {}): Statement => ({
  ...statementSchema.parse({
    name: id,
    code: id,
    appliesTo: 'ANYTHING',
    appliesIf: 'PATH_MATCHES',
    payload: '',
    attributes: [],
  }),
  id,
  ...changes,
})

export const permit = (more: Partial<Rule> = {}): Rule & { type: 'RULE' } => ({
  type: 'RULE',
  effectSettings: { type: 'UNCONDITIONAL_PERMIT' },
  ...more,
})

export const deny = (more: Partial<Rule> = {}): Rule & { type: 'RULE' } => ({
  ...permit(more),
  effectSettings: { type: 'UNCONDITIONAL_DENY' },
})
