// `npm run rehearse`: the first deployment and what follows it, with the real CDK CLI against an empty local cloud.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation'
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { createProgram, runProgram } from '../../bin/program.ts'
import { startCloud } from '../../local/cloud/start.ts'
import { listenLoopback } from '../../local/http/listen-loopback.ts'
import { invitePeople } from '../../local/people.ts'
import { type PingOne, startPingOne } from '../../local/pingone/start.ts'
import { recordAccess } from '../access/record-access.ts'
import { Report, until } from '../journeys/report.ts'
import { play } from '../journeys/run.ts'
import { differences, type Recording, readRecording, shapesOf, writeRecording } from './recording.ts'
import { startWire, summaryOf, type Wire } from './wire.ts'
import { canGiveTerminal, type Outcome, WorkingCopy } from './working-copy.ts'

const region = 'eu-central-1'
const workerSecret = 'myhotels/pingone/worker'
const prodWorkerSecret = 'myhotels/pingone/worker/prod'
const deploy = 'npm run deploy -- --no-approval'
const callbacks = ['https://chatgpt.com/connector_platform_oauth_redirect', 'http://127.0.0.1:4199/callback']
const people = [
  { username: 'anna', givenName: 'Anna', password: 'rehearsal-Anna-1', inGroup: true },
  { username: 'ben', givenName: 'Ben', password: 'rehearsal-Ben-1', inGroup: false },
]

