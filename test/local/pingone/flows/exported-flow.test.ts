// Flows that other people built, in the form in which DaVinci exports them, run on the local PingOne.
//
//   DAVINCI_EXPORT=<file> npm run unit -- test/local/pingone/flows/exported-flow.test.ts
//
// runs the flow of a file besides the one that is written here, such as the original demo's
// (github.com/carbonefederico/ai-myhotels-chatgpt-app, davinci-flows/MyHotels - CIBA Approval via Magic Link.json).
import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose'
import { slateText } from '../../../../lambdas/identity/desired-state/approval-flow/slate.ts'
import { type PingOne, startPingOne } from '../../../../local/pingone/start.ts'
import { mailWith, openMail, press } from '../../../journeys/answer-approval.ts'
import type { WebPage } from '../../../journeys/web-page.ts'
import { anna, type Client, configureCiba, pollCiba, startCiba } from '../configure-ciba.ts'
import { type ExportedFlow, exportedFlow } from './exported-flow.ts'

const file = process.env.DAVINCI_EXPORT
const flows: [string, () => ExportedFlow][] = [
  ['a flow in the shape of an export', exportedFlow],
  ...(file === undefined
    ? []
    : [[file, () => JSON.parse(readFileSync(file, 'utf8'))] satisfies [string, () => ExportedFlow]]),
]

const request = {
  binding_message: '7FK3PQRS',
  transaction_id: 'e1d0c2b3-0000-4000-8000-000000000001',
  hotel_name: 'Brera <Garden>',
  check_in_date: '2027-03-01',
  nights: '3',
  amount: '498.00',
  currency: 'EUR',
}

/** Signs in where the flow asks for it. */
async function openAndSignIn(pingOne: PingOne): Promise<WebPage> {
  const page = await openMail(await mailWith(pingOne.phoneUrl, anna.username, request.binding_message))
  return page.asksForPassword ? press(page, anna) : page
}

describe.each(flows)('%s', (_, readFlow) => {
  let pingOne: PingOne
  let client: Client
  const died: string[] = []
  beforeEach(async () => {
    died.length = 0
    pingOne = await startPingOne({ log: (line) => died.push(line) })
    ;({ client } = await configureCiba(pingOne, readFlow()))
  })
  afterEach(() => pingOne.stop())

  test('asks by email, shows what there is to approve, and yields a token with the transaction', async () => {
    const started = await startCiba(pingOne, client, request)
    const pending = await pollCiba(pingOne, client, started.body.auth_req_id)
    const question = await openAndSignIn(pingOne)
    const last = await press(question, anna, /^approve/i)
    const tokens = await pollCiba(pingOne, client, started.body.auth_req_id)

    expect(started.status).toBe(200)
    expect(pending.error).toBe('authorization_pending')
    expect(question.words).toContain('Brera <Garden>')
    expect(question.html).not.toContain('<Garden>')
    expect(last.status).toBe(200)
    expect(decodeJwt(tokens.access_token)).toMatchObject({
      aud: ['myhotels-hotelapi'],
      client_id: client.clientId,
      transaction_id: request.transaction_id,
    })
    expect(decodeJwt(tokens.id_token ?? '').amr).toEqual(expect.arrayContaining(['email']))
    expect(died).toEqual([])
  })

  test('tells the client that the person declined', async () => {
    const { body } = await startCiba(pingOne, client, request)
    const question = await openAndSignIn(pingOne)
    const last = await press(question, anna, /^(decline|cancel)/i)

    expect(last.status).toBe(200)
    expect((await pollCiba(pingOne, client, body.auth_req_id)).error).toBe('access_denied')
  })

  test('refuses to ask a person that is not there, in the words of the flow', async () => {
    const { status, body } = await startCiba(pingOne, client, { ...request, login_hint: 'nobody' })

    expect({ status, error: body.error }).toEqual({ status: 400, error: 'unknown_user_id' })
    expect(body.error_description).toContain('Invalid username provided')
  })
})

type Node = { capabilityName?: string; properties?: Record<string, { value: unknown }> }

