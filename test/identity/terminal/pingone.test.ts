// The commands as people run them, against a local PingOne over HTTP.

import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { describeLeftBehind } from '../../../lambdas/identity/left-behind.ts'
import { type PingOne, startPingOne } from '../../../local/pingone/start.ts'
import { imageOf } from '../pingone-environment.ts'

const bin = (name: string) => fileURLToPath(new URL(`../../../bin/${name}.ts`, import.meta.url))

let pingOne: PingOne
let directory: string

beforeAll(async () => {
  pingOne = await startPingOne({ log: () => {} })
})

afterAll(async () => {
  await pingOne.stop()
})

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'myhotels-terminal-'))
  await mkdir(join(directory, '.local'))
  await write('endpoints.json', {
    pingOneAuth: pingOne.authUrl,
    pingOneApi: pingOne.apiUrl,
    environmentId: pingOne.environmentId,
  })
  await write('worker.json', pingOne.worker)
})

afterEach(() => rm(directory, { recursive: true }))

const write = (file: string, value: unknown) =>
  writeFile(join(directory, '.local', file), JSON.stringify(value))

type Outcome = { status: number; stdout: string; stderr: string }

function run(command: string, ...options: string[]): Promise<Outcome> {
  return runWith({}, command, ...options)
}

function runWith(variables: Record<string, string>, command: string, ...options: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const { PATH, NODE_COMPILE_CACHE } = process.env
    execFile(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', bin(command), ...options],
      { cwd: directory, env: { PATH, NODE_COMPILE_CACHE, ...variables } },
      (error, stdout, stderr) => {
        const code = error?.code
        resolve({ status: error === null ? 0 : typeof code === 'number' ? code : -1, stdout, stderr })
      },
    )
  })
}

const secretsOf = () => Object.values(pingOne.environment.secrets).map(({ secret }) => secret)

describe('npm run pingone', () => {
  test('goes the whole way: plan, apply, verify, drift, repair, destroy', async () => {
    const before = imageOf(pingOne.environment)

    const planned = await run('pingone', 'plan', '--local')
    expect(planned).toMatchObject({ status: 0, stderr: '' })
    expect(planned.stdout).toMatch(/\+ create +application +MyHotels ChatGPT/)
    expect(planned.stdout).toMatch(/Would be: \d+ created/)
    expect(imageOf(pingOne.environment)).toEqual(before)

    const unready = await run('pingone', 'verify', '--local')
    expect(unready.status).toBe(2)
    expect(unready.stdout).toMatch(/\+ missing +decision endpoint +MyHotels MCP/)

    const applied = await run('pingone', 'apply', '--local', '--secrets-file', 'secrets.json')
    expect(applied).toMatchObject({ status: 0, stderr: '' })
    expect(applied.stdout).toMatch(/\+ created +decision endpoint +MyHotels MCP/)
    for (const secret of secretsOf()) expect(applied.stdout).not.toContain(secret)
    const file = join(directory, 'secrets.json')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const clients = JSON.parse(await readFile(file, 'utf8'))
    expect(Object.keys(clients)).toEqual(['connector'])

    const verified = await run('pingone', 'verify', '--local')
    expect(verified).toMatchObject({ status: 0, stderr: '' })
    expect(verified.stdout).toMatch(/No drift: \d+ in order/)

    const again = await run('pingone', 'apply', '--local', '--json')
    expect(JSON.parse(again.stdout)).toMatchObject({ command: 'apply', inOrder: true })

    const secretAttribute = pingOne.environment
      .list('authorizationAttributes')
      .find(({ name }) => name === 'mcpSecret')
    if (secretAttribute === undefined) throw new Error('there is no attribute for the secret')
    pingOne.environment.put('authorizationAttributes', {
      ...secretAttribute,
      resolvers: [{ type: 'CONSTANT', value: 'an older secret', valueType: { type: 'STRING' } }],
    })
    const drifted = await run('pingone', 'verify', '--local')
    expect(drifted.status).toBe(2)
    expect(drifted.stdout).toMatch(/~ differs +Trust Framework attribute +MyHotels\.introspection\.mcpSecret/)
    expect(drifted.stdout).toContain('resolvers[0].value: differs (secret)')
    const driftedJson = await run('pingone', 'verify', '--local', '--json')
    expect(driftedJson.stdout).toContain('"path": "resolvers[0].value"')
    for (const secret of [...secretsOf(), 'an older secret']) {
      expect(drifted.stdout).not.toContain(secret)
      expect(driftedJson.stdout).not.toContain(secret)
    }
    expect((await run('pingone', 'apply', '--local')).stdout).toContain('1 changed')

    const destroyed = await run('pingone', 'destroy', '--local')
    expect(destroyed.status).toBe(0)
    expect(imageOf(pingOne.environment)).toEqual(before)
  })

  test.each([
    ['no command', [], 2],
    ['another command', ['obliterate'], 2],
    ['another option', ['plan', '--remote'], 2],
    ['no environment', ['plan'], 1],
    ['a stage that is not there', ['plan', '--stage', 'moon'], 1],
  ])('says what is missing: %s', async (_case, options, expected) => {
    const { status, stdout, stderr } = await run('pingone', ...options)
    expect(status).toBe(expected)
    expect(`${stdout}${stderr}`).toMatch(/--help|npm run pingone|Set PINGONE_REGION|cdk\.json cannot be read/)
    expect(stderr).not.toMatch(/\n {4}at /)
  })

  test('explains itself', async () => {
    const { status, stdout } = await run('pingone', '--help')
    expect(status).toBe(0)
    for (const word of ['plan', 'apply', 'verify', 'destroy', '--local', '--secrets-file']) {
      expect(stdout).toContain(word)
    }
  })

  test('asks for the laptop system when it does not run', async () => {
    await rm(join(directory, '.local'), { recursive: true })
    const { status, stderr } = await run('pingone', 'plan', '--local')
    expect(status).toBe(1)
    expect(stderr).toMatch(/Start the laptop system with "npm start"/)
  })

  test('writes a snapshot to import, once the client that it names exists', async () => {
    const early = await run('pingone', 'plan', '--local', '--snapshot-file', 'policies.json')
    expect(early.status).toBe(1)
    expect(early.stderr).toMatch(/application\.connector.*run "apply" first/)

    await run('pingone', 'apply', '--local', '--snapshot-file', 'policies.json')
    const snapshot = JSON.parse(await readFile(join(directory, 'policies.json'), 'utf8'))
    expect(snapshot[0]).toMatchObject({ kind: 'SnapshotHeader' })
    await run('pingone', 'destroy', '--local')
  })
})

