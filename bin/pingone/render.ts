// How findings and steps read in a terminal.
import type { Difference } from '../../lambdas/identity/reconcile/compare.ts'
import type { Finding } from '../../lambdas/identity/reconcile/preflight/check.ts'
import type { Action, Step } from '../../lambdas/identity/reconcile/reconcile.ts'
import type { Colour, Paint } from './paint.ts'

const marks: Record<Action, { mark: string; colour: Colour; planned: string; done: string; drift: string }> =
  {
    create: { mark: '+', colour: 'green', planned: 'create', done: 'created', drift: 'missing' },
    update: { mark: '~', colour: 'yellow', planned: 'change', done: 'changed', drift: 'differs' },
    delete: { mark: '-', colour: 'red', planned: 'delete', done: 'deleted', drift: 'unexpected' },
    keep: { mark: '=', colour: 'dim', planned: 'keep', done: 'kept', drift: 'in order' },
    adopt: { mark: '*', colour: 'dim', planned: 'adopt', done: 'adopted', drift: 'in order' },
    refuse: { mark: '!', colour: 'red', planned: 'refuse', done: 'refused', drift: 'foreign' },
    skip: { mark: '?', colour: 'yellow', planned: 'skip', done: 'skipped', drift: 'skipped' },
  }

export type Wording = 'planned' | 'done' | 'drift'

export function renderStep(step: Step, wording: Wording, paint: Paint, secrets: readonly string[]): string {
  const { mark, colour, [wording]: verb } = marks[step.action]
  const lines = [paint(colour, `${mark} ${verb.padEnd(10)} ${step.kind.title.padEnd(26)} ${step.name}`)]
  if (step.action === 'update' || step.action === 'refuse') {
    lines.push(...step.differences.map((difference) => `      ${renderDifference(difference, secrets)}`))
  }
  if (step.reason !== undefined) lines.push(paint('dim', `      ${step.reason}`))
  return lines.join('\n')
}

function renderDifference({ path, live, wanted }: Difference, secrets: readonly string[]): string {
  if (isOfSecret(wanted, secrets)) return `${path}: differs (secret)`
  return `${path}: ${renderValue(live, secrets)} -> ${renderValue(wanted, secrets)}`
}

/** A difference for programs, with the same left out as for people. */
export function describeDifference({ path, live, wanted }: Difference, secrets: readonly string[]) {
  const isSecret = isOfSecret(wanted, secrets)
  return {
    path,
    live: isSecret ? '(secret)' : renderValue(live, secrets),
    wanted: isSecret ? '(secret)' : renderValue(wanted, secrets),
  }
}

/** Where a secret should be, what is there may be one too. */
function isOfSecret(wanted: Difference['wanted'], secrets: readonly string[]): boolean {
  const text = JSON.stringify(wanted) ?? ''
  return text.includes('(the secret of ') || secrets.some((secret) => text.includes(secret))
}

const longest = 120

/** A value in a diff; secrets are left out wherever they occur. */
export function renderValue(value: unknown, secrets: readonly string[]): string {
  if (value === undefined) return '(nothing)'
  const choices = (value as { $either?: readonly string[] } | null)?.$either
  const text = choices ? choices.join(' or ') : (JSON.stringify(value) ?? String(value))
  const masked = secrets.reduce((shown, secret) => shown.replaceAll(secret, '(secret)'), text)
  return masked.length > longest ? `${masked.slice(0, longest)}…` : masked
}

export function renderFinding(finding: Finding, paint: Paint): string {
  const [mark, colour] = ({ ok: ['✓', 'green'], limited: ['!', 'yellow'], unfit: ['✗', 'red'] } as const)[
    finding.level
  ]
  const lines = [`${paint(colour, mark)} ${finding.subject}: ${finding.sentence}`]
  if (finding.stillWorks) lines.push(`    Still works: ${finding.stillWorks}`)
  if (finding.toDo) lines.push(`    To do: ${finding.toDo}`)
  return lines.join('\n')
}

export function summarize(steps: readonly Step[]): string {
  const count = (...actions: Action[]) => steps.filter(({ action }) => actions.includes(action)).length
  const parts = [
    [count('create'), 'created'],
    [count('update'), 'changed'],
    [count('delete'), 'deleted'],
    [count('refuse'), 'refused'],
    [count('skip'), 'skipped'],
    [count('keep', 'adopt'), 'in order'],
  ] as const
  const told = parts.filter(([number]) => number > 0).map(([number, words]) => `${number} ${words}`)
  return told.length > 0 ? told.join(', ') : 'nothing there'
}
