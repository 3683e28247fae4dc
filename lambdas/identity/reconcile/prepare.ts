// From settings to a reconciler: checks the environment, then describes what it should hold.

import type { PublicKeys } from '../client-keys.ts'
import { assertFlows } from '../davinci/assert-flows.ts'
import { describeDesiredState, documentedDecisionRoles } from '../desired-state/describe-desired-state.ts'
import type { DesiredObject } from '../desired-state/desired-object.ts'
import { names } from '../desired-state/names.ts'
import type { Settings } from '../settings.ts'
import type { Journal } from './journal.ts'
import type { ManagementClient } from './management-client.ts'
import type { Finding } from './preflight/check.ts'
import { assertFit, runPreflight } from './preflight/run-preflight.ts'
import { createReconciler, type Reconciler, type Step } from './reconcile.ts'

export type PrepareOptions = {
  client: ManagementClient
  settings: Settings
  issuer: string
  workerClientId: string
  /** A terminal does not know them. */
  publicKeys?: PublicKeys
  clock: () => number
  journal?: Journal
  report?: (step: Step, milliseconds: number) => void
  /** Called with what was found before anything is planned. */
  reportFindings?: (findings: readonly Finding[]) => void
}

export type Prepared = {
  reconciler: Reconciler
  desired: readonly DesiredObject[]
  findings: readonly Finding[]
}

/**
 * @throws {EnvironmentUnfitError} when nothing can be set up here
 * @throws {FlowUnfitError} when the flow that would be deployed has faults
 */
export async function prepare(options: PrepareOptions): Promise<Prepared> {
  const { client, settings, issuer } = options
  const { findings, refused, applications, roles, customDecisionRole } = await runPreflight(
    client,
    options.workerClientId,
  )
  options.reportFindings?.(findings)
  assertFit(findings)
  const desired = describeDesiredState({
    settings,
    issuer,
    environmentId: client.environmentId,
    // A role that holds nothing but the right to evaluate replaces the documented ones, which allow far more.
    decisionRoles: roles.some(({ name }) => name === names.customDecisionRole)
      ? [names.customDecisionRole]
      : documentedDecisionRoles,
    customDecisionRole,
    connectorExists: applications.some(({ name }) => name === 'MyHotels ChatGPT'),
    publicKeys: options.publicKeys,
    policiesByApi: !refused.has('authorizeEditor'),
  })
  assertFlows(desired)
  const reconciler = createReconciler({
    client,
    desired,
    refused,
    clock: options.clock,
    ...(options.journal ? { journal: options.journal } : {}),
    ...(options.report ? { report: options.report } : {}),
  })
  return { reconciler, desired, findings }
}
