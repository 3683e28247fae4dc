import { describe, expect, test } from '@jest/globals'
import { destroy } from '../../../lambdas/identity/reconcile/destroy.ts'
import { createTestPingOne, type TestPingOne } from '../pingone-environment.ts'

/** The same in every environment, as exports of flows show. */
const own = {
  users: '94141bf2f1b9b59a5f5365ff135e02bb',
  http: '867ed4363b2bc21c860085ad2baa817d',
}

const instances = (pingOne: TestPingOne) => pingOne.environment.list('connectorInstances')

/** The instance that the deployed flow calls a connector through. */
function calledThrough(pingOne: TestPingOne, connectorId: string): string | undefined {
  const [flow] = pingOne.environment.list('flows')
  const graph = flow?.graphData as { elements: { nodes: { data: { [name: string]: string } }[] } } | undefined
  return graph?.elements.nodes.find(({ data }) => data.connectorId === connectorId)?.data.connectionId
}

describe('the connector instances that the flow calls', () => {
  test("are PingOne's own, which are not made, changed or deleted", async () => {
    const pingOne = createTestPingOne()
    const before = instances(pingOne)

    await pingOne.apply()

    expect(calledThrough(pingOne, 'pingOneSSOConnector')).toBe(own.users)
    expect(calledThrough(pingOne, 'httpConnector')).toBe(own.http)
    expect(instances(pingOne)).toEqual(before)
    await destroy({ client: pingOne.createClient(), clock: pingOne.clock })
    expect(instances(pingOne)).toEqual(before)
  })

  test("are PingOne's own where others have made some of the same connector, and whatever they are called", async () => {
    const pingOne = createTestPingOne()
    await pingOne.byHand('POST', 'connectorInstances', { name: 'Theirs', connector: { id: 'httpConnector' } })
    const http = pingOne.environment.get('connectorInstances', own.http)
    if (http) pingOne.environment.put('connectorInstances', { ...http, name: 'HTTP' })

    await pingOne.apply()

    expect(calledThrough(pingOne, 'httpConnector')).toBe(own.http)
  })

  test('are made where a connector without credentials has none, and deleted with the rest', async () => {
    const pingOne = createTestPingOne()
    pingOne.environment.delete('connectorInstances', own.http)

    await pingOne.apply()

    const made = instances(pingOne).filter(
      ({ connector }) => (connector as { id: string }).id === 'httpConnector',
    )
    expect(made.map(({ name }) => name)).toEqual(['MyHotels Http - managed by MyHotels'])
    expect(calledThrough(pingOne, 'httpConnector')).toBe(made[0]?.id)
    expect((await pingOne.verify()).needsChange).toBe(false)
    await destroy({ client: pingOne.createClient(), clock: pingOne.clock })
    expect(instances(pingOne).map(({ id }) => id)).not.toContain(made[0]?.id)
  })

  test('are refused, with what to do, where a connector with credentials has none but one of ours, which has none', async () => {
    const pingOne = createTestPingOne()
    pingOne.environment.delete('connectorInstances', own.users)
    await pingOne.byHand('POST', 'connectorInstances', {
      name: 'MyHotels users - managed by MyHotels',
      connector: { id: 'pingOneSSOConnector' },
    })
    const before = pingOne.image()

    const attempt = pingOne.apply()

    await expect(attempt).rejects.toThrow(
      /^Nothing was changed\. The environment has no DaVinci connector "PingOne", which PingOne brings along\. Add it in DaVinci, Connectors, with the credentials of a worker application/,
    )
    expect(pingOne.image()).toEqual(before)
  })

  test("are the only one that is not ours where PingOne's own is gone", async () => {
    const pingOne = createTestPingOne()
    pingOne.environment.delete('connectorInstances', own.users)
    const theirs = await pingOne.byHand('POST', 'connectorInstances', {
      name: 'People',
      connector: { id: 'pingOneSSOConnector' },
    })

    await pingOne.apply()

    expect(calledThrough(pingOne, 'pingOneSSOConnector')).toBe(theirs?.id)
  })

  test('are not guessed where several could be meant', async () => {
    const pingOne = createTestPingOne()
    pingOne.environment.delete('connectorInstances', own.users)
    for (const name of ['People', 'Staff']) {
      await pingOne.byHand('POST', 'connectorInstances', { name, connector: { id: 'pingOneSSOConnector' } })
    }

    await expect(pingOne.apply()).rejects.toThrow(
      /several objects that could be the DaVinci connector "PingOne"/,
    )
  })

  test('that MyHotels made in an earlier version, without credentials, are deleted once the flow does without', async () => {
    const pingOne = createTestPingOne()
    await pingOne.apply()
    const earlier = await pingOne.byHand('POST', 'connectorInstances', {
      name: 'MyHotels users - managed by MyHotels',
      connector: { id: 'pingOneSSOConnector' },
    })

    const { steps } = await pingOne.apply()

    expect(calledThrough(pingOne, 'pingOneSSOConnector')).toBe(own.users)
    expect(steps.filter(({ action }) => action === 'delete').map(({ id }) => id)).toEqual([earlier?.id])
  })
})
