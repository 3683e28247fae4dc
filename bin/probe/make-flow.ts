import { type Answer, member } from './answer.ts'
import { NotAskedError } from './not-asked.ts'
import type { Tools } from './probe.ts'
import { probeMark } from './scratch.ts'

/** Makes a flow that nothing starts, with one node that has a property nobody knows. It is deleted at the end. */
export async function makeFlow(
  { pingOne, scratch }: Pick<Tools, 'pingOne' | 'scratch'>,
  members: { settings: Record<string, unknown> },
): Promise<Answer> {
  const answer = await pingOne.api('POST', 'flows', {
    body: {
      name: scratch.name(`flow-${Math.random().toString(36).slice(2, 8)}`),
      description: probeMark,
      graphData: { elements: { nodes: [node], edges: [] } },
      trigger: { type: 'AUTHENTICATION', subtype: 'CIBA' },
      ...members,
    },
  })
  if (answer.status === 403 || answer.status === 404)
    throw new NotAskedError(`DaVinci's API refuses the worker (status ${answer.status})`)
  const id = member(answer, 'id')
  if (typeof id === 'string') scratch.onEnd(() => pingOne.management.delete(`flows/${id}`))
  return answer
}

const node = {
  data: {
    id: 'probenode1',
    nodeType: 'CONNECTION',
    connectorId: 'functionsConnector',
    // PingOne's own instance, the same in every environment.
    connectionId: 'de650ca45593b82c49064ead10b9fe17',
    name: 'Functions',
    label: 'Functions',
    capabilityName: 'AIsEmpty',
    type: 'trigger',
    status: 'configured',
    properties: { aPropertyThatNobodyKnows: { value: 'kept?' } },
  },
  position: { x: 277, y: 236 },
  group: 'nodes',
}
