// MyHotels' approval flow where a person signs with a passkey: WebAuthn, with a software authenticator of another hand on
// the phone and the verification of a third in PingOne's place.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { decodeJwt } from 'jose'
import { WebAuthnEmulator } from 'nid-webauthn-emulator'
import { openMail, press, signOnPhone, usePhoneAs } from '../../../journeys/answer-approval.ts'
import type { WebPage } from '../../../journeys/web-page.ts'
import { anna } from '../configure-ciba.ts'
import { type DeployedApproval, deployApproval } from './deployed-approval.ts'

let deployed: DeployedApproval
let phone: string
beforeAll(async () => {
  deployed = await deployApproval('passkey')
  phone = deployed.pingOne.phoneUrl
})
afterAll(() => deployed?.stop())
beforeEach(() => fetch(`${phone}/devices?user=anna`, { method: 'DELETE' }))

async function begin(): Promise<{ page: WebPage; asked: Awaited<ReturnType<DeployedApproval['ask']>> }> {
  const asked = await deployed.ask()
  return { page: await press(await openMail(asked.mail ?? { html: '' }), anna), asked }
}

const optionsOf = (page: WebPage) => page.passkey?.options ?? ''
const send = (page: WebPage, assertion: string) => press(page, anna, undefined, { passkey: assertion })

describe('an approval by passkey', () => {
  test('shows the booking once the passkey has signed, and its token says so', async () => {
    await usePhoneAs(phone, 'anna', 'FIDO2')
    const { page, asked } = await begin()
    const question = await send(page, await signOnPhone(phone, 'anna', optionsOf(page)))
    await press(question, anna, /^approve/i)
    const tokens = await asked.poll()

    expect(page.words).toContain('Use your passkey')
    expect(page.words).not.toContain('La Ringhiera')
    expect(question.words).toContain('La Ringhiera')
    expect(decodeJwt(tokens.access_token)).toMatchObject({
      transaction_id: asked.transaction,
      approval_amr: 'swk',
    })
    expect(decodeJwt(tokens.id_token ?? '').amr).toEqual(['swk'])
    expect(deployed.died).toEqual([])
  })

  const altered =
    (change: (assertion: { response: Record<string, string> }) => void) => async (page: WebPage) => {
      const assertion = JSON.parse(await signOnPhone(phone, 'anna', optionsOf(page)))
      change(assertion)
      return JSON.stringify(assertion)
    }
  const clientData = (change: object) =>
    altered(({ response }) => {
      const data = JSON.parse(Buffer.from(response.clientDataJSON ?? '', 'base64').toString())
      response.clientDataJSON = Buffer.from(JSON.stringify({ ...data, ...change })).toString('base64')
    })

  test.each<[string, string, (page: WebPage) => Promise<string>]>([
    ['nothing', 'No passkey was used', async () => ''],
    ['what is no JSON', 'No passkey was used', async () => '{"id":'],
    ['JSON that is no assertion', 'was not accepted', async () => '{"id":"x"}'],
    ['a list', 'was not accepted', async () => '[]'],
    ['another challenge', 'was not accepted', clientData({ challenge: 'AAAA' })],
    ['another page', 'was not accepted', clientData({ origin: 'https://evil.example.com' })],
    [
      'an altered signature',
      'was not accepted',
      altered(({ response }) => {
        const bytes = Buffer.from(response.signature ?? '', 'base64')
        bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
        response.signature = bytes.toString('base64')
      }),
    ],
    [
      'a passkey of somebody else',
      'was not accepted',
      async (page) => {
        const { challenge } = JSON.parse(optionsOf(page)) as { challenge: number[] }
        const stranger = new WebAuthnEmulator()
        const { port } = new URL(deployed.pingOne.authUrl)
        const origin = `http://localhost:${port}`
        stranger.createJSON(origin, {
          rp: { id: 'localhost', name: 'x' },
          user: { id: 'AAAA', name: 'x', displayName: 'x' },
          challenge: 'AAAA',
          pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
        })
        const signed = Buffer.from(Int8Array.from(challenge).buffer).toString('base64url')
        return JSON.stringify(stranger.getJSON(origin, { rpId: 'localhost', challenge: signed }))
      },
    ],
  ])('does not show the booking for %s', async (_, words, sign) => {
    await usePhoneAs(phone, 'anna', 'FIDO2')
    const { page, asked } = await begin()
    const refused = await send(page, await sign(page))

    expect(refused.words).toContain(words)
    expect(refused.words).not.toContain('La Ringhiera')
    expect((await asked.poll()).error).toBe('authorization_pending')
    // And the person can still do it right.
    const question = await send(refused, await signOnPhone(phone, 'anna', optionsOf(refused)))
    expect(question.words).toContain('La Ringhiera')
  })

  test('what was signed for one link opens no other', async () => {
    await usePhoneAs(phone, 'anna', 'FIDO2')
    const first = await begin()
    const signed = await signOnPhone(phone, 'anna', optionsOf(first.page))
    await send(first.page, signed)
    const second = await begin()
    const refused = await send(second.page, signed)

    expect(refused.words).toContain('was not accepted')
    expect(refused.words).not.toContain('La Ringhiera')
  })

  test.each<[string, ('MOBILE' | 'FIDO2')[], string]>([
    ['no device', [], 'You have no passkey that could be asked. Add one to your account'],
    [
      'a phone as the default device',
      ['FIDO2', 'MOBILE'],
      'Only a passkey will do. Make it your default device',
    ],
  ])('asks for nothing with %s, and says what to do', async (_, devices, words) => {
    for (const type of devices) await usePhoneAs(phone, 'anna', type)

    const { page } = await begin()

    expect(page.words).toContain(words)
    expect(page.passkey).toBeUndefined()
  })
})
