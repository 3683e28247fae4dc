import type { PublicKeys } from '../client-keys.ts'
import type { Settings } from '../settings.ts'
import { type CustomDecisionRole, describeApplications } from './applications.ts'
import { describeApprovalFlow } from './approval-flow/describe-approval-flow.ts'
import { describeDecisionEndpoints } from './decision-endpoints.ts'
import type { DesiredObject } from './desired-object.ts'
import { describeNotifications } from './notifications.ts'
import { describePeople } from './people.ts'
import { describePolicies } from './policies.ts'
import { describeResources } from './resources.ts'
import { describeTrustFramework } from './trust-framework.ts'

/** What PingOne's documentation names for decisions; see docs/pingone.md for a narrower role. */
export const documentedDecisionRoles = ['Environment Admin', 'Identity Data Admin'] as const

export type DesiredStateOptions = {
  settings: Settings
  environmentId: string
  /** `https://auth.pingone.<tld>/<environment>/as`, or the custom domain's. */
  issuer: string
  decisionRoles?: readonly string[]
  customDecisionRole?: CustomDecisionRole | undefined
  connectorExists?: boolean
  publicKeys?: PublicKeys | undefined
  policiesByApi?: boolean
}

/** Every object that MyHotels needs in PingOne, in an order in which each comes after those that it refers to. */
export function describeDesiredState(options: DesiredStateOptions): DesiredObject[] {
  const { settings, environmentId, issuer } = options
  return [
    ...describePeople(),
    ...describeResources(settings),
    ...describeApplications({
      settings,
      environmentId,
      decisionRoles: options.decisionRoles ?? documentedDecisionRoles,
      customDecisionRole: options.customDecisionRole,
      connectorExists: options.connectorExists ?? false,
      publicKeys: options.publicKeys,
    }),
    ...describeTrustFramework({ issuer }),
    ...describePolicies(settings),
    ...describeDecisionEndpoints({ policiesByApi: options.policiesByApi ?? true }),
    ...describeNotifications(),
    ...describeApprovalFlow({ approval: settings.approval, issuer }),
  ]
}
