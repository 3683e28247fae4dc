// The MCP Inspector as a peer: its command line on both protocol lines, and its web client with the widget in it.
import assert from 'node:assert/strict'
import { Option } from '@commander-js/extra-typings'
import type { Browser } from 'playwright-core'
import { createProgram, runProgram } from '../../bin/program.ts'
import { launchBrowser } from '../browser.ts'
import { freePort } from './free-port.ts'
import { runPeer, startPeer } from './peer.ts'
import { startProduct } from './product.ts'
import { createSteps } from './steps.ts'
import { widgetFrame } from './widget-frame.ts'

const inspector = { package: '@modelcontextprotocol/inspector@2.12.0', command: 'mcp-inspector' }
const quiet = { MCP_AUTO_OPEN_ENABLED: 'false', MCP_INSPECTOR_SECRET_STORE: 'memory' }
const tools = ['search_hotels', 'search_hotels_member_rates', 'prepare_booking', 'finalize_booking']

async function main(only: 'cli' | 'web' | undefined): Promise<void> {
  const product = await startProduct()
  const steps = createSteps()
  try {
    if (only !== 'web') await commandLine()
    if (only !== 'cli') await webClient()
  } finally {
    await product.stop()
  }
  steps.finish('MCP Inspector 2.12.0')

  async function commandLine(): Promise<void> {
    for (const era of ['legacy', 'modern', 'auto']) {
      const run = async (...args: string[]) => {
        const target = ['--cli', '--server-url', product.url, '--transport', 'http', '--protocol-era', era]
        return runPeer(inspector, [...target, '--format', 'json', ...args], quiet)
      }
      const call = (name: string, ...more: string[]) =>
        run('--method', 'tools/call', '--tool-name', name, '--tool-args-json', '{"city":"Milan"}', ...more)

      await steps.step(`cli, ${era}: lists the tools, and --strict finds nothing to object to`, async () => {
        const { code, stdout, stderr } = await run('--method', 'tools/list', '--strict')
        assert.equal(code, 0, stderr)
        const listed = JSON.parse(stdout) as { result: { tools: { name: string }[] } }
        assert.deepEqual(
          listed.result.tools.map(({ name }) => name),
          tools,
        )
      })
      await steps.step(`cli, ${era}: --app-info knows the widget of every tool`, async () => {
        const { code, stdout, stderr } = await run('--method', 'tools/list', '--app-info')
        assert.equal(code, 0, stderr)
        const apps = stdout
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line))
        assert.deepEqual(
          apps.map(({ toolName }) => toolName),
          tools,
        )
        for (const app of apps) {
          assert.equal(app.hasApp, true)
          assert.equal(app.resourceMimeType, 'text/html;profile=mcp-app')
          assert.match(app.resourceUri, /^ui:\/\/widget\/myhotels-widget-[0-9a-f]{12}\.html$/)
          assert.deepEqual(Object.values(app.csp).flat(), [])
        }
      })
      await steps.step(`cli, ${era}: reads the widget`, async () => {
        const { code, stdout, stderr } = await run(
          ...['--method', 'resources/read', '--uri', 'ui://widget/myhotels-widget.html'],
        )
        assert.equal(code, 0, stderr)
        assert.match(stdout, /<!doctype html>/)
      })
      await steps.step(`cli, ${era}: calls the public tool`, async () => {
        const { code, stdout, stderr } = await call('search_hotels')
        assert.equal(code, 0, stderr)
        assert.equal(JSON.parse(stdout).result.structuredContent.city.name, 'Milan')
      })
      await steps.step(`cli, ${era}: is asked to sign in by a protected tool`, async () => {
        const { code, stderr } = await call('search_hotels_member_rates', '--stored-auth-only')
        assert.equal(code, 3, stderr)
      })
      await steps.step(`cli, ${era}: calls a protected tool with a token`, async () => {
        const header = `Authorization: Bearer ${product.token}`
        const { code, stdout, stderr } = await call(
          ...(['search_hotels_member_rates', '--stored-auth-only', '--header', header] as const),
        )
        assert.equal(code, 0, stderr)
        assert.equal(JSON.parse(stdout).result.structuredContent.memberName, 'Anna')
      })
    }
  }

  async function webClient(): Promise<void> {
    const key = 'inspector-run-key'
    const [port, sandboxPort] = [await freePort(), await freePort()]
    let stop = () => {}
    let browser: Browser | undefined
    try {
      stop = await startPeer(inspector, ['--web'], {
        ready: /up and running/,
        variables: {
          ...quiet,
          HOST: '127.0.0.1',
          CLIENT_PORT: String(port),
          MCP_SANDBOX_PORT: String(sandboxPort),
          MCP_INSPECTOR_API_TOKEN: key,
        },
      })
      browser = await launchBrowser()
      const page = await browser.newPage()
      const query = new URLSearchParams({
        serverUrl: product.signedInUrl,
        transport: 'http',
        autoConnect: key,
        openApp: 'search_hotels',
        appArgs: Buffer.from('{"city":"Milan"}').toString('base64url'),
        autoOpen: key,
      })
      await steps.step('web: connects and opens the widget', async () => {
        await page.goto(`http://127.0.0.1:${port}/?${query}`)
        await page.waitForSelector('[data-testid=connection-status][data-status=connected]')
        await page.waitForSelector('[data-app-status=ready]')
      })
      await steps.step('web: the widget shows the hotels', async () => {
        const frame = await widgetFrame(page)
        await frame.getByText('Hotel Duomo').first().waitFor()
      })
      await steps.step('web: a call from the widget reaches the server and comes back', async () => {
        const before = product.calls.length
        const frame = await widgetFrame(page)
        await frame.getByRole('button', { name: 'Show member rates' }).click()
        await frame.getByText('Anna, these are your member rates').waitFor()
        assert.deepEqual(product.calls.slice(before), [
          { tool: 'search_hotels_member_rates', signedIn: true, outcome: 'ok' },
        ])
      })
    } finally {
      await browser?.close()
      stop()
    }
  }
}

await runProgram(
  createProgram(
    'npm run inspector',
    'Drives the MCP Inspector 2.12.0 against this server: its command line and its web client.',
  )
    .addOption(new Option('--only <client>', 'one of the two').choices(['cli', 'web'] as const))
    .addHelpText(
      'after',
      '\nThe Inspector is fetched by npx (about 110 MB). Status: 0 when every step passed, 1 otherwise.',
    )
    .action(({ only }) => main(only)),
)