async function rehearse(
  directory: string,
  report: Report,
  stops: (() => Promise<unknown>)[],
  record: boolean,
): Promise<void> {
  const quiet = { log() {} }
  const first = await startPingOne({ cibaExpiresIn: 30, ...quiet })
  stops.push(first.stop)
  const second = await startPingOne(quiet)
  stops.push(second.stop)
  const third = await startPingOne(quiet)
  stops.push(third.stop)
  const cloud = await startCloud({ stateDirectory: join(directory, 'cloud'), region, ...recordAccess() })
  stops.push(cloud.stop)
  const wire = await startWire(cloud.awsEndpoint)
  stops.push(wire.stop)
  const copy = new WorkingCopy(directory, {
    AWS_ENDPOINT_URL: wire.url,
    AWS_ACCESS_KEY_ID: cloud.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: cloud.credentials.secretAccessKey,
    AWS_REGION: region,
    AWS_EC2_METADATA_DISABLED: 'true',
  })
  const options = { endpoint: cloud.awsEndpoint, region, credentials: cloud.credentials }
  const cfn = new CloudFormationClient(options)
  const secrets = new SecretsManagerClient(options)
  stops.push(async () => {
    cfn.destroy()
    secrets.destroy()
  })
  const statusOf = async (stack: string) =>
    (await cfn.send(new DescribeStacksCommand({ StackName: stack }))).Stacks?.[0]?.StackStatus

  /** Runs a step and tells what was seen on the wire meanwhile. */
  const step = async <T>(what: string, work: () => Promise<T>): Promise<T | undefined> => {
    wire.calls.length = 0
    const value = await report.step(what, work)
    if (wire.calls.length > 0) console.log(`    on the wire: ${summaryOf(wire.calls)}`)
    return value
  }
  const recorded = record ? undefined : readRecording().steps
  const seen: Recording['steps'] = {}
  /** Compares what the CLI asked for since the step began with what it asked when it was recorded. */
  const asks = (name: string) => {
    seen[name] = shapesOf(wire.calls)
    if (recorded === undefined) return
    const news = differences(recorded[name], seen[name])
    assert.deepEqual(
      news,
      [],
      'The CDK CLI asks for other things than it did. See whether the local cloud answers them, then "npm run rehearse -- --record".',
    )
  }
  const doctor = ({ worker }: PingOne) =>
    `PINGONE_WORKER_CLIENT_ID=${worker.clientId} PINGONE_WORKER_CLIENT_SECRET=${worker.clientSecret} npm run doctor -- --stage dev`
  const run = async (command: string): Promise<Outcome> => copy.run(command)
  const held = ({ status, said }: Outcome): string => {
    assert.equal(status, 0, said.slice(-3000))
    return said
  }
  const refused = ({ status, said }: Outcome): string => {
    assert.notEqual(status, 0, 'it should not have succeeded')
    return said
  }

  report.title('Before anything is deployed')
  await step('the placeholder in cdk.json is refused before AWS is asked', async () => {
    assert.match(refused(await run(deploy)), /still holds the placeholder/)
    assert.equal(wire.calls.length, 0)
  })
  copy.configure({ pingOne: pointAt(first) })
  await step('a name that Secrets Manager would not find is refused, too', async () => {
    copy.configure({ pingOne: { workerSecretName: 'myhotels/pingone-worker' } })
    assert.match(refused(await run(deploy)), /workerSecretName/)
    assert.equal(wire.calls.length, 0)
    copy.configure({ pingOne: { workerSecretName: workerSecret } })
  })
  copy.shareSyntheses()
  await step('npx cdk bootstrap makes the account ready', async () => {
    held(await run('npx cdk bootstrap'))
    assert.equal(await statusOf('CDKToolkit'), 'CREATE_COMPLETE')
    asks('bootstrap')
  })
  // The synthesis for it was checked; from here on the templates are the same but for values.
  copy.trustTemplates()
  await step('npm run doctor says that PingOne is ready', async () => {
    assert.match(held(await run(doctor(first))), /Ready/)
  })
  const untouched = await cloud.inventory()
  const asFound = objectsOf(first)
  await step('without the worker secret the first deployment is rolled back, and says why', async () => {
    const said = refused(await run(deploy))
    assert.match(said, /The secret of the worker cannot be read/)
    assert.equal(await statusOf('MyHotels-Identity-dev'), 'ROLLBACK_COMPLETE')
    assert.deepEqual(objectsOf(first), asFound)
    asks('first deployment fails')
  })

  report.title('The first deployment')
  await step('where nobody can be asked about permissions, it says what to do', async () => {
    assert.match(
      refused(await run('npm run deploy')),
      /nobody is there to be asked[\s\S]*-- --stage dev --no-approval/,
    )
    const done = wire.calls.map(({ operation }) => operation)
    assert(done.includes('DeleteStack'))
    assert(!done.includes('ExecuteChangeSet'))
  })
  const hasTerminal = canGiveTerminal()
  const answering = (words: string) => ({ answer: { to: /\(y\/n\)/, words } })
  await secrets.send(
    new CreateSecretCommand({ Name: workerSecret, SecretString: JSON.stringify(first.worker) }),
  )
  const refusal = 'a person who is asked about permissions and says no stops it'
  if (!hasTerminal) report.leaveOut(refusal, 'there is no "script" of util-linux; the next step asks nobody')
  else
    await step(refusal, async () => {
      const said = refused(await copy.run('npm run deploy', answering('n')))
      assert.match(said, /IAM Statement Changes[\s\S]*\(y\/n\)/)
      assert(!wire.calls.some(({ operation }) => operation === 'ExecuteChangeSet'))
    })
  const consent = hasTerminal ? 'and a yes for each stack' : 'asking nobody'
  await step(
    `with the secret, ${consent}, everything comes up in place of what was rolled back`,
    async () => {
      const outcome = hasTerminal ? await copy.run('npm run deploy', answering('y')) : await copy.run(deploy)
      assert.match(held(outcome), /McpUrl = http/)
      if (hasTerminal) assert.equal(outcome.said.match(/\(y\/n\)/g)?.length, 3)
      const types = wire.calls
        .filter(({ operation }) => operation === 'CreateChangeSet')
        .map(({ input }) => `${input.StackName} ${input.ChangeSetType}`)
      assert.deepEqual(
        types,
        ['Identity', 'HotelApi', 'Mcp'].map((name) => `MyHotels-${name}-dev CREATE`),
      )
      asks('first deployment')
    },
  )
  const outputs = () => Object.assign({}, ...Object.values(JSON.parse(copy.read('cdk.out/outputs-dev.json'))))
  await step('npm run smoke finds nothing wrong', async () => {
    assert.match(held(await run('npm run smoke -- --stage dev')), / 0 failed/)
  })

  await step('npm run doctor finds in PingOne what the functions know', async () => {
    assert.match(held(await run(doctor(first))), /ids that its functions know are in PingOne/)
  })

  await step('npm run probe finds nothing that differs', async () => {
    assert.match(held(await run('npm run probe -- --stage dev')), / as expected, 0 differ, /)
  })

  report.title('A wrong worker secret')
  const putWorker = (worker: object) =>
    secrets.send(new PutSecretValueCommand({ SecretId: workerSecret, SecretString: JSON.stringify(worker) }))
  await step('fails a change and its roll-back, with the reason, and what runs goes on', async () => {
    await putWorker({ ...first.worker, clientSecret: 'not-the-secret' })
    copy.configure({ connector: { redirectUris: callbacks } })
    const said = refused(await run(deploy))
    assert.match(said, /Message returned: [\s\S]*(credentials|secret)/i)
    assert(!said.includes('not-the-secret'))
    assert.equal(await statusOf('MyHotels-Identity-dev'), 'UPDATE_ROLLBACK_FAILED')
    assert.match(held(await run('npm run smoke -- --stage dev')), / 0 failed/)
  })
  await step('once it is right, npx cdk rollback brings the stack in order', async () => {
    await putWorker(first.worker)
    held(await run('npx cdk rollback MyHotels-Identity'))
    assert.equal(await statusOf('MyHotels-Identity-dev'), 'UPDATE_ROLLBACK_COMPLETE')
    asks('roll-back')
  })

  report.title('A second callback URL')
  await step('is in PingOne after the next deployment', async () => {
    copy.configure({ connector: { redirectUris: callbacks } })
    held(await run(deploy))
    assert.deepEqual(connectorOf(first)?.redirectUris, callbacks)
    const parameters = wire.calls.filter(({ operation }) => operation === 'CreateChangeSet')
    assert(JSON.stringify(parameters[0]?.input.Parameters).includes('UsePreviousValue'))
    asks('change')
  })
  const executed = () => wire.calls.filter(({ operation }) => operation === 'ExecuteChangeSet')
  await step('is all: the same once more changes nothing', async () => {
    assert.match(held(await run(deploy)), /no changes/)
    assert.deepEqual(executed(), [])
    asks('no change')
  })

  report.title('An object that somebody deleted in PingOne')
  await step('is missed by npm run doctor', async () => {
    const { id } = connectorOf(first) ?? {}
    first.environment.delete('applications', String(id))
    first.environment.deleteChildren(String(id))
    assert.match(refused(await run(doctor(first))), /no longer has: ConnectorClientId[\s\S]*--repair/)
  })
  await step(
    'is there again after npm run deploy -- --repair, although nothing has changed here',
    async () => {
      held(await run('npm run deploy -- --repair --no-approval'))
      assert(executed().length > 0)
      assert.deepEqual(connectorOf(first)?.redirectUris, callbacks)
      assert.equal(outputs().ConnectorClientId, connectorOf(first)?.id)
    },
  )

  const users = await invitePeople(first, people)
  await play(report, {
    endpoints: {
      mcp: outputs().McpUrl,
      hotelApi: outputs().HotelApiUrl,
      phone: first.phoneUrl,
      users,
    },
    connector: JSON.parse(
      (await secrets.send(new GetSecretValueCommand({ SecretId: outputs().ConnectorSecretArn })))
        .SecretString ?? '{}',
    ),
    cloud,
  } as unknown as Parameters<typeof play>[1])

  report.title('Another environment')
  await step('a mistaken environment id is rolled back, and what runs goes on', async () => {
    copy.configure({ pingOne: { environmentId: '99999999-9999-4999-8999-999999999999' } })
    const said = refused(await run(deploy))
    assert.equal(await statusOf('MyHotels-Identity-dev'), 'UPDATE_ROLLBACK_COMPLETE')
    assert.match(said, /PingOneEnvironment[\s\S]*Message returned/)
    asks('change fails')
    copy.configure({ pingOne: pointAt(first) })
    assert.match(held(await run('npm run smoke -- --stage dev')), / 0 failed/)
  })
  await step('a PingOne that cannot be reached is, too, and the reason says what to look at', async () => {
    const nobody = await addressWithoutServer()
    copy.configure({ pingOne: { ...pointAt(second), hosts: { api: nobody, auth: nobody } } })
    const said = refused(await run(deploy))
    assert.equal(await statusOf('MyHotels-Identity-dev'), 'UPDATE_ROLLBACK_COMPLETE')
    assert.match(
      said,
      new RegExp(
        `PingOne did not answer the token request of the worker at ${new URL(nobody).host}[\\s\\S]*ECONNREFUSED[\\s\\S]*Check the region and the domain of PingOne in cdk.json, or run again later`,
      ),
    )
    copy.configure({ pingOne: pointAt(first) })
    assert.match(held(await run('npm run smoke -- --stage dev')), / 0 failed/)
  })
  await step('a CLI that is killed in the middle leaves the deployment to CloudFormation', async () => {
    await secrets.send(
      new PutSecretValueCommand({ SecretId: workerSecret, SecretString: JSON.stringify(second.worker) }),
    )
    copy.configure({ pingOne: pointAt(second) })
    await copy.run(deploy, { whileRunning: (kill) => killAt('ExecuteChangeSet', wire, kill) })
    await until(
      'the end of the update',
      async () => !/IN_PROGRESS/.test(String(await statusOf('MyHotels-Identity-dev'))),
    )
    assert.equal(await statusOf('MyHotels-Identity-dev'), 'UPDATE_COMPLETE')
  })
  await step(
    'the next deployment takes every function along, and tells what is left in the old one',
    async () => {
      const said = held(await run(deploy))
      assert.match(said, new RegExp(`Left behind: The PingOne environment ${first.environmentId}`))
      assert.match(held(await run('npm run smoke -- --stage dev')), / 0 failed/)
      for (const [name, { ISSUER: issuer }] of Object.entries(cloud.environments()))
        if (issuer !== undefined) assert.equal(issuer, second.issuer, name)
    },
  )

  report.title('The stage prod, beside dev')
  const beside = await cloud.inventory()
  await step('has stacks, functions and tables of its own', async () => {
    await secrets.send(
      new CreateSecretCommand({ Name: prodWorkerSecret, SecretString: JSON.stringify(third.worker) }),
    )
    copy.configure({ pingOne: { ...pointAt(third), workerSecretName: prodWorkerSecret } }, 'prod')
    held(await run('npm run deploy -- --stage prod --no-approval'))
    const now = await cloud.inventory()
    for (const kind of ['stacks', 'functions', 'tables', 'apis', 'stateMachines', 'keys']) {
      const names = beside[kind] ?? []
      assert.deepEqual(
        names.filter((name) => !now[kind]?.includes(name)),
        [],
        kind,
      )
      assert.equal(now[kind]?.length, kind === 'stacks' ? names.length * 2 - 1 : names.length * 2, kind)
    }
    assert(connectorOf(third) !== undefined)
    assert.match(held(await run('npm run smoke -- --stage prod')), / 0 failed/)
    assert.match(held(await run('npm run smoke -- --stage dev')), / 0 failed/)
  })
  const keptOfProd: Record<string, string[]> = {}
  await step('destroyed, it keeps its tables, its secrets, the key of its seal, and PingOne', async () => {
    held(await run('npm run destroy -- --stage prod --force'))
    const now = await cloud.inventory()
    for (const [kind, names] of Object.entries(now))
      keptOfProd[kind] = names.filter((name) => !beside[kind]?.includes(name))
    assert.deepEqual(
      Object.entries(keptOfProd)
        .filter(([, names]) => names.length > 0)
        .map(([kind, names]) => [kind, names.length]),
      [
        ['tables', beside.tables?.length],
        // Those of the stacks, and that of the worker, which was made by hand.
        ['secrets', beside.secrets?.length],
        // The one under which approval tokens are sealed.
        ['keys', 1],
        ['keysPendingDeletion', (beside.keys?.length ?? 0) - 1],
      ],
    )
    assert(connectorOf(third) !== undefined)
    const gone = Object.entries(beside).flatMap(([kind, names]) =>
      names.filter((name) => !now[kind]?.includes(name)),
    )
    assert.deepEqual(gone, [])
  })

  report.title('Taken down')
  await step(
    'nothing of dev is left but what was there before, and keys that AWS keeps for thirty days',
    async () => {
      held(await run('npm run destroy -- --force'))
      const { keysPendingDeletion, secrets: kept = [], buckets, ...left } = await cloud.inventory()
      const { keysPendingDeletion: _keys, secrets: _secrets, buckets: _buckets, ...found } = untouched
      for (const [kind, names] of Object.entries(left))
        assert.deepEqual(
          names.filter((name) => !keptOfProd[kind]?.includes(name)),
          found[kind],
          kind,
        )
      assert.deepEqual(
        kept.filter((name) => !keptOfProd.secrets?.includes(name)),
        [workerSecret],
      )
      assert(keysPendingDeletion !== undefined && keysPendingDeletion.length > 0)
      assert.equal(connectorOf(second), undefined)
      asks('destroy')
    },
  )
  await step('every command of docs/deploy.md was run, or has a reason not to be', async () => {
    const commands = commandsOf(readFileSync('docs/deploy.md', 'utf8'))
    assert(commands.length >= 6, commands.join('\n'))
    const open = commands.filter(
      (command) =>
        !copy.commands.some((one) => one.replace(/^(\w+=\S+ )+/, '').startsWith(command)) &&
        !notTyped.some(([start]) => command.startsWith(start)),
    )
    assert.deepEqual(open, [])
  })
  if (record && report.failed === 0) writeRecording(seen)
}

