import { describe, expect, test } from '@jest/globals'
import { envelope, startManagementApi } from './start-management-api.ts'

describe('sign-on policies', () => {
  test('a new environment has its ready-made policies, one of them the default', async () => {
    const { call, list } = startManagementApi()

    const policies = await list('/signOnPolicies')
    const actions = await list(`/signOnPolicies/${policies[0].id}/actions`)
    const deleted = await call('DELETE', `/signOnPolicies/${policies[0].id}`)

    expect(policies.map(({ name, default: isDefault }) => [name, isDefault])).toEqual([
      ['Single_Factor', true],
      ['Multi_Factor', false],
    ])
    expect(actions).toEqual([expect.objectContaining({ type: 'LOGIN', priority: 1 })])
    expect(deleted).toEqual(envelope(400, 'REQUEST_FAILED'))
  })

  test.each([
    ['MyHotels_Login', 201],
    ['My Hotels. Login-1', 201],
    ['urn:myhotels:login', 201],
    ['MyHotels/Login', 400],
    ['', 400],
  ])('the name "%s" answers %i', async (name, status) => {
    const { call } = startManagementApi()

    const reply = await call('POST', '/signOnPolicies', { name })

    expect(reply.status).toBe(status)
  })

  test.each([
    ['no type', { priority: 1 }, 'type'],
    ['an unknown type', { type: 'MAGIC', priority: 1 }, 'type'],
    ['priority 0', { type: 'LOGIN', priority: 0 }, 'priority'],
    ['an unknown member', { type: 'LOGIN', priority: 1, magic: true }, 'magic'],
  ])('an action with %s is refused', async (_, body, target) => {
    const { call, create } = startManagementApi()
    const { id } = await create('/signOnPolicies', { name: 'MyHotels_Login' })

    const reply = await call('POST', `/signOnPolicies/${id}/actions`, body)

    expect(reply).toEqual(envelope(400, 'INVALID_DATA', { target }))
  })

  test('actions go with their policy', async () => {
    const { call, create, environment } = startManagementApi()
    const { id } = await create('/signOnPolicies', { name: 'MyHotels_Login' })
    await create(`/signOnPolicies/${id}/actions`, { type: 'LOGIN', priority: 1, recovery: { enabled: true } })

    await call('DELETE', `/signOnPolicies/${id}`)

    expect(environment.children('actions', id)).toEqual([])
  })
})

describe('notifications', () => {
  const email = {
    deliveryMethod: 'Email',
    locale: 'en',
    variant: 'MyHotels booking approval',
    subject: 'Confirm your booking',
    body: '<p>Hello</p>',
  }

  test('a content belongs to its template, and only one has its locale, method and variant', async () => {
    const { call, create, list } = startManagementApi()
    const content = await create('/templates/general/contents', email)

    const twice = await call('POST', '/templates/general/contents', email)
    const elsewhere = await call('GET', `/templates/transaction/contents/${content.id}`)
    const others = await list('/templates/transaction/contents')

    expect(twice).toEqual(
      envelope(400, 'INVALID_DATA', { code: 'UNIQUENESS_VIOLATION', innerError: { existingId: content.id } }),
    )
    expect(elsewhere.status).toBe(404)
    expect(others).toEqual([])
    expect(content).not.toHaveProperty('template')
  })

  test.each([
    ['no body', { body: undefined }, 'REQUIRED_VALUE', 'body'],
    ['a long subject', { subject: 'x'.repeat(257) }, 'SIZE_LIMIT_EXCEEDED', 'subject'],
    ['an unknown method', { deliveryMethod: 'Pigeon' }, 'INVALID_VALUE', 'deliveryMethod'],
    ['no locale', { locale: undefined }, 'REQUIRED_VALUE', 'locale'],
  ])('%s is refused', async (_, changes, code, target) => {
    const { call } = startManagementApi()

    const reply = await call('POST', '/templates/general/contents', { ...email, ...changes })

    expect(reply).toEqual(envelope(400, 'INVALID_DATA', { code, target }))
  })

  test('a template that PingOne does not have is 404', async () => {
    const { call } = startManagementApi()

    const reply = await call('POST', '/templates/magic/contents', email)

    expect(reply).toEqual(envelope(404, 'NOT_FOUND'))
  })

  test('a notifications policy is made, and the default one stays', async () => {
    const { call, create, list } = startManagementApi()
    const [standard] = await list('/notificationsPolicies')

    const policy = await create('/notificationsPolicies', {
      name: 'MyHotels',
      quotas: [{ type: 'USER', deliveryMethods: ['Email'], total: 50 }],
    })
    const deleted = await call('DELETE', `/notificationsPolicies/${standard.id}`)

    expect(policy).toMatchObject({ name: 'MyHotels', default: false })
    expect(deleted).toEqual(envelope(400, 'REQUEST_FAILED'))
  })

  test('a form needs fields with a place', async () => {
    const { call, create } = startManagementApi()
    const form = { name: 'Approval', category: 'CUSTOM', markOptional: false, markRequired: true }

    const made = await create('/forms', {
      ...form,
      components: { fields: [{ type: 'SUBMIT_BUTTON', position: { row: 0, col: 0 }, label: 'Approve' }] },
    })
    const refused = await call('POST', '/forms', {
      ...form,
      name: 'Empty',
      components: { fields: [{ type: 'TEXT' }] },
    })

    expect(made.fieldTypes).toEqual(['SUBMIT_BUTTON'])
    expect(refused).toEqual(envelope(400, 'INVALID_DATA', { target: 'components.fields[0].position' }))
  })
})
