// All probes, against the whole of MyHotels on this machine; and each again where something answers otherwise.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { connect } from '../../../bin/pingone/connection.ts'
import type { Deployed } from '../../../bin/probe/deployed.ts'
import { createPingOne } from '../../../bin/probe/pingone.ts'
import type { Finding } from '../../../bin/probe/probe.ts'
import { probes } from '../../../bin/probe/probes.ts'
import { readDeployed } from '../../../bin/probe/read-deployed.ts'
import { compareAnswers, readRecording } from '../../../bin/probe/recording.ts'
import { type ProbeRun, runProbes } from '../../../bin/probe/run-probes.ts'
import { namePrefix, probeEmail, probeMark } from '../../../bin/probe/scratch.ts'
import { stageWorker } from '../../../bin/probe/stage-worker.ts'
import { listenLoopback } from '../../../local/http/listen-loopback.ts'
import { type MyHotels, runMyHotels } from '../../../local/run.ts'
import { alterations, alteringFetch, type Elsewhere } from './alterations.ts'
import { createScriptedPerson } from './scripted-person.ts'

let directory: string
let myHotels: MyHotels
let before: string[]
let run: ProbeRun

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'myhotels-probe-'))
  myHotels = await runMyHotels({ directory, withChat: false })
  await allowCustomRoles()
  before = thingsInPingOne()
  run = await ask({ withPerson: true })
})

afterAll(async () => {
  await myHotels?.stop()
  await rm(directory, { recursive: true, force: true })
})

const connectHere = () =>
  connect({
    isLocal: true,
    stage: undefined,
    localDirectory: directory,
    redirectUris: [],
    variables: {},
    directory: process.cwd(),
  })

async function ask(
  options: {
    only?: readonly string[]
    withPerson?: boolean
    fetch?: typeof fetch
    deployed?: Partial<Deployed>
    management?: Elsewhere['management']
  } = {},
): Promise<ProbeRun> {
  const connection = await connectHere()
  const anna = myHotels.endpoints.users.find(({ inGroup }) => inGroup)
  return runProbes({
    probes: probes.filter(({ id }) => options.only?.includes(id) ?? true),
    pingOne: createPingOne({
      ...connection,
      client: options.management?.(connection.client) ?? connection.client,
      fetch: options.fetch ?? fetch,
    }),
    management: connection.client,
    deployed: { ...(await readDeployed({ local: directory, stage: undefined })), ...options.deployed },
    person: options.withPerson && anna ? createScriptedPerson(myHotels.pingOne, anna) : undefined,
  })
}

/** What the set-up worker does not need, and one question does. */
async function allowCustomRoles(): Promise<void> {
  const { environment, worker } = myHotels.pingOne
  const [assignment] = environment.children('roleAssignments', worker.clientId)
  environment.putChild('roleAssignments', worker.clientId, {
    ...assignment,
    id: '00000000-0000-4000-8000-00000000c0de',
    role: { id: await customRolesAdmin() },
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
  })
}

async function customRolesAdmin(): Promise<string> {
  const { roles } = await import('../../../local/pingone/management/rights.ts')
  return String(roles.find(({ name }) => name === 'Custom Roles Admin')?.id)
}

/** Every object that a probe could have made, by kind and name. */
function thingsInPingOne(): string[] {
  const { environment } = myHotels.pingOne
  const kinds = [
    'applications',
    'resources',
    'signOnPolicies',
    'flows',
    'users',
    'customRoles',
    'decisionEndpoints',
    'groups',
  ]
  return kinds.flatMap((kind) =>
    environment
      .list(kind as never)
      .map(({ name, username }: Record<string, unknown>) => `${kind} ${String(username ?? name)}`),
  )
}

const findingOf = ({ findings }: ProbeRun, id: string): Finding => {
  const finding = findings.find(({ probe }) => probe.id === id)
  if (finding === undefined) throw new Error(`${id} was not among the probes`)
  return finding
}

/** Those that cannot be asked of a laptop, and why. */
const notHere: Record<string, string> = {
  'session-after-approval': 'nobody could say',
  'notification-policy': 'nobody could say',
  'declined-push': "the stage's approval.authentication is password",
  'several-devices': "the stage's approval.authentication is password",
  'passkey-on-the-page': "the stage's approval.authentication is password",
}

