import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from '@jest/globals'
import { decodeJwt } from 'jose'
import { PortInUseError } from '../../../local/http/listen-loopback.ts'
import { type PingOne, startPingOne } from '../../../local/pingone/start.ts'
import { answerApproval, readMail } from '../../journeys/answer-approval.ts'
import { anna, type Client, configureCiba, pollCiba, type Running, startCiba } from './configure-ciba.ts'
import { exportedFlow } from './flows/exported-flow.ts'

const booking = { binding_message: 'ABCD2345', transaction_id: 't1', hotel_name: 'Alpenblick' }

async function startApproval(pingOne: Running, client: Client): Promise<string> {
  const { body } = await startCiba(pingOne, client, booking)
  expect(body.error_description).toBeUndefined()
  return body.auth_req_id
}

const approve = (pingOne: Running) =>
  answerApproval(pingOne.phoneUrl, anna, { code: booking.binding_message, answer: 'approve' })

// A test that fails half-way must leave nothing running behind.
const leftovers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of leftovers.splice(0)) await stop()
})

async function start(options: Parameters<typeof startPingOne>[0] = {}): Promise<PingOne> {
  const pingOne = await startPingOne(options)
  leftovers.push(() => pingOne.stop())
  return pingOne
}

describe('The local PingOne', () => {
  test('works as the Management API configured it', async () => {
    const pingOne = await start()
    const { client } = await configureCiba(pingOne, exportedFlow())

    const authReqId = await startApproval(pingOne, client)
    const pending = await pollCiba(pingOne, client, authReqId)
    await approve(pingOne)
    const approved = await pollCiba(pingOne, client, authReqId)

    expect(pending.error).toBe('authorization_pending')
    expect(decodeJwt(approved.access_token)).toMatchObject({
      aud: ['myhotels-hotelapi'],
      client_id: client.clientId,
    })
  })

  test('goes on with a pending approval after it was killed', async () => {
    const stateFile = join(mkdtempSync(join(tmpdir(), 'pingone-')), 'pingone.json')
    const first = await startProcess(stateFile)
    const { client } = await configureCiba(first.pingOne, exportedFlow())
    const authReqId = await startApproval(first.pingOne, client)
    await first.kill()

    const second = await start({
      stateFile,
      ports: { auth: Number(new URL(first.pingOne.authUrl).port) },
    })
    const pending = await pollCiba(second, client, authReqId)
    await approve(second)
    const approved = await pollCiba(second, client, authReqId)

    expect(second.worker).toEqual(first.pingOne.worker)
    expect(pending.error).toBe('authorization_pending')
    expect(approved.access_token).toEqual(expect.any(String))
  })

  test('lets a test expire an approval', async () => {
    const pingOne = await start({ cibaExpiresIn: 30 })
    const { client } = await configureCiba(pingOne, exportedFlow())
    const authReqId = await startApproval(pingOne, client)
    const [message] = await readMail(pingOne.phoneUrl, anna.username)

    pingOne.expireApproval(message?.id ?? '')

    const { error } = await pollCiba(pingOne, client, authReqId)
    expect(error).toBe('expired_token')
  })

  test('says in one sentence which port is taken, and leaves nothing open', async () => {
    const taken = createServer()
    const port = await new Promise<number>((resolve) =>
      taken.listen(0, '127.0.0.1', () => resolve((taken.address() as { port: number }).port)),
    )

    const starting = startPingOne({ ports: { phone: port } })

    await expect(starting).rejects.toThrow(PortInUseError)
    await expect(starting).rejects.toThrow(
      `Port ${port}, which the local PingOne's phone needs, is in use: stop the program that listens there, or choose another port.`,
    )
    taken.close()
  })

  test('keeps its files to their owner', async () => {
    const stateFile = join(mkdtempSync(join(tmpdir(), 'pingone-')), 'pingone.json')
    const pingOne = await start({ stateFile })
    await pingOne.stop()

    const { statSync } = await import('node:fs')
    expect(statSync(stateFile).mode & 0o077).toBe(0)
    expect(readFileSync(stateFile, 'utf8')).toContain(pingOne.worker.clientId)
  })
})

/** The local PingOne in a process of its own, which can be killed as a power cut would. */
async function startProcess(stateFile: string): Promise<{ pingOne: Running; kill(): Promise<void> }> {
  const module = fileURLToPath(new URL('../../../local/pingone/start.ts', import.meta.url))
  const program = `
    import { startPingOne } from ${JSON.stringify(module)}
    const { apiUrl, issuer, environmentId, worker, phoneUrl, authUrl } = await startPingOne({ stateFile: ${JSON.stringify(stateFile)} })
    console.log(JSON.stringify({ apiUrl, issuer, environmentId, worker, phoneUrl, authUrl }))
  `
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const kill = () =>
    new Promise<void>((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve()
      child.removeAllListeners('exit')
      child.once('exit', () => resolve())
      child.kill('SIGKILL')
    })
  leftovers.push(kill)
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (data) => resolve(String(data)))
    child.once('exit', (code) => reject(new Error(`The process ended with ${code}`)))
  })
  return { pingOne: JSON.parse(line), kill }
}
