// A decision: the policy tree evaluated from its root, and the statements that go with the outcome.
import { combine, type Effect, isDecisive } from './combine.ts'
import { isMet } from './evaluate-condition.ts'
import type { Evaluation } from './evaluation.ts'
import type { Child, Policy, Rule, Statement } from './model.ts'
import { fullNameOf, interpolate, resolveAttribute } from './resolve-attribute.ts'
import { EvaluationFailure, type StatusCode } from './values.ts'

export type AppliedStatement = {
  id: string
  name: string
  code: string
  payload: string
  obligatory: boolean
  fulfilled: false
  attributes: Record<string, unknown>
}

export type Decision = {
  decision: Effect
  status: { code: 'OKAY' | StatusCode; message?: string }
  statements: AppliedStatement[]
}

/** A rule or policy that was evaluated, with its outcome. */
type Outcome = {
  effect: Effect
  failure?: EvaluationFailure
  statements: readonly { id: string }[]
  children: Outcome[]
}

const deepestPolicies = 50

/** Evaluates one policy tree. Never throws for what policies or requests contain: that is INDETERMINATE. */
export async function decide(evaluation: Evaluation, policyId: string): Promise<Decision> {
  const root = await evaluateChild(evaluation, { type: 'POLICY', value: { id: policyId } }, 0)
  try {
    const statements = await applyStatements(evaluation, root)
    const failure = root.effect === 'INDETERMINATE' ? firstFailure(root) : undefined
    return { decision: root.effect, status: statusOf(failure), statements }
  } catch (error) {
    // A statement that cannot be written out may be an obligation: without it the decision does not stand.
    return { decision: 'INDETERMINATE', status: statusOf(asFailure(error)), statements: [] }
  }
}

/** Evaluates one rule on its own. */
export async function decideRule(evaluation: Evaluation, rule: Rule): Promise<Decision> {
  const outcome = await evaluateRule(evaluation, rule)
  return { decision: outcome.effect, status: statusOf(outcome.failure), statements: [] }
}

const statusOf = (failure: EvaluationFailure | undefined): Decision['status'] =>
  failure ? { code: failure.code, message: failure.message } : { code: 'OKAY' }

function asFailure(error: unknown): EvaluationFailure {
  if (error instanceof EvaluationFailure) return error
  throw error
}

const firstFailure = (outcome: Outcome): EvaluationFailure | undefined =>
  outcome.failure ?? outcome.children.map(firstFailure).find((failure) => failure !== undefined)

const notApplicable: Outcome = { effect: 'NOT_APPLICABLE', statements: [], children: [] }
const indeterminate = (failure: EvaluationFailure, children: Outcome[] = []): Outcome => ({
  effect: 'INDETERMINATE',
  failure,
  statements: [],
  children,
})

async function evaluateChild(evaluation: Evaluation, child: Child, depth: number): Promise<Outcome> {
  if (depth > deepestPolicies) {
    return indeterminate(new EvaluationFailure('PROCESSING_ERROR', 'Policies refer to each other'))
  }
  const { framework } = evaluation
  if (child.type === 'RULE') {
    const rule = 'value' in child ? framework.rules.get(child.value.id) : child
    return rule ? evaluateRule(evaluation, rule) : unknownNode()
  }
  const policy = 'value' in child ? framework.policies.get(child.value.id) : child
  return policy ? evaluatePolicy(evaluation, policy, depth) : unknownNode()
}

const unknownNode = (): Outcome =>
  indeterminate(
    new EvaluationFailure('PROCESSING_ERROR', 'A rule or policy that is referred to does not exist'),
  )

