/** How a call that leads to an evaluator ended; `undefined` while it has not. */
export type Trigger = boolean | undefined

const conditions: Readonly<Record<string, (triggers: readonly Trigger[]) => boolean>> = {
  allTriggersTrue: (triggers) => triggers.every((trigger) => trigger === true),
  anyTriggersTrue: (triggers) => triggers.some((trigger) => trigger === true),
  allTriggersFalse: (triggers) => triggers.every((trigger) => trigger === false),
  anyTriggersFalse: (triggers) => triggers.some((trigger) => trigger === false),
  allTriggersComplete: (triggers) => triggers.every((trigger) => trigger !== undefined),
  always: (triggers) => triggers.some((trigger) => trigger !== undefined),
}

/**
 * Whether an evaluator lets a branch pass. A branch without a value wants all triggers true; with a value that
 * evaluators do not have it is never taken.
 */
export function isBranchTaken(condition: unknown, triggers: readonly Trigger[]): boolean {
  const name = condition ?? 'allTriggersTrue'
  return (
    triggers.length > 0 &&
    typeof name === 'string' &&
    Object.hasOwn(conditions, name) &&
    conditions[name]?.(triggers) === true
  )
}
