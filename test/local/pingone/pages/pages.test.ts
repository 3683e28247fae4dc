// The pages in a browser: by keyboard, without JavaScript where that is promised, and with nothing fetched elsewhere.
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from '../../../browser.ts'
import {
  authorizeUrl,
  ids,
  scopes,
  startTestServer,
  type TestServer,
} from '../authorization-server/sample-environment.ts'

let server: TestServer
let browser: Browser
let foreign: string[]
beforeAll(async () => {
  ;[server, browser] = await Promise.all([startTestServer(), launchBrowser()])
}, 60_000)
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})
afterEach(() => expect(server.problems).toEqual([]))

async function open(options: { javaScript: boolean }): Promise<Page> {
  foreign = []
  const context = await browser.newContext({ javaScriptEnabled: options.javaScript })
  await context.route('**', (route) => {
    const url = route.request().url()
    if (url.startsWith(server.authUrl) || url.startsWith(server.phoneUrl)) return route.continue()
    foreign.push(url)
    return route.abort()
  })
  return context.newPage()
}

describe('The sign-in page', () => {
  test('is used by keyboard alone and without JavaScript, and names what went wrong', async () => {
    // Any page on this machine serves as the app's callback.
    const callback = `${server.phoneUrl}/callback`
    const connector = server.environment.get('applications', ids.connector) ?? { id: ids.connector }
    server.environment.put('applications', { ...connector, redirectUris: [callback] })
    const page = await open({ javaScript: false })
    await page.goto(authorizeUrl(server, { redirect_uri: callback }).href)

    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Sign in')
    await page.locator('#username:focus').waitFor()
    await page.keyboard.type('anna')
    await page.keyboard.press('Tab')
    await page.keyboard.type('wrong')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').waitFor()
    expect(await page.getByLabel('Username').inputValue()).toBe('anna')
    expect(await page.getByLabel('Password').getAttribute('aria-describedby')).toBe('problem')
    await page.locator('#password:focus').waitFor()
    await page.keyboard.type("anna's password")
    await page.keyboard.press('Enter')
    await page.waitForURL((url) => url.href.startsWith(callback))

    expect(new URL(page.url()).searchParams.get('code')).toEqual(expect.any(String))
    expect(foreign).toEqual([])
    await page.context().close()
  })
})

describe('The phone page', () => {
  const ask = (more: Record<string, string> = {}) =>
    server.post('cibaAuthorization', ids.approval, {
      scope: `openid ${scopes.apiBook}`,
      login_hint: 'anna',
      binding_message: '7FK3PQRS',
      hotel_name: '<img src=x onerror=alert(1)>',
      city: 'Milan',
      check_in: '2027-03-01',
      check_out: '2027-03-04',
      nights: '3',
      amount: '498.00',
      currency: 'EUR',
      ...more,
    })

  test('shows an approval that comes while it is open, and lets the person deny it', async () => {
    const page = await open({ javaScript: true })
    await page.goto(`${server.phoneUrl}/?user=anna`)
    await page.getByText('Nothing waits for your approval').waitFor()

    const { body } = await ask()
    const request = page.locator('.request')
    await request.waitFor()
    const text = await request.textContent()
    await page.getByRole('button', { name: 'Deny' }).click()
    await page.locator('.done[data-status=denied]').waitFor()
    const poll = await server.post('token', ids.approval, {
      grant_type: 'urn:openid:params:grant-type:ciba',
      auth_req_id: body.auth_req_id,
    })

    for (const shown of [
      '<img src=x onerror=alert(1)>',
      'Milan',
      '€498.00',
      '7FK3PQRS',
      '1 Mar',
      '4 Mar 2027',
    ])
      expect(text).toContain(shown)
    expect(await page.locator('img').count()).toBe(0)
    expect(poll.body.error).toBe('access_denied')
    expect(foreign).toEqual([])
    await page.context().close()
  })

  test('shows one person what is theirs alone, and approves by keyboard', async () => {
    await ask({ hotel_name: 'Alpenblick' })
    const page = await open({ javaScript: true })
    await page.goto(`${server.phoneUrl}/?user=ben`)
    await page.getByText('Nothing waits for your approval').waitFor()
    expect(await page.locator('.request').count()).toBe(0)

    await page.getByLabel('Phone of').selectOption('anna')
    await page.getByRole('button', { name: 'Approve' }).focus()
    await page.keyboard.press('Enter')
    await page.locator('.done[data-status=approved]').waitFor()

    expect(await page.getByRole('status').textContent()).toBe('Alpenblick: approved')
    await page.context().close()
  })
})
