// Which policy signs a person in to an application: PingOne names it in `acr`.
import type { PingOneEnvironment, Stored } from '../environment.ts'
import { idOf } from './select-resource.ts'

/** The id of the assigned flow policy, else the name of the assigned or the default sign-on policy. */
export function authenticationPolicy(environment: PingOneEnvironment, application: Stored): string {
  const flowPolicy = assigned(environment, 'flowPolicyAssignments', 'flowPolicy', application)[0]
  if (flowPolicy !== undefined) return flowPolicy
  const assignedId = assigned(environment, 'signOnPolicyAssignments', 'signOnPolicy', application)[0]
  const policies = environment.list('signOnPolicies')
  const policy =
    policies.find(({ id }) => id === assignedId) ??
    policies.find((each) => each.default === true) ??
    policies[0]
  return String(policy?.name ?? 'Single_Factor')
}

/** The ids of assigned policies, the one with the lowest priority number first. */
export function assigned(
  environment: PingOneEnvironment,
  collection: 'flowPolicyAssignments' | 'signOnPolicyAssignments',
  member: 'flowPolicy' | 'signOnPolicy',
  application: Stored,
): string[] {
  return environment
    .children(collection, application.id)
    .toSorted((left, right) => Number(left.priority ?? 1) - Number(right.priority ?? 1))
    .map((assignment) => idOf(assignment[member]))
    .filter((id) => id !== undefined)
}
