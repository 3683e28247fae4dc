// The local PingOne: authorization server, Management API with the decision endpoint, and the person's phone, each
// on a loopback port of its own, over one environment.
import { randomBytes, randomUUID } from 'node:crypto'
import { type Clock, systemClock } from '../../lambdas/clock.ts'
import { pingOneDomains } from '../../lib/configuration.ts'
import { type Listener, listenLoopback } from '../http/listen-loopback.ts'
import { webListener } from '../http/web-listener.ts'
import { ArtifactStore } from './authorization-server/artifact-store.ts'
import { createAuthorizationServer } from './authorization-server/create-authorization-server.ts'
import { PingOneEnvironment } from './environment.ts'
import { createManagementApi } from './management/api.ts'
import { seedEnvironment } from './management/seed.ts'
import { createPhone } from './pages/serve-phone.ts'

export type PingOneOptions = {
  /** @default a new UUID, or the one in the state file */
  environmentId?: string
  /** @default 'EU' */
  region?: keyof typeof pingOneDomains
  /** Keeps the environment; sessions and approvals go to a file beside it. Without it nothing is kept. */
  stateFile?: string
  /** @default 0, any free port */
  ports?: { auth?: number; api?: number; phone?: number }
  clock?: Clock
  /** Seconds in which a CIBA request must be answered. @default 120, as PingOne */
  cibaExpiresIn?: number
  log?: (line: string) => void
}

export type PingOne = {
  /** @example 'http://127.0.0.1:4120' */
  authUrl: string
  /** @example 'http://127.0.0.1:4121/v1' */
  apiUrl: string
  /** @example 'http://127.0.0.1:4122' */
  phoneUrl: string
  environmentId: string
  issuer: string
  /** The worker that may configure the environment. */
  worker: { clientId: string; clientSecret: string }
  environment: PingOneEnvironment
  /** Lets the request behind an email of the phone expire now, as if its time had passed. */
  expireApproval(messageId: string): void
  stop(): Promise<void>
}

/** @throws {PortInUseError} */
export async function startPingOne(options: PingOneOptions = {}): Promise<PingOne> {
  const clock = options.clock ?? systemClock
  const log = options.log ?? ((line: string) => process.stderr.write(`${line}\n`))
  const { stateFile, ports } = options
  const environment = new PingOneEnvironment({
    environmentId: options.environmentId ?? randomUUID(),
    organizationId: randomUUID(),
    ...(stateFile === undefined ? {} : { file: stateFile }),
  })
  const worker = setUpWorker(environment)
  const store = new ArtifactStore({
    clock,
    ...(stateFile === undefined ? {} : { file: stateFile.replace(/(\.json)?$/, '.sessions.json') }),
  })
  const open: Listener[] = []
  const stop = async () => {
    await Promise.all(open.splice(0).map((listener) => listener.stop()))
    store.flush()
    environment.save()
  }
  try {
    const listen = async (port: number | undefined, what: string) => {
      const listener = await listenLoopback({ port: port ?? 0, what: `the local PingOne's ${what}` })
      open.push(listener)
      return listener
    }
    const auth = await listen(ports?.auth, 'authorization server')
    const api = await listen(ports?.api, 'Management API')
    const phone = await listen(ports?.phone, 'phone')

    const apiUrl = `${api.url}/v1`
    const server = createAuthorizationServer({
      environment,
      store,
      clock,
      authUrl: auth.url,
      managementAudience: `https://api.pingone.${pingOneDomains[options.region ?? 'EU']}`,
      ...(options.cibaExpiresIn === undefined ? {} : { cibaExpiresIn: options.cibaExpiresIn }),
      log,
    })
    auth.serve(server.listener)
    const manage = createManagementApi({
      environment,
      baseUrl: apiUrl,
      authUrl: auth.url,
      clock,
      verifyWorkerToken: server.verifyWorkerToken,
    })
    api.serve(webListener(manage, { baseUrl: api.url, largestBody: 8 * 1024 * 1024, log }))
    const answerPhone = createPhone({
      environment,
      approvals: server.approvals,
      clock,
      phoneUrl: phone.url,
      authUrl: auth.url,
    })
    phone.serve(webListener(answerPhone, { baseUrl: phone.url, largestBody: 64 * 1024, log }))
    return {
      authUrl: auth.url,
      apiUrl,
      phoneUrl: phone.url,
      environmentId: environment.id,
      issuer: server.issuer,
      worker,
      environment,
      expireApproval: server.approvals.expire,
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** A fresh environment gets the worker that an administrator would have made by hand. */
function setUpWorker(environment: PingOneEnvironment): { clientId: string; clientSecret: string } {
  if (environment.isNew) {
    const worker = { clientId: randomUUID(), clientSecret: randomBytes(32).toString('base64url') }
    seedEnvironment(environment, { worker })
    environment.values.setUpWorker = worker
    environment.changed()
    environment.save()
  }
  return environment.values.setUpWorker as { clientId: string; clientSecret: string }
}
