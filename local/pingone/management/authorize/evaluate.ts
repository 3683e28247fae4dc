// Ties the decision engine to this environment: its directory, its clock, and one cache of service answers.
import type { Directory, Evaluation, ServiceCache } from '../../authorize/evaluation.ts'
import type { Framework } from '../../authorize/model.ts'
import type { ManagementContext } from '../operation.ts'

export type EvaluationRequest = {
  framework: Framework
  parameters: ReadonlyMap<string, string | number | boolean>
  userId?: string | undefined
  overrides?: ReadonlyMap<string, string>
}

export function createEvaluations(context: ManagementContext) {
  const { environment, clock, fetch } = context
  const cache: ServiceCache = new Map()
  const directory: Directory = {
    user: (id) => environment.get('users', id),
    groupsOf: (userId) =>
      environment
        .children('memberOfGroups', userId)
        .flatMap(({ id }) => environment.get('groups', id) ?? [])
        .flatMap((group) => [group.id, String(group.name)]),
  }
  return ({ framework, parameters, userId, overrides = new Map() }: EvaluationRequest): Evaluation => ({
    framework,
    parameters,
    userId,
    overrides,
    directory,
    clock,
    fetch,
    cache,
    attributes: new Map(),
    services: new Map(),
  })
}
