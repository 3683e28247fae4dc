// Identity-based policies: which statements match a call, and what follows from them.
import { grantName } from './access-record.ts'

export type Statement = {
  /** The policy's stack and logical id, and the number of the statement in it. */
  source: string
  effect: 'Allow' | 'Deny'
  actions: { not: boolean; patterns: string[] }
  resources: { not: boolean; patterns: string[] }
  conditions: Condition[]
}

type Condition = { operator: string; key: string; values: string[] }

export type AccessRequest = {
  /** For example `dynamodb:PutItem`. */
  action: string
  resource: string
  /** Condition keys in lower case with their values, such as `kms:encryptioncontext:transactionid`. */
  context: Record<string, string[]>
}

/**
 * The statements of a policy document, and the conditions in it that cannot be evaluated here.
 *
 * @param policy what the statements are named after
 */
export function parsePolicy(
  document: unknown,
  policy: string,
): { statements: Statement[]; unknownConditions: string[] } {
  const { Statement: raw } = (document ?? {}) as { Statement?: unknown }
  const statements = (Array.isArray(raw) ? raw : [raw])
    .filter(isObject)
    .map((statement, index) => parseStatement(statement, `${policy}/${index}`))
  const unknownConditions = statements
    .flatMap(({ conditions }) => conditions)
    .filter(({ operator }) => operatorOf(operator) === undefined)
    .map(({ operator, key }) => `${operator} ${key}`)
  return { statements, unknownConditions }
}

/** A matching denial outweighs every permission; without a permission the call is denied. */
export function isAllowed(statements: readonly Statement[], request: AccessRequest): boolean {
  return (
    statements.some((statement) => statement.effect === 'Allow' && matches(statement, request)) &&
    !isDenied(statements, request)
  )
}

/** Whether a statement denies the call. */
export const isDenied = (statements: readonly Statement[], request: AccessRequest): boolean =>
  statements.some((statement) => statement.effect === 'Deny' && matches(statement, request))

/** The grants that allow a call: each action on each resource of a statement that covers it. */
export function grantsBehind(statements: readonly Statement[], request: AccessRequest): string[] {
  return statements
    .filter((statement) => statement.effect === 'Allow' && matches(statement, request))
    .flatMap(({ source, actions, resources }) =>
      actions.patterns
        .filter((pattern) => matchesAction(pattern, request.action))
        .flatMap((action) =>
          resources.patterns.flatMap((pattern, index) =>
            matchesWildcard(pattern, request.resource) ? [grantName(source, action, index)] : [],
          ),
        ),
    )
}

/** The names of actions are compared without regard to case. */
const matchesAction = (pattern: string, action: string) =>
  matchesWildcard(pattern.toLowerCase(), action.toLowerCase())

/** `*` stands for any characters, `?` for one. */
export function matchesWildcard(pattern: string, value: string): boolean {
  const expression = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${expression}$`, 's').test(value)
}

function parseStatement(raw: Record<string, unknown>, source: string): Statement {
  const conditions = Object.entries((raw.Condition ?? {}) as Record<string, Record<string, unknown>>)
  return {
    source,
    effect: raw.Effect === 'Deny' ? 'Deny' : 'Allow',
    actions: patterns(raw.Action, raw.NotAction),
    resources: patterns(raw.Resource, raw.NotResource),
    conditions: conditions.flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, values]) => ({ operator, key, values: strings(values) })),
    ),
  }
}

function patterns(wanted: unknown, unwanted: unknown): { not: boolean; patterns: string[] } {
  return unwanted === undefined
    ? { not: false, patterns: strings(wanted) }
    : { not: true, patterns: strings(unwanted) }
}

function matches(statement: Statement, { action, resource, context }: AccessRequest): boolean {
  const actionMatches = statement.actions.patterns.some((pattern) => matchesAction(pattern, action))
  const resourceMatches = statement.resources.patterns.some((pattern) => matchesWildcard(pattern, resource))
  if (actionMatches === statement.actions.not || resourceMatches === statement.resources.not) return false
  return statement.conditions.every((condition) => {
    const holds = operatorOf(condition.operator)
    // What cannot be evaluated permits nothing and denies all that it is about.
    if (holds === undefined) return statement.effect === 'Deny'
    return holds(context[condition.key.toLowerCase()], condition.values)
  })
}

type Operator = (present: string[] | undefined, wanted: string[]) => boolean

const comparisons: Record<string, ((value: string, wanted: string) => boolean) | undefined> = {
  StringEquals: (value, wanted) => value === wanted,
  StringEqualsIgnoreCase: (value, wanted) => value.toLowerCase() === wanted.toLowerCase(),
  StringLike: (value, wanted) => matchesWildcard(wanted, value),
  ArnEquals: (value, wanted) => matchesWildcard(wanted, value),
  ArnLike: (value, wanted) => matchesWildcard(wanted, value),
  Bool: (value, wanted) => value.toLowerCase() === wanted.toLowerCase(),
}

function operatorOf(name: string): Operator | undefined {
  if (name === 'Null') return (present, wanted) => (present === undefined) === (wanted[0] === 'true')
  const [, set, negated, bare = '', ifExists] =
    /^(ForAllValues:|ForAnyValue:)?(?:(String|Arn)Not)?(\w+?)(IfExists)?$/.exec(name) ?? []
  const compare = comparisons[negated ? `${negated}${bare}` : bare]
  if (!compare) return undefined
  return (present, wanted) => {
    if (present === undefined)
      return ifExists !== undefined || set === 'ForAllValues:' || negated !== undefined
    const fits = (value: string) => wanted.some((one) => compare(value, one)) !== (negated !== undefined)
    return set === 'ForAnyValue:' ? present.some(fits) : present.every(fits)
  }
}

const strings = (value: unknown): string[] =>
  value === undefined ? [] : (Array.isArray(value) ? value : [value]).map(String)

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
