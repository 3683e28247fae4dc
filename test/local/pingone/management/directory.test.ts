import { describe, expect, test } from '@jest/globals'
import { envelope, startManagementApi, workerId } from './start-management-api.ts'

const anna = { username: 'anna', email: 'anna@example.com', name: { given: 'Anna', family: 'Muster' } }
const passwordSet = 'application/vnd.pingidentity.password.set+json'
const userImport = 'application/vnd.pingidentity.user.import+json'

describe('people', () => {
  test('a user lands in the default population, enabled and without a password', async () => {
    const { call, create, list } = startManagementApi()
    const population = (await list('/populations')).find((each) => each.default)

    const user = await create('/users', anna)
    const password = await call('GET', `/users/${user.id}/password`)

    expect(user).toMatchObject({ ...anna, population: { id: population.id }, enabled: true })
    expect(password.body.status).toBe('NO_PASSWORD')
  })

  test.each([
    ['no e-mail address', { email: undefined }, 'REQUIRED_VALUE', 'email'],
    ['a wrong e-mail address', { email: 'anna' }, 'INVALID_VALUE', 'email'],
    ['no user name', { username: undefined }, 'REQUIRED_VALUE', 'username'],
    ['an unknown population', { population: { id: workerId } }, 'INVALID_VALUE', 'population.id'],
    ['a password without the import', { password: { value: 'correct horse' } }, 'INVALID_VALUE', 'password'],
  ])('refuses %s', async (_, changes, code, target) => {
    const { call } = startManagementApi()

    const reply = await call('POST', '/users', { ...anna, ...changes })

    expect(reply).toEqual(envelope(400, 'INVALID_DATA', { code, target }))
  })

  test('the import sets a password, and no answer ever shows it', async () => {
    const { create, environment, observations } = startManagementApi()

    const user = await create('/users', { ...anna, password: { value: 'correct horse' } }, userImport)

    expect(environment.passwords[user.id]).toBe('correct horse')
    expect(JSON.stringify(observations[0]?.responseBody)).not.toMatch(/correct horse/)
  })

  test('user names are unique and found by filter, whatever their case', async () => {
    const { call, create, list } = startManagementApi()
    const user = await create('/users', anna)

    const twice = await call('POST', '/users', { ...anna, username: 'ANNA' })
    const found = await list(`/users?filter=${encodeURIComponent('username eq "Anna"')}`)
    const byMail = await list(`/users?filter=${encodeURIComponent('email eq "ben@example.com"')}`)

    expect(twice).toEqual(
      envelope(400, 'INVALID_DATA', { code: 'UNIQUENESS_VIOLATION', innerError: { existingId: user.id } }),
    )
    expect(found).toHaveLength(1)
    expect(byMail).toEqual([])
  })

  test('PATCH changes what it names, PUT replaces', async () => {
    const { call, create } = startManagementApi()
    const { id } = await create('/users', { ...anna, nickname: 'Annie' })

    const patched = await call('PATCH', `/users/${id}`, { title: 'Dr' })
    const replaced = await call('PUT', `/users/${id}`, anna)

    expect(patched.body).toMatchObject({ title: 'Dr', nickname: 'Annie', username: 'anna' })
    expect(replaced.body).not.toHaveProperty('nickname')
  })

  test('a user is switched off through its own path', async () => {
    const { call, create } = startManagementApi()
    const { id } = await create('/users', anna)

    await call('PUT', `/users/${id}/enabled`, { enabled: false })
    const { body } = await call('GET', `/users/${id}`)

    expect(body.enabled).toBe(false)
  })
})

