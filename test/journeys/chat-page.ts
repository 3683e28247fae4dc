// What a person does on the chat page, its widget, the sign-in page and the phone.
import type { Browser, BrowserContext, FrameLocator, Page } from 'playwright-core'
import type { Endpoints } from '../../local/run.ts'
import { mailWith } from './answer-approval.ts'
import type { Login } from './assistant.ts'

export class ChatPage {
  readonly page: Page
  readonly #context: BrowserContext
  readonly #endpoints: Endpoints
  /** What the pages complained about in the console. */
  readonly complaints: string[] = []

  private constructor(context: BrowserContext, page: Page, endpoints: Endpoints) {
    this.#context = context
    this.page = page
    this.#endpoints = endpoints
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text())
    })
    page.on('pageerror', (error) => this.complaints.push(String(error)))
  }

  static async open(
    browser: Browser,
    endpoints: Endpoints,
    options: { viewport?: { width: number; height: number }; colorScheme?: 'light' | 'dark' } = {},
  ): Promise<ChatPage> {
    const context = await browser.newContext({
      viewport: { width: 1180, height: 900 },
      locale: 'en-GB',
      reducedMotion: 'reduce',
      ...options,
    })
    const page = await context.newPage()
    const chat = new ChatPage(context, page, endpoints)
    await page.goto(endpoints.chat)
    return chat
  }

  /** The widget that was mounted last: a frame within the sandbox's frame. */
  get widget(): FrameLocator {
    return this.page.locator('iframe').last().contentFrame().locator('iframe').contentFrame()
  }

  async say(words: string): Promise<void> {
    await this.page.getByRole('textbox', { name: 'Message' }).fill(words)
    await this.page.keyboard.press('Enter')
  }

  /** Answers the sign-in card: a window opens, the person signs in, the conversation goes on. */
  async signIn(person: Login): Promise<void> {
    const opening = this.#context.waitForEvent('page')
    const card = this.page.getByRole('region', { name: 'Sign in' }).last()
    await card.getByRole('button', { name: 'Sign in' }).click()
    const window = await opening
    await window.getByLabel('Username').fill(person.username)
    await window.getByLabel('Password').fill(person.password)
    await window.getByRole('button', { name: 'Sign in and allow' }).click()
  }

  /** Opens the booking form of a hotel on its card, fills it in and sends it. */
  async book(hotel: string, stay: { nights: number; startDate: string }): Promise<void> {
    const card = this.widget.getByRole('listitem').filter({ hasText: hotel }).first()
    await card.getByRole('button', { name: 'Book' }).click()
    await this.widget.getByLabel('Check-in').fill(stay.startDate)
    await this.widget.getByRole('textbox', { name: 'Nights' }).fill(String(stay.nights))
    await this.widget.getByRole('button', { name: /^Book for/ }).click()
  }

  /** Leads from an outcome to the list again. */
  async backToHotels(): Promise<void> {
    await this.widget
      .getByRole('button', { name: /Back to the hotels|All hotels/ })
      .first()
      .click()
  }

  async openPhone(username: string): Promise<Page> {
    const phone = await this.#context.newPage()
    await phone.setViewportSize({ width: 430, height: 880 })
    await phone.goto(`${this.#endpoints.phone}/?user=${username}`)
    return phone
  }

  /** Follows the link in the email that has this code, signs in where the phone does not do so itself, and decides. */
  async answer(phone: Page, person: Login, code: string, answer: 'Approve' | 'Decline'): Promise<void> {
    await phone.keyboard.press('Escape')
    const { id } = await mailWith(this.#endpoints.phone, person.username, code)
    await phone.locator(`[data-id="${id}"] iframe`).contentFrame().getByRole('link').click()
    const page = phone.locator('#frame').contentFrame()
    const button = page.getByRole('button', { name: answer })
    const password = page.getByLabel('Password')
    await button.or(password).first().waitFor()
    if (await phone.getByText('asks for the password once').isVisible()) {
      await password.fill(person.password)
      await page.getByRole('button', { name: 'Sign in' }).click()
    }
    await page.getByText(code).waitFor()
    await button.click()
    await button.waitFor({ state: 'detached' })
  }

  async close(): Promise<void> {
    await this.#context.close()
  }
}
