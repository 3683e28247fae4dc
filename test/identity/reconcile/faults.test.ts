// Every call fails once in every way, alone among its neighbours; then every call is the beginning of an outage.
import { describe, expect, test } from '@jest/globals'
import { createCustomResource, settings } from '../custom-resource.ts'
import {
  createTestPingOne,
  environmentId,
  type Intervention,
  type TestPingOne,
} from '../pingone-environment.ts'

const physicalId = `${environmentId}/myhotels`

type Fault = { name: string; apply: (proceed: () => Promise<Response>) => Promise<Response> }

const dropped = () => {
  throw new TypeError('fetch failed')
}
const timedOut = () => {
  throw new DOMException('The operation was aborted due to timeout', 'TimeoutError')
}

/** The last two carry the call out and lose the answer, which is the harder case. */
const faults: Fault[] = [
  {
    name: '429',
    apply: async () =>
      Response.json({ code: 'REQUEST_LIMITED' }, { status: 429, headers: { 'retry-after': '1' } }),
  },
  { name: '500', apply: async () => Response.json({ code: 'UNEXPECTED_ERROR' }, { status: 500 }) },
  { name: 'timeout', apply: (proceed) => proceed().then(timedOut) },
  { name: 'dropped connection', apply: (proceed) => proceed().then(dropped) },
]

/** Fails the calls with these numbers, counted from one. */
function failing(faultOf: (call: number) => Fault | undefined): Intervention {
  let call = 0
  return async (request, proceed) => {
    if (new URL(request.url).pathname.endsWith('/as/token')) return proceed()
    call += 1
    return faultOf(call)?.apply(proceed) ?? proceed()
  }
}

const names = (pingOne: TestPingOne): string[] => {
  const collections = ['applications', 'resources', 'groups', 'decisionEndpoints', 'authorizationAttributes']
  const more = ['authorizationPolicies', 'flows', 'flowPolicies', 'connectorInstances', 'davinciApplications']
  return [...collections, ...more, 'notificationsPolicies', 'signOnPolicies', 'templateContents'].flatMap(
    (collection) =>
      pingOne.environment
        .list(collection)
        .map(
          (item) =>
            `${collection} ${item.name ?? item.variant} ${(item.parent as { id: string } | undefined)?.id}`,
        ),
  )
}

function expectNoDuplicates(pingOne: TestPingOne): void {
  const all = names(pingOne)
  expect(all.filter((name, index) => all.indexOf(name) !== index)).toEqual([])
}

async function countCalls(): Promise<{ create: number; update: number }> {
  const pingOne = createTestPingOne()
  const resource = createCustomResource(pingOne)
  await resource.send('Create')
  const create = pingOne.counters.calls
  pingOne.resetCounters()
  await change(pingOne)
  pingOne.resetCounters()
  await resource.send('Update', {}, physicalId)
  return { create, update: pingOne.counters.calls }
}

/** Leaves an Update something to create, to change and to delete. */
async function change(pingOne: TestPingOne): Promise<void> {
  const { environment } = pingOne
  const mcp = environment.list('resources').find(({ audience }) => audience === 'myhotels-hotelmcp')
  const policy = environment.list('authorizationPolicies').find(({ name }) => name === 'MyHotels')
  const statement = environment.list('authorizationStatements')[0]
  const exchange = environment.list('applications').find(({ name }) => name === 'MyHotels Token Exchange')
  if (!mcp || !policy || !statement || !exchange) throw new Error('the environment is not configured')
  environment.put('authorizationPolicies', { ...policy, enabled: false })
  environment.put('authorizationStatements', { ...statement, payload: 'other words' })
  environment.put('resources', { ...mcp, accessTokenValiditySeconds: 600 })
  environment.put('applications', { ...exchange, enabled: false })
  const act = environment.children('attributes', mcp.id).find(({ name }) => name === 'act')
  environment.deleteChild('attributes', mcp.id, act?.id ?? '')
  await pingOne.byHand('POST', `resources/${mcp.id}/scopes`, { name: 'leftover' })
  for (const tagged of environment.list('authorizationVersions')) {
    const { tag: _, ...untagged } = tagged
    environment.put('authorizationVersions', untagged as typeof tagged)
  }
}

/** How many calls lie between two faults of one run: far more than a recovery takes. */
const distance = (calls: number) => Math.ceil(calls / faults.length)

describe('one call that fails', () => {
  test('does not keep a Create from completing, whichever call it is and however it fails', async () => {
    const { create } = await countCalls()
    const apart = distance(create)
    const problems: string[] = []
    // In run N the calls N, N + apart, … fail, each in another way; over all runs every call fails in every way.
    for (let first = 1; first <= create; first += 1) {
      const pingOne = createTestPingOne()
      const { send } = createCustomResource(pingOne)
      pingOne.intervene(
        failing((call) => faults.find((_, index) => ((first + index * apart - 1) % create) + 1 === call)),
      )
      await send('Create').catch((error: Error) => problems.push(`call ${first}: ${error.message}`))
      pingOne.intervene(undefined)
      const { steps } = await pingOne.verify()
      const drift = steps
        .filter(({ action }) => action !== 'keep')
        .map(({ key, action }) => `${action} ${key}`)
      if (drift.length > 0) problems.push(`call ${first}: ${drift.join(', ')}`)
      expectNoDuplicates(pingOne)
    }
    expect(problems).toEqual([])
  })

  test('does not keep an Update from completing', async () => {
    const { update } = await countCalls()
    const apart = distance(update)
    const problems: string[] = []
    // Each Update leaves the wanted state, from which the next one starts.
    const pingOne = createTestPingOne()
    const { send } = createCustomResource(pingOne)
    await send('Create')
    for (let first = 1; first <= update; first += 1) {
      await change(pingOne)
      pingOne.intervene(
        failing((call) => faults.find((_, index) => ((first + index * apart - 1) % update) + 1 === call)),
      )
      await send('Update', {}, physicalId).catch((error: Error) =>
        problems.push(`call ${first}: ${error.message}`),
      )
      pingOne.intervene(undefined)
      if ((await pingOne.verify()).needsChange) problems.push(`call ${first}: something is left to do`)
      expectNoDuplicates(pingOne)
    }
    expect(problems).toEqual([])
  })
})