describe('against the laptop', () => {
  test.each(probes.map(({ id }) => id))('%s is answered as MyHotels expects', (id) => {
    const { outcome, words } = findingOf(run, id)

    if (id in notHere) expect({ outcome, words }).toEqual({ outcome: 'not asked', words: notHere[id] })
    else expect({ outcome, words }).toEqual({ outcome: 'as expected', words: expect.any(String) })
  })

  test('nothing is left behind', () => {
    expect(run.left).toEqual([])
    expect(thingsInPingOne()).toEqual(before)
  })

  test('no id, secret, name or address of anybody is in the recorded answers', () => {
    const { environment, worker } = myHotels.pingOne
    const recorded = JSON.stringify(run.answers)
    const ids = ['applications', 'resources', 'users', 'flows', 'decisionEndpoints'].flatMap((kind) =>
      environment.list(kind as never).map(({ id }: { id: string }) => id),
    )
    const private_ = [
      ...ids,
      ...Object.values(environment.secrets).map(({ secret }) => secret),
      ...myHotels.endpoints.users.flatMap(({ password, givenName }) => [password, givenName]),
      environment.id,
      environment.organizationId,
      worker.clientSecret,
      namePrefix,
      '127.0.0.1',
    ]
    expect(private_.length).toBeGreaterThan(20)
    expect(private_.filter((each) => recorded.includes(each))).toEqual([])
    expect(recorded).not.toMatch(/eyJ|[0-9a-f]{8}-[0-9a-f]{4}-|@/)
  })
})

const file = new URL('./fixtures/recording.json', import.meta.url).pathname
const recording = readRecording(file)

test(`the local PingOne answers as ${recording.madeAgainst} did on ${recording.madeOn}`, () => {
  // Where the recording is of the local one: a change that was meant is recorded anew, beside "npm start", with
  // npm run probe -- --local --record test/bin/probe/fixtures/recording.json
  // Where it is of a tenant: the local one is wrong.
  expect(Object.keys(recording.answers).length).toBeGreaterThan(15)
  expect(compareAnswers(recording.answers, run.answers)).toEqual([])
})

describe('where something answers otherwise', () => {
  test.each(alterations.map(({ probe, what, ...rest }) => [probe, what, rest] as const))(
    '%s notices that %s',
    async (id, _what, { elsewhere = {}, ...alteration }) => {
      const listener = elsewhere.listener && (await listenLoopback({ port: 0, what: 'an altered API' }))
      if (elsewhere.listener) listener?.serve(elsewhere.listener)
      const addresses = listener && { mcpUrl: `${listener.url}/mcp`, hotelApiUrl: listener.url }

      const altered = await ask({
        only: [id],
        fetch: alteringFetch(alteration),
        deployed: { ...elsewhere.deployed, ...addresses },
        management: elsewhere.management,
      })

      await listener?.stop()
      const { outcome, words } = findingOf(altered, id)
      expect({ outcome, words }).toEqual({
        outcome: alteration.outcome ?? 'differs',
        words: expect.stringMatching(alteration.says),
      })
      expect(thingsInPingOne()).toEqual(before)
    },
  )

  test('each probe that takes no person has been seen to differ', () => {
    const seen = new Set(alterations.filter(({ outcome }) => outcome === undefined).map(({ probe }) => probe))

    expect(probes.filter(({ id, needsPerson }) => !needsPerson && !seen.has(id)).map(({ id }) => id)).toEqual(
      [],
    )
  })

  test('a refusal of the worker is a reason, and ends nothing else', async () => {
    const refused = await ask({
      only: ['unknown-flow-properties', 'signing-keys'],
      fetch: alteringFetch({
        where: /\/flows$/,
        answer: () => Response.json({ code: 'ACCESS_FAILED' }, { status: 403 }),
      }),
    })

    expect(refused.findings.map(({ outcome, words }) => [outcome, words])).toEqual([
      ['as expected', expect.any(String)],
      ['not asked', "DaVinci's API refuses the worker (status 403)"],
    ])
  })
})

