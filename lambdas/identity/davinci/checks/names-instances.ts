import type { FlowCheck } from '../flow.ts'

/** Each call goes through a connector instance of its connector; an evaluator has none. */
export const namesInstances: FlowCheck = ({ nodes, instances }) =>
  nodes.flatMap(({ kind, label, connectorId, connectionId }) => {
    if (kind === 'evaluator') {
      return connectionId === '' ? [] : [`The evaluator ${label} names a connector instance.`]
    }
    if (connectionId === '') return [`${label} names no connector instance.`]
    if (instances === undefined || instances.get(connectionId) === connectorId) return []
    return [`${label} names ${connectionId}, which is no connector instance of ${connectorId}.`]
  })
