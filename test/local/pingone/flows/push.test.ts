// MyHotels' approval flow where a person confirms on their phone: PingOne MFA's push, on the local PingOne.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { decodeJwt } from 'jose'
import { answerNotification, openMail, press, usePhoneAs } from '../../../journeys/answer-approval.ts'
import type { WebPage } from '../../../journeys/web-page.ts'
import { anna } from '../configure-ciba.ts'
import { type DeployedApproval, deployApproval } from './deployed-approval.ts'

let now = Date.now()
let deployed: DeployedApproval
let phone: string
beforeAll(async () => {
  deployed = await deployApproval('push', { clock: () => now })
  phone = deployed.pingOne.phoneUrl
})
afterAll(() => deployed?.stop())
beforeEach(() => fetch(`${phone}/devices?user=anna`, { method: 'DELETE' }))

/** Opens the link, and presses Continue on the page that says nothing of the booking yet. */
async function begin(): Promise<{ page: WebPage; asked: Awaited<ReturnType<DeployedApproval['ask']>> }> {
  const asked = await deployed.ask()
  const opened = await openMail(asked.mail ?? { html: '' })
  expect(opened.words).not.toContain('La Ringhiera')
  return { page: await press(opened, anna), asked }
}

const notifications = async () =>
  ((await (await fetch(`${phone}/notifications?user=anna`)).json()) as { notifications: object[] })
    .notifications

describe('an approval by push', () => {
  test('shows the booking once the phone has confirmed, and its token says so', async () => {
    await usePhoneAs(phone, 'anna', 'MOBILE')
    const { page, asked } = await begin()
    const early = await press(page, anna)
    await answerNotification(phone, 'anna', true)
    const question = await press(early, anna)
    await press(question, anna, /^approve/i)
    const tokens = await asked.poll()

    expect(page.title).toBe('Confirm on your phone')
    expect(early.words).toContain('Your phone has not confirmed.')
    expect(question.words).toContain('La Ringhiera')
    expect(decodeJwt(tokens.access_token)).toMatchObject({
      transaction_id: asked.transaction,
      approval_amr: 'mca',
    })
    expect(decodeJwt(tokens.id_token ?? '').amr).toEqual(['mca'])
    expect(deployed.died).toEqual([])
  })

  test('shows nothing to somebody whose phone said that it was not them', async () => {
    await usePhoneAs(phone, 'anna', 'MOBILE')
    const { page, asked } = await begin()
    await answerNotification(phone, 'anna', false)
    const refused = await press(page, anna)
    const again = await press(refused, anna)

    for (const each of [refused, again]) {
      expect(each.words).toContain('if you declined, or if nothing is there any more, open the link again')
      expect(each.words).not.toContain('La Ringhiera')
    }
    expect((await asked.poll()).error).toBe('authorization_pending')
  })

  test('shows nothing when the notification was too old, and can be confirmed from a link opened again', async () => {
    await usePhoneAs(phone, 'anna', 'MOBILE')
    const { page, asked } = await begin()
    now += 40_000
    const refused = await press(page, anna)
    const shown = await notifications()
    const reopened = await press(await openMail(asked.mail ?? { html: '' }), anna)
    await answerNotification(phone, 'anna', true)
    const question = await press(reopened, anna)

    expect(refused.words).toContain('open the link again')
    expect(shown).toEqual([])
    expect(question.words).toContain('La Ringhiera')
  })

  test('is confirmed once: a second answer is too late', async () => {
    await usePhoneAs(phone, 'anna', 'MOBILE')
    await begin()
    const [{ id }] = (await notifications()) as [{ id: string }]
    const answer = (isConfirmed: boolean) =>
      fetch(`${phone}/notifications/${id}`, { method: 'POST', body: JSON.stringify({ isConfirmed }) })

    expect((await answer(false)).status).toBe(200)
    expect((await answer(true)).status).toBe(410)
  })

  test.each<[string, ('MOBILE' | 'FIDO2')[], string]>([
    ['no device', [], 'You have no phone that could be asked. Add one to your account'],
    [
      'a passkey as the default device',
      ['MOBILE', 'FIDO2'],
      'Only a phone will do. Make it your default device',
    ],
  ])('asks nobody with %s, and says what to do', async (_, devices, words) => {
    for (const type of devices) await usePhoneAs(phone, 'anna', type)

    const { page, asked } = await begin()

    expect(page.words).toContain(words)
    expect(page.words).not.toContain('La Ringhiera')
    expect(await notifications()).toEqual([])
    expect((await asked.poll()).error).toBe('authorization_pending')
  })

  test('asks no device of somebody who has several and no default, as the MFA policy of the tenant wants', async () => {
    for (const type of ['MOBILE', 'FIDO2'] as const) await usePhoneAs(phone, 'anna', type)
    await usePhoneAs(phone, 'anna', 'MOBILE')
    const method = { enabled: true, otp: {} }
    const policy = await deployed.call('POST', '/deviceAuthenticationPolicies', {
      name: 'Ask which',
      default: true,
      forSignOnPolicy: false,
      authentication: { deviceSelection: 'PROMPT_TO_SELECT' },
      ...{ sms: method, voice: method, email: method, mobile: method, totp: method },
    })

    const { page } = await begin()
    deployed.pingOne.environment.delete('deviceAuthenticationPolicies', policy.id)

    expect(page.words).toContain('Only a phone will do. Make it your default device')
    expect(await notifications()).toEqual([])
  })
})
