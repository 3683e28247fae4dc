// Whether a connector instance can call back into its environment. PingOne stores any properties without a word; a
// wrong one shows only when a flow runs, and then as an error that does not say why.
import type { Clock } from '../../../lambdas/clock.ts'
import { equalInConstantTime } from '../authorization-server/authenticate-caller.ts'
import { currentSecrets, findApplication } from '../authorization-server/client-metadata.ts'
import type { PingOneEnvironment } from '../environment.ts'
import { callingBack } from '../management/davinci/connectors.ts'
import { type FlowNode, unwrapped } from './graph.ts'

/**
 * True when the node's instance is one of its connector and, where the connector works with the environment, has the
 * credentials of a worker in it: `envId`, `clientId`, `clientSecret`, `region`.
 */
export function hasAccess(environment: PingOneEnvironment, node: FlowNode, clock: Clock): boolean {
  const instance = environment.get('connectorInstances', node.connectionId)
  if ((instance?.connector as { id?: string } | undefined)?.id !== node.connectorId) return false
  if (!callingBack.has(node.connectorId)) return true
  const { envId, clientId, clientSecret, region } = unwrapped(instance?.properties)
  if (typeof clientId !== 'string' || typeof clientSecret !== 'string') return false
  const worker = findApplication(environment, clientId)
  const own = environment.values.environment as { region?: string } | undefined
  return (
    envId === environment.id &&
    region === (own?.region ?? 'EU') &&
    worker?.type === 'WORKER' &&
    currentSecrets(environment, worker.id, clock).some((secret) => equalInConstantTime(secret, clientSecret))
  )
}