describe('passwords', () => {
  test('a password is set, and setting the same again breaks the history rule', async () => {
    const { call, create } = startManagementApi()
    const { id } = await create('/users', anna)
    const set = (value: string) =>
      call('PUT', `/users/${id}/password`, { value, forceChange: false }, { mediaType: passwordSet })

    const first = await set('correct horse')
    const same = await set('correct horse')
    await set('battery staple')
    const earlier = await set('correct horse')

    expect(first).toMatchObject({ status: 200, body: { status: 'OK' } })
    for (const reply of [same, earlier]) {
      expect(reply).toEqual(
        envelope(400, 'INVALID_DATA', { target: 'value', message: expect.stringMatching(/policy/) }),
      )
    }
  })

  test('a short password breaks the policy', async () => {
    const { call, create } = startManagementApi()
    const { id } = await create('/users', anna)

    const reply = await call('PUT', `/users/${id}/password`, { value: 'short' }, { mediaType: passwordSet })

    expect(reply).toEqual(envelope(400, 'INVALID_DATA', { target: 'value' }))
  })

  test('an administrator’s reset forces a change, and so does forceChange', async () => {
    const { call, create } = startManagementApi()
    const { id } = await create('/users', anna)
    const at = `/users/${id}/password`
    const type = (action: string) => ({ mediaType: `application/vnd.pingidentity.password.${action}` })

    const reset = await call('PUT', at, { newPassword: 'correct horse' }, type('reset+json'))
    const set = await call('PUT', at, { value: 'battery staple' }, type('setValue+json'))
    const forced = await call('POST', at, undefined, type('forceChange'))

    expect([reset, set, forced].map(({ body }) => body.status)).toEqual([
      'MUST_CHANGE_PASSWORD',
      'OK',
      'MUST_CHANGE_PASSWORD',
    ])
  })
})

describe('groups', () => {
  test('membership is shown only when it is asked for', async () => {
    const { call, create } = startManagementApi()
    const user = await create('/users', anna)
    const group = await create('/groups', { name: 'ChatGPT User' })

    const membership = await create(`/users/${user.id}/memberOfGroups`, { id: group.id })
    const plain = await call('GET', `/users/${user.id}`)
    const full = await call('GET', `/users/${user.id}?include=memberOfGroupNames,memberOfGroupIDs`)

    expect(membership).toMatchObject({ id: group.id, name: 'ChatGPT User', type: 'DIRECT' })
    expect(plain.body).not.toHaveProperty('memberOfGroupNames')
    expect(full.body).toMatchObject({ memberOfGroupNames: ['ChatGPT User'], memberOfGroupIDs: [group.id] })
  })

  test('a user joins a group once and leaves it once', async () => {
    const { call, create, list } = startManagementApi()
    const user = await create('/users', anna)
    const group = await create('/groups', { name: 'ChatGPT User' })
    const path = `/users/${user.id}/memberOfGroups`
    await create(path, { id: group.id })

    const twice = await call('POST', path, { id: group.id })
    const memberships = await call('GET', path)
    const left = await call('DELETE', `${path}/${group.id}`)
    const again = await call('DELETE', `${path}/${group.id}`)

    expect(twice).toEqual(envelope(400, 'INVALID_DATA', { code: 'UNIQUENESS_VIOLATION' }))
    expect(memberships.body._embedded.groupMemberships).toHaveLength(1)
    expect([left.status, again.status]).toEqual([204, 404])
    expect(await list(path)).toEqual([])
  })

  test('a deleted group has no members, and a deleted user is in no group', async () => {
    const { call, create } = startManagementApi()
    const user = await create('/users', anna)
    const [guests, members] = [
      await create('/groups', { name: 'Guests' }),
      await create('/groups', { name: 'Members' }),
    ]
    for (const { id } of [guests, members]) await create(`/users/${user.id}/memberOfGroups`, { id })

    await call('DELETE', `/groups/${guests.id}`)
    const { body } = await call('GET', `/users/${user.id}?include=memberOfGroupNames`)
    await call('DELETE', `/users/${user.id}`)
    const left = await call('GET', `/groups/${members.id}`)

    expect(body.memberOfGroupNames).toEqual(['Members'])
    expect(left.body.directMemberCounts).toEqual({ users: 0 })
  })

  test('dynamic groups are refused rather than left empty', async () => {
    const { call } = startManagementApi()

    const reply = await call('POST', '/groups', { name: 'Guests', userFilter: 'title eq "Dr"' })

    expect(reply).toEqual(envelope(400, 'INVALID_DATA', { target: 'userFilter' }))
  })
})

describe('populations', () => {
  test('there is one default, and neither it nor one with users can be deleted', async () => {
    const { call, create, list } = startManagementApi()
    const [first] = await list('/populations')
    const second = await create('/populations', { name: 'Guests', default: true })
    await create('/users', { ...anna, population: { id: first.id } })

    const defaults = (await list('/populations')).filter((each) => each.default).map(({ id }) => id)
    const deleteDefault = await call('DELETE', `/populations/${second.id}`)
    const deleteUsed = await call('DELETE', `/populations/${first.id}`)

    expect(defaults).toEqual([second.id])
    expect(deleteDefault).toEqual(envelope(400, 'REQUEST_FAILED'))
    expect(deleteUsed).toEqual(envelope(400, 'REQUEST_FAILED'))
  })
})
