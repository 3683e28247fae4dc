// sunpeak as a peer: the widget in its imitations of ChatGPT and Claude, on the first generation of the MCP Apps SDK.
import assert from 'node:assert/strict'
import { createProgram, runProgram } from '../../bin/program.ts'
import { launchBrowser } from '../browser.ts'
import { freePort } from './free-port.ts'
import { startPeer } from './peer.ts'
import { startProduct } from './product.ts'
import { createSteps } from './steps.ts'
import { widgetFrame } from './widget-frame.ts'

const sunpeak = { package: 'sunpeak@0.20.79', command: 'sunpeak' }

async function main(): Promise<void> {
  const product = await startProduct()
  const steps = createSteps()
  const port = await freePort()
  const stop = await startPeer(
    sunpeak,
    ['inspect', '--server', product.signedInUrl, '--port', String(port)],
    {
      ready: /Local:/,
      variables: { BROWSER: 'none' },
    },
  )
  const browser = await launchBrowser()
  try {
    for (const host of ['chatgpt', 'claude']) {
      const page = await browser.newPage()
      await page.goto(`http://localhost:${port}/?host=${host}`)
      await steps.step(`${host}: runs the search and shows the widget`, async () => {
        await page
          .locator('select', { hasText: 'Search hotels' })
          .first()
          .selectOption({ label: 'Search hotels' })
        await page.getByTestId('tool-input-textarea').fill('{"city":"Milan"}')
        await page.getByRole('button', { name: 'Run', exact: true }).click()
        const frame = await widgetFrame(page)
        await frame.getByText('Hotel Duomo').first().waitFor()
      })
      await steps.step(`${host}: a call from the widget reaches the server and comes back`, async () => {
        const before = product.calls.length
        const frame = await widgetFrame(page)
        await frame.getByRole('button', { name: 'Show member rates' }).click()
        await frame.getByText('Anna, these are your member rates').waitFor()
        assert.deepEqual(
          product.calls.slice(before).map(({ tool }) => tool),
          ['search_hotels_member_rates'],
        )
      })
      await page.close()
    }
  } finally {
    await browser.close()
    stop()
    await product.stop()
  }
  steps.finish('sunpeak 0.20.79')
}

await runProgram(
  createProgram('npm run sunpeak', "Opens the widget in sunpeak's ChatGPT and Claude shells.")
    .addHelpText(
      'after',
      '\nsunpeak 0.20.79 is fetched by npx. Status: 0 when every step passed, 1 otherwise.',
    )
    .action(main),
)