describe('the flow in the shape of an export', () => {
  let pingOne: PingOne
  let client: Client
  beforeEach(async () => {
    pingOne = await startPingOne({ log: () => {} })
    ;({ client } = await configureCiba(pingOne, exportedFlow()))
  })
  afterEach(() => pingOne.stop())

  test('claims have the types that the flow writes, and no reserved name', async () => {
    const { body } = await startCiba(pingOne, client, request)
    await press(await openAndSignIn(pingOne), anna, /^approve/i)
    const tokens = await pollCiba(pingOne, client, body.auth_req_id)

    expect(decodeJwt(tokens.access_token)).toMatchObject({
      nights: 3,
      is_shown: true,
      aud: ['myhotels-hotelapi'],
    })
    const { keys } = await (await fetch(`${pingOne.issuer}/jwks`)).json()
    const { payload } = await jwtVerify(tokens.id_token ?? '', createLocalJWKSet({ keys }))
    expect(payload).toMatchObject({ amr: ['pwd', 'email'], hotel: 'Brera <Garden>', aud: client.clientId })
    expect(payload.sub).not.toBe('somebody else')
    expect(decodeJwt(tokens.access_token)).not.toHaveProperty('hotel')
  })

  test('the flow can grant less than was asked for, and nothing more', async () => {
    const flow = exportedFlow()
    for (const { data } of flow.graphData.elements.nodes as { data: Node }[])
      if (data.capabilityName === 'returnCibaSuccess' && data.properties)
        data.properties.scopes = { value: slateText('openid my-hotels:api:everything') }
    const other = await startPingOne({ log: () => {} })
    try {
      const { client: asking } = await configureCiba(other, flow)
      const { body } = await startCiba(other, asking, request)
      await press(await openAndSignIn(other), anna, /^approve/i)
      const tokens = await pollCiba(other, asking, body.auth_req_id)

      expect(decodeJwt(tokens.id_token ?? '').amr).toEqual(['pwd', 'email'])
      expect(decodeJwt(tokens.access_token).scope).toBe('openid')
    } finally {
      await other.stop()
    }
  })

  test('a wrong password is told on the form, which can be sent again', async () => {
    await startCiba(pingOne, client, request)
    const form = await openMail(await mailWith(pingOne.phoneUrl, 'anna', request.binding_message))
    const refused = await press(form, { ...anna, password: 'wrong' })
    const question = await press(refused, anna)

    expect(form.words).toContain('Sign on for Approval')
    expect(refused.words).toContain('That did not fit.')
    expect(refused.asksForPassword).toBe(true)
    expect(question.words).toContain('Do you agree?')
    expect(question.html).not.toContain('alert(1)')
  })

  test('a link that is opened again begins anew: nobody inherits a sign-in', async () => {
    const { body } = await startCiba(pingOne, client, request)
    const question = await openAndSignIn(pingOne)
    const again = await openMail(await mailWith(pingOne.phoneUrl, 'anna', request.binding_message))
    const pending = await pollCiba(pingOne, client, body.auth_req_id)
    const approved = await press(question, anna, /^approve/i)
    const late = await press(again, anna)

    expect(again.asksForPassword).toBe(true)
    expect(again.buttons.map(({ label }) => label)).toEqual(['Sign on'])
    expect(pending.error).toBe('authorization_pending')
    expect(approved.words).toContain('That is all.')
    expect({ status: late.status, words: late.words }).toMatchObject({
      status: 410,
      words: expect.stringContaining('This has been approved'),
    })
  })

  test('a page that is sent twice does not answer twice', async () => {
    const { body } = await startCiba(pingOne, client, request)
    const form = await openMail(await mailWith(pingOne.phoneUrl, 'anna', request.binding_message))
    const question = await press(form, anna)
    const stale = await press(form, anna)
    await press(question, anna, /^decline/i)
    const tooLate = await press(question, anna, /^approve/i)

    expect(stale.words).toContain('Do you agree?')
    expect(tooLate.status).toBe(410)
    expect((await pollCiba(pingOne, client, body.auth_req_id)).error).toBe('access_denied')
  })

  test('somebody else who signs in on the link cannot decide', async () => {
    await startCiba(pingOne, client, request)
    const ben = { username: 'ben', password: 'a password of Ben-7' }
    pingOne.environment.put('users', { id: 'ben', username: 'ben', email: 'ben@example.com', enabled: true })
    pingOne.environment.passwords.ben = ben.password
    const form = await openMail(await mailWith(pingOne.phoneUrl, 'anna', request.binding_message))

    const refused = await press(form, ben)

    expect(refused.words).toContain('Somebody else was asked.')
    expect(refused.buttons.map(({ label }) => label)).toEqual(['Sign on'])
  })
})