describe('the worker of a stage', () => {
  const deployed = (name?: string): Promise<Deployed> =>
    readDeployed({ local: directory, stage: undefined }).then(({ secrets, ...rest }) => ({
      ...rest,
      secrets: secrets && { ...secrets, workerSecretName: name ?? secrets.workerSecretName },
    }))

  test('is the one in the secret that its deployment reads, unless variables name one', async () => {
    const { clientId, clientSecret } = myHotels.pingOne.worker
    const named = { PINGONE_WORKER_CLIENT_ID: 'mine', PINGONE_WORKER_CLIENT_SECRET: 'own' }

    expect(await stageWorker(await deployed(), {})).toEqual({
      PINGONE_WORKER_CLIENT_ID: clientId,
      PINGONE_WORKER_CLIENT_SECRET: clientSecret,
    })
    expect(await stageWorker(await deployed(), named)).toEqual({})
    expect(await stageWorker({ ...(await deployed()), secrets: undefined }, {})).toEqual({})
  })

  test.each([
    [
      'a secret that is not there',
      'myhotels/none',
      /does not give .*ResourceNotFoundException.*Set PINGONE_/,
    ],
    ['a secret of something else', 'other', /holds no clientId and clientSecret.*Set PINGONE_/],
  ])('is asked for in a sentence with %s, which names no secret value', async (_, name, sentence) => {
    const { secrets } = await deployed()
    if (name === 'other')
      await secrets?.client
        .send(new CreateSecretCommand({ Name: name, SecretString: '{"a":"hush"}' }))
        .catch(() => undefined)

    const refusal = stageWorker(await deployed(name), {})

    await expect(refusal).rejects.toThrow(sentence)
    await expect(refusal).rejects.not.toThrow(/hush/)
  })
})

describe('what a killed run left behind', () => {
  test('is deleted by the next, and nothing of anybody else', async () => {
    const { client } = await connectHere()
    const make = async (path: string, body: Record<string, unknown>) => {
      const { id } = await client.post(path, body, { recover: 'repeatable' })
      return `${path}/${id}`
    }
    const name = `${namePrefix}-old-1a2b3c`
    const application = { enabled: true, type: 'WEB_APP', protocol: 'OPENID_CONNECT' }
    const method = { grantTypes: ['CLIENT_CREDENTIALS'], tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC' }
    await make('resources', { name, type: 'CUSTOM', audience: 'left-behind', description: probeMark })
    await make('applications', { ...application, ...method, name, description: probeMark })
    await make('users', { username: name, email: probeEmail(name) })
    // Somebody's own, called alike.
    const own = `${namePrefix}-mine`
    const theirs = [
      await make('applications', { ...application, ...method, name: own, description: 'Ours.' }),
      await make('users', { username: own, email: 'somebody@hotel.example' }),
    ]

    const { sweptAway } = await ask({ only: ['signing-keys'] })

    expect(sweptAway).toBe(3)
    expect(thingsInPingOne()).toEqual(expect.arrayContaining([`applications ${own}`, `users ${own}`]))
    for (const path of theirs) await client.delete(path)
    expect(thingsInPingOne()).toEqual(before)
  })

  /** The program itself, ended by a signal when it has made something. */
  async function endWhileAsking(signal: NodeJS.Signals): Promise<{ code: number | null; said: string }> {
    const child: ChildProcess = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', 'bin/probe.ts', '--local', '--directory', directory],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    )
    let said = ''
    child.stdout?.on('data', (chunk) => {
      said += chunk
      // By then clients and resources are there.
      if (said.includes('✓ act-expression') && !child.killed) child.kill(signal)
    })
    child.stderr?.on('data', (chunk) => {
      said += chunk
    })
    const [code] = (await once(child, 'close')) as [number | null]
    return { code, said }
  }

  test('is nothing after Ctrl-C', async () => {
    const { code, said } = await endWhileAsking('SIGINT')

    expect(said).toContain('Ending: deleting what was made.')
    expect(code).toBe(130)
    expect(thingsInPingOne()).toEqual(before)
  })

  test('is found by the next run when it was killed', async () => {
    await endWhileAsking('SIGKILL')
    expect(thingsInPingOne().length).toBeGreaterThan(before.length)

    const { sweptAway, left } = await ask({ only: ['signing-keys'] })

    expect(sweptAway).toBeGreaterThan(3)
    expect(left).toEqual([])
    expect(thingsInPingOne()).toEqual(before)
  })
})
