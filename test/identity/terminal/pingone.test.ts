// The commands as people run them, against a local PingOne over HTTP.

import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
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
  return new Promise((resolve) => {
    const { PATH } = process.env
    execFile(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', bin(command), ...options],
      { cwd: directory, env: { ...(PATH ? { PATH } : {}) } },
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
    expect(Object.keys(clients)).toEqual(['connector', 'exchange', 'approval', 'workflow', 'decision'])

    const verified = await run('pingone', 'verify', '--local')
    expect(verified).toMatchObject({ status: 0, stderr: '' })
    expect(verified.stdout).toMatch(/No drift: \d+ in order/)

    const again = await run('pingone', 'apply', '--local', '--json')
    expect(JSON.parse(again.stdout)).toMatchObject({ command: 'apply', inOrder: true })

    const secretAttribute = pingOne.environment
      .list('authorizationAttributes')
      .find(({ name }) => name === 'resourceSecret')
    if (secretAttribute === undefined) throw new Error('there is no attribute for the secret')
    pingOne.environment.put('authorizationAttributes', {
      ...secretAttribute,
      resolvers: [{ type: 'CONSTANT', value: 'an older secret', valueType: { type: 'STRING' } }],
    })
    const drifted = await run('pingone', 'verify', '--local')
    expect(drifted.status).toBe(2)
    expect(drifted.stdout).toMatch(
      /~ differs +Trust Framework attribute +MyHotels\.introspection\.resourceSecret/,
    )
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
  }, 60_000)

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
