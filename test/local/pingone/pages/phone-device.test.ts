// The phone page in a browser as the device that PingOne MFA asks: a notification, and a passkey.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { decodeJwt } from 'jose'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from '../../../browser.ts'
import { type DeployedApproval, deployApproval } from '../flows/deployed-approval.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())

/** Pairs the phone, and goes as far as the page behind the link that asks for the device. */
async function pairAndFollow(deployed: DeployedApproval, pair: string): Promise<Page> {
  const page = await browser.newPage()
  await page.goto(`${deployed.pingOne.phoneUrl}/?user=anna`)
  await page.getByText('This phone and your account').click()
  await page.getByRole('button', { name: pair }).click()
  await page.getByText('Approvals that want a device ask you').waitFor()
  await page.locator('.message').last().locator('iframe').contentFrame().getByRole('link').click()
  await opened(page).getByRole('button', { name: 'Continue' }).click()
  return page
}

const opened = (page: Page) => page.locator('#frame').contentFrame()
const sheet = (page: Page) => page.getByRole('alertdialog')

const cases = [
  ['push', 'Ask me with a notification', 'Is it you?', 'Yes, it is me', 'mca'],
  ['passkey', 'Ask me for a passkey', 'Use your passkey?', 'Use the passkey', 'swk'],
] as const

test.each(cases)(
  'a %s: the phone asks on top of the page, and what its owner presses there counts',
  async (authentication, pair, title, yes, method) => {
    const deployed = await deployApproval(authentication)
    try {
      const { poll } = await deployed.ask()
      const page = await pairAndFollow(deployed, pair)
      const isPasskey = authentication === 'passkey'

      if (isPasskey) {
        await opened(page).getByRole('button', { name: 'Continue with passkey' }).click()
        await sheet(page).getByRole('button', { name: 'Cancel' }).click()
        await opened(page).getByRole('button', { name: 'Continue with passkey' }).click()
      } else {
        await opened(page).getByRole('heading', { name: 'Confirm on your phone' }).waitFor()
      }
      await sheet(page).getByRole('heading', { name: title }).waitFor()
      const shownBefore = await opened(page).getByText('La Ringhiera').count()
      await sheet(page).getByRole('button', { name: yes }).click()
      if (!isPasskey) {
        await page.getByText('Confirmed.').waitFor({ state: 'attached' })
        await opened(page).getByRole('button', { name: 'Continue' }).click()
      }
      await opened(page).getByRole('button', { name: 'Approve' }).click()
      await opened(page).getByRole('heading', { name: 'Approved' }).waitFor()

      expect(shownBefore).toBe(0)
      expect(decodeJwt((await poll()).access_token).approval_amr).toBe(method)
      await page.close()
    } finally {
      await deployed.stop()
    }
  },
)
