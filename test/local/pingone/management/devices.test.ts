// A person's MFA devices by the Management API. The authenticator is a library's, and so is what verifies it.
import { describe, expect, test } from '@jest/globals'
import { WebAuthnEmulator } from 'nid-webauthn-emulator'
import { envelope, type Json, startManagementApi } from './start-management-api.ts'

const activation = 'application/vnd.pingidentity.device.activate+json'
const reorder = 'application/vnd.pingidentity.devices.reorder+json'
const rp = { id: 'example.com', name: 'Example' }

async function withAnna() {
  const api = startManagementApi()
  const anna = await api.create('/users', { username: 'anna', email: 'anna@example.com' })
  return { ...api, anna, path: `/users/${anna.id}/devices` }
}

const base64url = (numbers: number[]) => Buffer.from(Int8Array.from(numbers).buffer).toString('base64url')

/** What a page sends that was asked with these options. */
function attest(device: Json, origin = 'https://login.example.com'): string {
  const { challenge, user, ...options } = JSON.parse(device.publicKeyCredentialCreationOptions)
  const credential = new WebAuthnEmulator().createJSON(origin, {
    ...options,
    challenge: base64url(challenge),
    user: { ...user, id: base64url(user.id) },
  })
  return JSON.stringify(credential)
}

describe('a passkey', () => {
  test('waits for what the authenticator says, in the signed bytes that PingOne writes', async () => {
    const { create, path } = await withAnna()

    const device = await create(path, { type: 'FIDO2', rp, nickname: 'Key' })

    expect(device).toMatchObject({ type: 'FIDO2', status: 'ACTIVATION_REQUIRED', rp, nickname: 'Key' })
    const options = JSON.parse(device.publicKeyCredentialCreationOptions)
    expect(options).toMatchObject({ rp, user: { name: 'anna' } })
    for (const each of [options.challenge, options.user.id])
      expect(Math.min(...each)).toBeGreaterThanOrEqual(-128)
    expect(options.challenge).toHaveLength(32)
  })

  test('is active once it was attested, and never shows what it is verified with', async () => {
    const { call, create, list, path, environment } = await withAnna()
    const device = await create(path, { type: 'FIDO2', rp })
    const sent = { origin: 'https://login.example.com', attestation: attest(device) }

    const activated = await call('POST', `${path}/${device.id}`, sent, { mediaType: activation })

    expect(activated).toMatchObject({ status: 200, body: { id: device.id, status: 'ACTIVE' } })
    const [listed] = await list(path)
    expect(listed).not.toHaveProperty('credential')
    expect(listed).not.toHaveProperty('publicKeyCredentialCreationOptions')
    expect(environment.children('devices', listed.id)).toEqual([])
    const again = await call('POST', `${path}/${device.id}`, sent, { mediaType: activation })
    expect(again).toEqual(envelope(400, 'REQUEST_FAILED'))
  })

  test.each<[string, (device: Json, other: Json) => object]>([
    ['of another page', (device) => ({ origin: 'https://evil.example.net', attestation: attest(device) })],
    [
      'for another device',
      (_, other) => ({ origin: 'https://login.example.com', attestation: attest(other) }),
    ],
    ['that is none', () => ({ origin: 'https://login.example.com', attestation: '{}' })],
    ['that is no JSON', () => ({ origin: 'https://login.example.com', attestation: 'x' })],
  ])('does not become active by an attestation %s', async (_, sent) => {
    const { call, create, path } = await withAnna()
    const device = await create(path, { type: 'FIDO2', rp })
    const other = await create(path, { type: 'FIDO2', rp })

    const refused = await call('POST', `${path}/${device.id}`, sent(device, other), { mediaType: activation })

    expect(refused).toEqual(envelope(400, 'INVALID_DATA', { target: 'attestation' }))
    expect((await call('GET', `${path}/${device.id}`)).body.status).toBe('ACTIVATION_REQUIRED')
  })
})

describe('the devices of a person', () => {
  test('are in the order that was given, those that were not named after the others', async () => {
    const { call, create, list, path } = await withAnna()
    const made = [1, 2, 3].map(() => create(path, { type: 'FIDO2', rp }))
    const [first, second, third] = await Promise.all(made)

    const ordered = await call(
      'POST',
      path,
      { order: [{ id: third.id }, { id: second.id }] },
      { mediaType: reorder },
    )

    expect(ordered.status).toBe(200)
    expect((await list(path)).map(({ id }) => id)).toEqual([third.id, second.id, first.id])
  })

  test('go one by one, and with the person', async () => {
    const { call, create, list, path, anna, environment } = await withAnna()
    const [kept, gone] = [await create(path, { type: 'FIDO2' }), await create(path, { type: 'FIDO2' })]

    expect((await call('DELETE', `${path}/${gone.id}`)).status).toBe(204)
    expect((await list(path)).map(({ id }) => id)).toEqual([kept.id])
    await call('DELETE', `/users/${anna.id}`)
    expect(environment.children('devices', anna.id)).toEqual([])
    expect((await call('GET', path)).status).toBe(404)
  })

  test('that PingOne has and this one does not emulate are refused, and those of nobody are not found', async () => {
    const { call, path, anna } = await withAnna()

    expect(await call('POST', path, { type: 'SMS', phone: '+1.5555550100' })).toEqual(
      envelope(400, 'INVALID_DATA', { target: 'type' }),
    )
    expect((await call('GET', `${path}/${anna.id}`)).status).toBe(404)
    expect((await call('GET', `/users/${'0'.repeat(8)}-0000-4000-8000-000000000000/devices`)).status).toBe(
      404,
    )
  })
})