/** From call N on nothing is answered, for three minutes: longer than one call is tried. */
function outage(pingOne: TestPingOne, first: number, apply: Fault['apply']): Intervention {
  let call = 0
  let end = Number.POSITIVE_INFINITY
  return async (request, proceed) => {
    if (new URL(request.url).pathname.endsWith('/as/token')) return proceed()
    call += 1
    if (call === first) end = pingOne.clock() + 3 * 60_000
    return call >= first && pingOne.clock() < end ? apply(proceed) : proceed()
  }
}

/** The harder one begins at every call, the other at every third. */
const outages: [string, Fault['apply'], number][] = [
  ['that carries nothing out', async () => dropped(), 3],
  ['that carries calls out and loses the answers', (proceed) => proceed().then(dropped), 1],
]

describe('an outage', () => {
  test.each(outages)(
    '%s leaves nothing of a Create behind, whenever it begins',
    async (_case, apply, every) => {
      const { create } = await countCalls()
      const problems: string[] = []
      for (let first = 1; first <= create; first += every) {
        const pingOne = createTestPingOne()
        const before = pingOne.image()
        const { send } = createCustomResource(pingOne)
        pingOne.intervene(outage(pingOne, first, apply))
        const failure = await send('Create').then(
          () => undefined,
          (error: Error) => error,
        )
        if (failure === undefined) {
          pingOne.intervene(undefined)
          if ((await pingOne.verify()).needsChange) problems.push(`call ${first}: completed with drift`)
          continue
        }
        const left = Object.keys(pingOne.image() as object).filter((key) => !(key in (before as object)))
        if (left.length > 0) problems.push(`call ${first}: ${left.join(', ')}`)
      }
      expect(problems).toEqual([])
    },
  )

  test('during an Update is made good by running the Update again', async () => {
    const { update } = await countCalls()
    const problems: string[] = []
    // Each Update leaves the wanted state, from which the next one starts.
    const pingOne = createTestPingOne()
    const { send } = createCustomResource(pingOne)
    await send('Create')
    for (let first = 1; first <= update; first += 2) {
      await change(pingOne)
      pingOne.intervene(outage(pingOne, first, (proceed) => proceed().then(dropped)))
      await send('Update', {}, physicalId).catch(() => {})
      pingOne.intervene(undefined)
      await send('Update', {}, physicalId)
      if ((await pingOne.verify()).needsChange) problems.push(`call ${first}: something is left to do`)
      expectNoDuplicates(pingOne)
    }
    expect(problems).toEqual([])
  })
})

describe('a refusal', () => {
  test('of any write leaves nothing of a Create behind', async () => {
    const counting = createTestPingOne()
    await createCustomResource(counting).send('Create')
    const { writes } = counting.counters
    const problems: string[] = []
    for (let refused = 1; refused <= writes; refused += 1) {
      const pingOne = createTestPingOne()
      const before = Object.keys(pingOne.image() as object)
      let write = 0
      pingOne.intervene(async (request, proceed) => {
        if (request.method !== 'GET' && !request.url.endsWith('/as/token')) write += 1
        return write === refused && request.method !== 'GET'
          ? Response.json({ code: 'INVALID_DATA' }, { status: 400 })
          : proceed()
      })
      await createCustomResource(pingOne)
        .send('Create')
        .catch(() => {})
      const left = Object.keys(pingOne.image() as object).filter((key) => !before.includes(key))
      const isComplete = pingOne.environment.list('flowPolicies').length > 0
      if (left.length > 0 && !isComplete) problems.push(`write ${refused}: ${left.join(', ')}`)
    }
    expect(problems).toEqual([])
  })

  test('after which nothing but an earlier deployment is there puts that back as it was', async () => {
    const pingOne = createTestPingOne()
    const resource = createCustomResource(pingOne)
    await resource.send('Create')
    const before = pingOne.image()
    const failing = createCustomResource(pingOne)
    const other = { ...settings, audiences: { mcp: 'another-mcp', hotelApi: 'another-api' } }
    pingOne.intervene(async (request, proceed) =>
      // The last thing that is read before secrets are published.
      request.method === 'GET' && /applications\/[^/]+\/secret$/.test(request.url)
        ? Response.json({ code: 'ACCESS_FAILED' }, { status: 403 })
        : proceed(),
    )
    await expect(failing.send('Create', { Settings: JSON.stringify(other) })).rejects.toThrow(/ACCESS_FAILED/)
    expect(pingOne.image()).toEqual(before)
  })
})
