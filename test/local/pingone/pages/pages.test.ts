// The pages in a browser: by keyboard, without JavaScript where that is promised, and with nothing fetched elsewhere.
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from '../../../browser.ts'
import { readMail } from '../../../journeys/answer-approval.ts'
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
})
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
      amount: '498.00',
      ...more,
    })
  const poll = async (authReqId: string) => {
    const { body } = await server.post('token', ids.approval, {
      grant_type: 'urn:openid:params:grant-type:ciba',
      auth_req_id: authReqId,
    })
    return body.error ?? 'token'
  }
  const letter = (page: Page) => page.locator('.message').last()
  const follow = (page: Page) => letter(page).locator('iframe').contentFrame().getByRole('link').click()
  const opened = (page: Page) => page.locator('#frame').contentFrame()
  /** Types the password, as on a phone that does not know it. */
  const signIn = async (page: Page, password: string) => {
    await opened(page).getByLabel('Password').fill(password)
    await opened(page).getByRole('button', { name: 'Sign on' }).click()
  }

  test('asks for the password once, shows what there is to decide, and fills it in the next time', async () => {
    const page = await open({ javaScript: true })
    await page.goto(`${server.phoneUrl}/?user=anna`)
    await page.getByText('No email waits for you').waitFor()

    const first = await ask()
    await follow(page)
    await page.getByText('asks for the password once').waitFor()
    const isAsked = await opened(page).getByRole('button', { name: 'Approve' }).count()
    await signIn(page, "anna's password")
    await opened(page).getByRole('heading', { name: 'Do you agree?' }).waitFor()
    await page.getByText('remembers the password from now on').waitFor()
    const question = await opened(page).locator('body').textContent()
    await opened(page).getByRole('button', { name: 'Decline' }).click()
    await opened(page).getByText('That is all.').waitFor()
    await page.getByRole('button', { name: 'Close' }).click()
    await page.locator('.done[data-status=denied]').waitFor()

    const second = await ask()
    await follow(page)
    await opened(page).getByRole('button', { name: 'Approve' }).click()
    await opened(page).getByText('That is all.').waitFor()
    await page.keyboard.press('Escape')
    await page.locator('.done[data-status=approved]').waitFor()

    expect(isAsked).toBe(0)
    expect(question).toContain('<img src=x onerror=alert(1)> for 498.00')
    expect(await poll(first.body.auth_req_id)).toBe('access_denied')
    expect(await poll(second.body.auth_req_id)).toBe('token')
    expect(foreign).toEqual([])
    await page.context().close()
  })

  test('forgets the password when it is told to, and when it no longer fits', async () => {
    const page = await open({ javaScript: true })
    await page.goto(`${server.phoneUrl}/?user=anna`)
    await ask()
    await follow(page)
    await signIn(page, "anna's password")
    await page.getByText('remembers the password from now on').waitFor()
    await page.getByRole('button', { name: 'Close' }).click()
    await page.getByText('This phone remembers the password of Anna').waitFor()
    const stored = await page.evaluate(() => JSON.stringify(localStorage) + document.cookie)

    server.environment.passwords[ids.anna] = 'a newer password'
    await follow(page)
    await page.getByText('is no longer right').waitFor()
    await signIn(page, 'a newer password')
    await page.getByText('remembers the password from now on').waitFor()
    await page.getByRole('button', { name: 'Close' }).click()
    await page.getByRole('button', { name: 'Forget the password' }).click()
    await page.getByRole('button', { name: 'Forget the password' }).waitFor({ state: 'hidden' })
    await follow(page)
    await page.getByText('asks for the password once').waitFor()

    server.environment.passwords[ids.anna] = "anna's password"
    expect(stored).not.toContain('password')
    await page.context().close()
  })

  test('shows one person what is theirs alone, and decides by keyboard', async () => {
    const { body } = await ask({ hotel_name: 'Alpenblick' })
    const page = await open({ javaScript: true })
    await page.goto(`${server.phoneUrl}/?user=ben`)
    await page.getByText('No email waits for you').waitFor()
    expect(await page.locator('.message').count()).toBe(0)

    await page.getByLabel('Phone of').selectOption('anna')
    const newest = page.locator('.message').first().locator('iframe').contentFrame().getByRole('link')
    await newest.focus()
    await page.keyboard.press('Enter')
    await opened(page).locator('input[type=password]:focus').waitFor()
    await page.keyboard.type("anna's password")
    await page.keyboard.press('Enter')
    await opened(page).getByRole('button', { name: 'Approve' }).waitFor()
    await opened(page).locator('button:focus').waitFor()
    await page.keyboard.press('Enter')
    await opened(page).getByText('That is all.').waitFor()

    expect(await poll(body.auth_req_id)).toBe('token')
    await page.context().close()
  })

  test('the linked page is used without JavaScript, outside of the phone too', async () => {
    await ask({ hotel_name: 'Alpenblick' })
    const [mail] = await readMail(server.phoneUrl, 'anna')
    const page = await open({ javaScript: false })
    await page.goto(/href="([^"]+)"/.exec(mail?.html ?? '')?.[1] ?? '')

    await page.locator('#field-user\\.username').waitFor()
    await page.getByLabel('Password').fill('wrong')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').waitFor()
    expect(await page.title()).toBe(`Try again – Sign on for ${ids.approval}`)
    expect(await page.getByLabel('Password').getAttribute('aria-describedby')).toBe('problem')
    expect(await page.getByLabel('Username').inputValue()).toBe('anna')
    await page.getByLabel('Password').fill("anna's password")
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Decline' }).click()
    await page.getByText('That is all.').waitFor()

    expect(foreign).toEqual([])
    await page.context().close()
  })
})