describe('npm run doctor', () => {
  test('finds the laptop system ready', async () => {
    const { status, stdout } = await run('doctor', '--local')
    expect(status).toBe(0)
    expect(stdout).toMatch(/✓ Reachability/)
    expect(stdout).toMatch(/Ready\./)
    expect(stdout.split('\n').length).toBeLessThan(25)
  })

  test('tells a wrong secret', async () => {
    await write('worker.json', { ...pingOne.worker, clientSecret: 'wrong' })
    const { status, stdout } = await run('doctor', '--local')
    expect(status).toBe(1)
    expect(stdout).toMatch(/✗ Credentials: PingOne does not know the worker by this id and secret/)
  })

  test('tells a missing product', async () => {
    const bill = pingOne.environment.billOfMaterials
    const all = [...bill]
    bill.splice(0, bill.length, 'PING_ONE_BASE')
    const { status, stdout } = await run('doctor', '--local', '--json')
    bill.splice(0, bill.length, ...all)
    expect(status).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ ready: false })
    expect(stdout).toContain('PING_ONE_AUTHORIZE')
  })

  test('needs no laptop system to say what it needs', async () => {
    const { status, stdout } = await run('doctor')
    expect(status).toBe(1)
    expect(stdout).toMatch(/Set PINGONE_REGION, PINGONE_ENVIRONMENT_ID/)
  })
})

