// The function as it is bundled, with the SDK's light JSON Schema validator in place of Ajv: the alias names an entry
// that the SDK does not document, so this test watches over it.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { build } from 'esbuild'
import { lightValidator } from '../../lib/light-validator.ts'

const root = join(import.meta.dirname, '../..')
const directory = mkdtempSync(join(tmpdir(), 'mcp-handler-'))
let inputs: string[]

const environment = {
  ISSUER: 'http://127.0.0.1:9/env/as',
  AUDIENCE: 'myhotels-hotelmcp',
  SCOPE_MEMBER_RATES: 'my-hotels:mcp:member_rates',
  SCOPE_BOOK: 'my-hotels:mcp:book',
  API_SCOPE_MEMBER_RATES: 'my-hotels:api:member_rates',
  API_SCOPE_BOOK: 'my-hotels:api:book',
  HOTEL_API_URL: 'http://127.0.0.1:9',
  DECISION_ENDPOINT_URL: 'http://127.0.0.1:9/decision',
  CONNECTOR_CLIENT_ID: 'connector',
  EXCHANGE_CLIENT_ID: 'exchange',
  APPROVAL_CLIENT_ID: 'approval',
  DECISION_CLIENT_ID: 'decision',
  CLIENT_KEY_ARN: 'arn:aws:kms:eu-central-1:123456789012:key/client',
  APPROVAL_TABLE: 'approvals',
  APPROVAL_KEY_ARN: 'arn:aws:kms:eu-central-1:123456789012:key/x',
  APPROVAL_WORKFLOW_ARN: 'arn:aws:states:eu-central-1:123456789012:stateMachine:x',
  ALLOWED_ORIGINS: '',
  SIGN_IN_AT_CONNECT: 'anonymous',
  POWERTOOLS_METRICS_NAMESPACE: 'MyHotels',
  POWERTOOLS_SERVICE_NAME: 'Mcp',
}

beforeAll(async () => {
  const { metafile } = await build({
    entryPoints: { index: join(root, 'lambdas/mcp/handler.ts') },
    outdir: directory,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    metafile: true,
    absWorkingDir: root,
    alias: lightValidator,
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
    logLevel: 'silent',
  })
  inputs = Object.keys(metafile.inputs)
  writeFileSync(join(directory, 'widget.html'), '<!doctype html><title>MyHotels</title>')
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const event = (body: object, headers: Record<string, string> = {}) => ({
  version: '2.0',
  rawPath: '/mcp',
  rawQueryString: '',
  headers: { host: 'abc.execute-api.test', 'content-type': 'application/json', ...headers },
  requestContext: { domainName: 'abc.execute-api.test', http: { method: 'POST' } },
  body: JSON.stringify(body),
  isBase64Encoded: false,
})

/** Loads the bundle in a process of its own, as Lambda does, and hands it the events one by one. */
async function invoke(events: object[], variables: Record<string, string> = environment) {
  const script = `
    const { handler } = await import(${JSON.stringify(join(directory, 'index.mjs'))})
    const answers = []
    for (const event of ${JSON.stringify(events)}) answers.push(await handler(event))
    process.send(answers)
    process.disconnect()`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    env: { PATH: process.env.PATH ?? '', ...variables },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let log = ''
  child.stdout?.on('data', (chunk) => (log += chunk))
  child.stderr?.on('data', (chunk) => (log += chunk))
  let answers: { statusCode: number; headers: Record<string, string>; body: string }[] = []
  child.on('message', (given) => (answers = given as typeof answers))
  const code = await new Promise<number>((resolve) => child.on('close', (status) => resolve(status ?? 1)))
  return { answers, log, code }
}

const legacyList = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }
const modernList = {
  ...legacyList,
  params: {
    _meta: {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientCapabilities': {},
    },
  },
}
const modernHeaders = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/list' }

test('answers events of API Gateway on both lines', async () => {
  const { answers } = await invoke([
    event(legacyList),
    event(modernList, modernHeaders),
    event({ ...legacyList, method: 'resources/read', params: { uri: 'ui://widget/myhotels-widget.html' } }),
    event({ ...legacyList, method: 'tools/call', params: { name: 'prepare_booking', arguments: {} } }),
  ])
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 401])
  const tools = answers.slice(0, 2).map(({ body }) => JSON.parse(body).result.tools)
  expect(tools[0]).toEqual(tools[1])
  expect(tools[0]).toHaveLength(4)
  expect(JSON.parse(answers[2]?.body ?? '').result.contents[0].text).toContain('<title>MyHotels')
  expect(answers[3]?.headers['www-authenticate']).toContain(
    'resource_metadata="https://abc.execute-api.test/.well-known/oauth-protected-resource/mcp"',
  )
})

test('writes one structured line and its metrics per request', async () => {
  const { log } = await invoke([event(legacyList)])
  const lines = log
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(lines).toEqual([
    expect.objectContaining({
      level: 'INFO',
      message: 'MCP request',
      service: 'Mcp',
      call: expect.objectContaining({ method: 'tools/list', outcome: 'ok', status: 200 }),
    }),
    expect.objectContaining({ method: 'tools/list', outcome: 'ok', Requests: 1 }),
  ])
})

test('stops at start when a variable is missing, naming it', async () => {
  const { HOTEL_API_URL: _, ...incomplete } = environment
  const { code, log } = await invoke([], incomplete)
  expect(code).not.toBe(0)
  expect(log).toContain('HOTEL_API_URL')
})

test('carries no Ajv', () => {
  expect(inputs.filter((input) => /ajv/i.test(input))).toEqual([])
  expect(inputs).toContain('node_modules/@modelcontextprotocol/server/dist/shimsBrowser.mjs')
})