async function evaluatePolicy(evaluation: Evaluation, policy: Policy, depth: number): Promise<Outcome> {
  if (policy.enabled === false) return notApplicable
  try {
    if (policy.condition && !(await isMet(evaluation, policy.condition))) return notApplicable
  } catch (error) {
    return { ...indeterminate(asFailure(error)), statements: policy.statements ?? [] }
  }
  if (policy.repetitionSettings) {
    return indeterminate(
      new EvaluationFailure(
        'PROCESSING_ERROR',
        `${policy.name ?? 'A policy'} repeats, which is not offered here`,
      ),
    )
  }
  const { algorithm } = policy.combiningAlgorithm
  const children: Outcome[] = []
  for (const child of policy.children ?? []) {
    const outcome = await evaluateChild(evaluation, child, depth + 1)
    children.push(outcome)
    if (isDecisive(algorithm, outcome.effect)) break
  }
  const effect = combine(
    algorithm,
    children.map((child) => child.effect),
  )
  return { effect, statements: policy.statements ?? [], children }
}

async function evaluateRule(evaluation: Evaluation, rule: Rule): Promise<Outcome> {
  if (rule.enabled === false) return notApplicable
  const statements = rule.statements ?? []
  try {
    if (rule.condition && !(await isMet(evaluation, rule.condition))) return notApplicable
    return { effect: await effectOf(evaluation, rule), statements, children: [] }
  } catch (error) {
    return { ...indeterminate(asFailure(error)), statements }
  }
}

async function effectOf(evaluation: Evaluation, { effectSettings }: Rule): Promise<Effect> {
  switch (effectSettings.type) {
    case 'UNCONDITIONAL_PERMIT':
      return 'PERMIT'
    case 'UNCONDITIONAL_DENY':
      return 'DENY'
    case 'CONDITIONAL_PERMIT_ELSE_DENY':
      return (await isMet(evaluation, effectSettings.condition)) ? 'PERMIT' : 'DENY'
    case 'CONDITIONAL_DENY_ELSE_PERMIT':
      return (await isMet(evaluation, effectSettings.condition)) ? 'DENY' : 'PERMIT'
  }
}

/** Statements in the order of the tree, each once. */
async function applyStatements(evaluation: Evaluation, root: Outcome): Promise<AppliedStatement[]> {
  const applied = new Map<string, Statement>()
  const visit = (outcome: Outcome, path: readonly Effect[]) => {
    const decisions = [...path, outcome.effect]
    for (const { id } of outcome.statements) {
      const statement = evaluation.framework.statements.get(id)
      if (!statement) throw new EvaluationFailure('PROCESSING_ERROR', `There is no statement ${id}`)
      if (applies(statement, outcome.effect, root.effect, decisions)) applied.set(id, statement)
    }
    for (const child of outcome.children) visit(child, decisions)
  }
  visit(root, [])
  const written: AppliedStatement[] = []
  for (const statement of applied.values()) written.push(await write(evaluation, statement))
  return written
}

function applies(statement: Statement, own: Effect, final: Effect, path: readonly Effect[]): boolean {
  // What did not apply says nothing.
  if (own === 'NOT_APPLICABLE') return false
  switch (statement.appliesIf) {
    case 'ANYTHING':
      return matches(statement, own)
    case 'FINAL_DECISION_MATCHES':
      return matches(statement, final)
    case 'PATH_MATCHES':
      return path.every((effect) => matches(statement, effect))
  }
}

function matches({ appliesTo }: Statement, effect: Effect): boolean {
  if (appliesTo === 'ANYTHING') return true
  if (appliesTo === 'PERMIT_OR_DENY') return effect === 'PERMIT' || effect === 'DENY'
  return appliesTo === effect
}

async function write(evaluation: Evaluation, statement: Statement): Promise<AppliedStatement> {
  const attributes: [string, unknown][] = []
  for (const { id } of statement.attributes) {
    const { value } = await resolveAttribute(evaluation, id)
    const attribute = evaluation.framework.attributes.get(id)
    if (attribute) attributes.push([fullNameOf(evaluation.framework, attribute), value])
  }
  return {
    id: statement.id,
    name: statement.name,
    code: statement.code,
    payload: await interpolate(evaluation, statement.payload),
    obligatory: statement.obligatory,
    fulfilled: false,
    attributes: Object.fromEntries(attributes),
  }
}