describe('a stage of cdk.json', () => {
  const otherEnvironment = '5d3f4c0a-9999-4999-8999-000000000009'
  const runOn = (command: string, ...options: string[]) =>
    runWith(
      {
        PINGONE_WORKER_CLIENT_ID: pingOne.worker.clientId,
        PINGONE_WORKER_CLIENT_SECRET: pingOne.worker.clientSecret,
      },
      command,
      ...options,
    )
  const writeStage = (environmentId: string) =>
    writeFile(
      join(directory, 'cdk.json'),
      JSON.stringify({
        context: {
          myhotels: {
            dev: {
              region: 'eu-central-1',
              pingOne: {
                region: 'EU',
                environmentId,
                hosts: { api: new URL(pingOne.apiUrl).origin, auth: pingOne.authUrl },
              },
              connector: { redirectUris: ['https://chatgpt.com/callback'] },
            },
          },
        },
      }),
    )
  /** What the CLI writes after a deployment that knew these objects. */
  async function writeOutputs(others: Record<string, string> = {}) {
    const named = (name: string) =>
      pingOne.environment.list('applications').find((application) => application.name === name)?.id
    const [endpoint] = pingOne.environment.list('decisionEndpoints')
    const outputs = {
      'MyHotels-Identity-dev': {
        Issuer: pingOne.issuer,
        ConnectorClientId: named('MyHotels ChatGPT'),
        ExchangeClientId: named('MyHotels Token Exchange'),
        DecisionEndpointUrl: `${pingOne.apiUrl}/environments/x/decisionEndpoints/${endpoint?.id}`,
        LeftBehind: 'nothing',
        ...others,
      },
      'MyHotels-Mcp-dev': { McpUrl: 'https://example.com/mcp' },
    }
    await mkdir(join(directory, 'cdk.out'))
    await writeFile(join(directory, 'cdk.out', 'outputs-dev.json'), JSON.stringify(outputs))
  }

  beforeEach(() => writeStage(pingOne.environmentId))
  afterEach(() => run('pingone', 'destroy', '--local'))

  test('that is deployed is told when a client that its functions know is gone, and how to mend it', async () => {
    const applied = await runOn('pingone', 'apply', '--stage', 'dev')
    expect(applied).toMatchObject({ status: 0, stderr: '' })
    expect(applied.stdout).toContain('npm run deploy -- --stage dev --repair')
    await writeOutputs()
    const sound = await runOn('doctor', '--stage', 'dev')
    expect(sound.stdout).toMatch(/✓ Deployment: the 3 ids that its functions know are in PingOne/)
    expect(sound.status).toBe(0)

    const exchange = pingOne.environment
      .list('applications')
      .find(({ name }) => name === 'MyHotels Token Exchange')
    pingOne.environment.delete('applications', exchange?.id ?? '')

    const broken = await runOn('doctor', '--stage', 'dev')
    expect(broken.status).toBe(1)
    expect(broken.stdout).toMatch(/✗ Deployment: .* no longer has: ExchangeClientId/)
    expect(broken.stdout).toMatch(/To do: npm run deploy -- --stage dev --repair/)
    // Made again it has another id, of which the functions still do not know.
    await runOn('pingone', 'apply', '--stage', 'dev')
    expect((await runOn('doctor', '--stage', 'dev')).stdout).toMatch(/✗ Deployment/)
    const again = await runOn('pingone', 'apply', '--stage', 'dev')
    expect(again.stdout).not.toContain('--repair')
  })

  test('that is deployed for another environment than cdk.json says is told so', async () => {
    const deployedFor = pingOne.issuer.replace(pingOne.environmentId, otherEnvironment)
    await writeOutputs({ Issuer: deployedFor })

    const { status, stdout } = await runOn('doctor', '--stage', 'dev')

    expect(stdout).toContain(
      `! Deployment: the stage dev was deployed for ${deployedFor}, cdk.json says ${pingOne.issuer}`,
    )
    expect(stdout).toMatch(/To do: npm run deploy -- --stage dev\n/)
    expect(status).toBe(0)
  })

  test('that has moved leaves an environment which the command in the notice cleans up', async () => {
    const before = imageOf(pingOne.environment)
    await runOn('pingone', 'apply', '--stage', 'dev')
    await writeStage(otherEnvironment)
    const { environmentId } = pingOne
    const notice = describeLeftBehind({ count: 7, environmentId, stage: 'dev' })
    const [, name = '', value = ''] = /(PINGONE_ENVIRONMENT_ID)=(\S+)/.exec(notice) ?? []
    const [, options = ''] = /npm run pingone -- (.+?) \(/.exec(notice) ?? []
    const asTold = (...more: string[]) =>
      runWith(
        {
          [name]: value,
          PINGONE_WORKER_CLIENT_ID: pingOne.worker.clientId,
          PINGONE_WORKER_CLIENT_SECRET: pingOne.worker.clientSecret,
        },
        'pingone',
        ...options.split(' '),
        ...more,
      )

    expect((await asTold()).stdout).toMatch(/To delete these \d+ objects, run again with --yes/)
    expect(imageOf(pingOne.environment)).not.toEqual(before)
    expect((await asTold('--yes')).stdout).toMatch(/Done: \d+ objects deleted/)
    expect(imageOf(pingOne.environment)).toEqual(before)
  })
})
