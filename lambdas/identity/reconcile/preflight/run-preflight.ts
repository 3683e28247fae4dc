import type { CustomDecisionRole } from '../../desired-state/applications.ts'
import type { Need } from '../../desired-state/desired-object.ts'
import { EnvironmentUnfitError } from '../errors.ts'
import { kindNamed } from '../kinds.ts'
import type { Live, ManagementClient } from '../management-client.ts'
import { checkAgents } from './agents.ts'
import type { Check, CheckContext, Finding } from './check.ts'
import { checkDaVinci } from './davinci.ts'
import { findCustomDecisionRole } from './decision-role.ts'
import { checkEnvironment } from './environment.ts'
import { checkPolicyEditor } from './policy-editor.ts'
import { checkProducts } from './products.ts'
import { checkWorkerRoles, heldRoles } from './worker-roles.ts'

/** In this order; nothing after an `unfit` one means anything. */
export const checks: readonly Check[] = [
  checkEnvironment,
  checkProducts,
  checkWorkerRoles,
  checkPolicyEditor,
  checkDaVinci,
  checkAgents,
]

export type Preflight = {
  findings: readonly Finding[]
  refused: ReadonlyMap<Need, string>
  applications: readonly Live[]
  roles: readonly Live[]
  customDecisionRole: CustomDecisionRole | undefined
}

/** Looks at everything that a tenant may refuse, and changes nothing. */
export async function runPreflight(client: ManagementClient, workerClientId: string): Promise<Preflight> {
  const role = kindNamed('role')
  const shared = {
    client,
    workerClientId,
    applications: once(() => client.list('applications', 'applications')),
    roles: once(async () => {
      const listed = await client.list('//roles', 'roles')
      return role.expand ? role.expand(client, listed) : listed
    }),
  }
  const context: CheckContext = { ...shared, heldRoles: once(() => heldRoles(shared)) }
  const findings: Finding[] = []
  for (const check of checks) {
    const finding = await check(context)
    findings.push(finding)
    if (finding.level === 'unfit') {
      return { findings, refused: new Map(), applications: [], roles: [], customDecisionRole: undefined }
    }
  }
  const refused = new Map<Need, string>()
  for (const { refuses, sentence } of findings) {
    if (refuses !== undefined && !refused.has(refuses)) refused.set(refuses, sentence)
  }
  return {
    findings,
    refused,
    applications: await context.applications(),
    roles: await context.roles(),
    customDecisionRole: await findCustomDecisionRole(context),
  }
}

/** @throws {EnvironmentUnfitError} with what to do, when one of the findings says so */
export function assertFit(findings: readonly Finding[]): void {
  const unfit = findings.find(({ level }) => level === 'unfit')
  if (unfit !== undefined) {
    throw new EnvironmentUnfitError(
      ['Nothing was changed.', unfit.sentence, unfit.toDo].filter(Boolean).join(' '),
    )
  }
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let reading: Promise<T> | undefined
  return () => {
    reading ??= read()
    return reading
  }
}