/** Commands of the guide that are not typed here, and what is done instead. */
const notTyped = [
  ['aws secretsmanager create-secret', 'the SDK, with the same members: Name and SecretString'],
  ['aws secretsmanager get-secret-value', 'the SDK, with the same member: SecretId'],
  [
    'cdk bootstrap --cloudformation-execution-policies',
    'the local cloud gives the execution role every right',
  ],
] as const

/** The commands in a guide's code blocks and sentences, without the variables before them and the notes behind. */
function commandsOf(markdown: string): string[] {
  const fenced = /^```(\w*)\n([\s\S]*?)^```$/gm
  const blocks = [...markdown.matchAll(fenced)]
    .filter(([, language]) => language === '')
    .map(([, , block = '']) => block)
  const inSentences = [...markdown.replaceAll(fenced, '').matchAll(/`((?:npm|npx|aws|cdk)\s[^`]+)`/g)]
  return [...blocks, ...inSentences.map(([, command = '']) => command.replaceAll(/\s+/g, ' '))]
    .flatMap((block) => block.replaceAll(/\\\n\s*/g, '').split('\n'))
    .map((line) =>
      line
        .replace(/\s+#.*$/, '')
        .replace(/^(\w+=\S+ )+/, '')
        .trim(),
    )
    .filter((line) => line !== '')
}

const pointAt = ({ environmentId, apiUrl, authUrl }: PingOne) => ({
  environmentId,
  hosts: { api: new URL(apiUrl).origin, auth: authUrl },
})

const objectsOf = ({ environment }: PingOne) =>
  environment.list('applications').map(({ name }) => String(name))

const connectorOf = ({ environment }: PingOne) =>
  environment.list('applications').find(({ name }) => name === 'MyHotels ChatGPT') as
    | { id: string; redirectUris: string[] }
    | undefined

/** A port that was free a moment ago. */
async function addressWithoutServer(): Promise<string> {
  const { url, stop } = await listenLoopback({ port: 0, what: 'nobody' })
  await stop()
  return url
}

/** Kills what runs as soon as the operation has been answered, once. */
function killAt(operation: string, wire: Wire, kill: () => void): void {
  wire.onCall = (call) => {
    if (call.operation !== operation) return
    wire.onCall = undefined
    kill()
  }
}

async function main({ keep, record }: { keep?: true; record?: true }): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'myhotels-rehearsal-'))
  const report = new Report()
  const stops: (() => Promise<unknown>)[] = []
  try {
    await rehearse(directory, report, stops, record === true)
  } catch (error) {
    report.failed += 1
    console.error(error)
  } finally {
    for (const stop of stops.reverse()) await stop()
    if (keep) console.log(`\nKept: ${directory}`)
    else await rm(directory, { recursive: true, force: true })
  }
  report.close()
}

await runProgram(
  createProgram(
    'npm run rehearse',
    'Deploys, changes and destroys MyHotels with the real CDK CLI against an empty local cloud and a local PingOne.',
  )
    .option('--keep', 'keep the working copy and the logs')
    .option('--record', 'write what the CLI asks for to test/rehearse/fixtures/cdk-cli.json')
    .addHelpText(
      'after',
      '\nOne line per step with what was seen on the wire; the exit status tells whether all held. Takes two to three minutes.',
    )
    .action(main),
)
