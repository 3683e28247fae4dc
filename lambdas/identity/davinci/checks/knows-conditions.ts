import { evaluators, type FlowCheck } from '../flow.ts'

const conditions = new Set<unknown>([
  'allTriggersTrue',
  'anyTriggersTrue',
  'allTriggersFalse',
  'anyTriggersFalse',
  'allTriggersComplete',
  'always',
])

/** What an evaluator can wait for. */
export const knowsConditions: FlowCheck = (flow) =>
  evaluators(flow).flatMap(({ label, properties }) =>
    Object.entries(properties)
      .filter(([, condition]) => !conditions.has(condition))
      .map(
        ([target, condition]) =>
          `The evaluator ${label} goes on to ${target} on ${JSON.stringify(condition)}, which is no condition.`,
      ),
  )
