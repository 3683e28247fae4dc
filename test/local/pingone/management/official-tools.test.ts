// What PingOne's official Go SDK and Terraform provider send, and what they need of the answers. Each row names the
// file that says so: `provider` is pingidentity/terraform-provider-pingone, `sdk` is patrickcping/pingone-go-sdk-v2.
import { describe, expect, test } from '@jest/globals'
import {
  envelope,
  type Json,
  startManagementApi,
  webApplication,
  workerApplication,
} from './start-management-api.ts'

const otp = { lifeTime: { duration: 30, timeUnit: 'MINUTES' }, failure: { count: 3 } }
const mfaPolicy = {
  name: 'Passkey or push',
  default: false,
  forSignOnPolicy: false,
  sms: { enabled: false, otp },
  voice: { enabled: false, otp },
  email: { enabled: false, otp },
  mobile: { enabled: true, otp: { failure: { count: 3 } } },
  totp: { enabled: false, otp: { failure: { count: 3 } } },
  fido2: { enabled: true },
}

type Row = [what: string, source: string, path: string, body: Json, expected: Json]

describe('what the tools send is accepted', () => {
  test.each<Row>([
    [
      'a notification policy without a country limit names no countries',
      'provider internal/service/base/resource_notification_policy_test.go',
      '/notificationsPolicies',
      { name: 'No limit', quotas: [], countryLimit: { type: 'NONE', countries: null } },
      { countryLimit: { type: 'NONE' } },
    ],
    [
      'a limited one names them, WhatsApp among the ways of delivery',
      'sdk management/model_enum_notifications_policy_country_limit_delivery_method.go',
      '/notificationsPolicies',
      {
        name: 'Limit',
        quotas: [],
        countryLimit: { type: 'ALLOWED', countries: ['DE'], deliveryMethods: ['SMS', 'WhatsApp'] },
      },
      { countryLimit: { type: 'ALLOWED', countries: ['DE'] } },
    ],
    [
      'a form says whether browsers may fill it in',
      'provider internal/service/base/resource_form_test.go',
      '/forms',
      {
        name: 'Approval',
        category: 'CUSTOM',
        cols: 4,
        markOptional: true,
        markRequired: false,
        passwordAutoCompleteEnabled: true,
        textAutoCompleteEnabled: false,
        components: { fields: [{ type: 'SUBMIT_BUTTON', position: { row: 0, col: 0 }, label: 'Approve' }] },
      },
      { passwordAutoCompleteEnabled: true, fieldTypes: ['SUBMIT_BUTTON'] },
    ],
    [
      'a mapping joins texts with a plus sign',
      'provider internal/service/sso/resource_resource_attribute_test.go',
      '/resources/{resource}/attributes',
      { name: 'full_name', value: "${user.name.given + ', ' + user.name.family}" },
      { type: 'CUSTOM' },
    ],
    [
      'an MFA policy says what it allows, device by device',
      'provider internal/service/mfa/resource_mfa_device_policy_test.go',
      '/deviceAuthenticationPolicies',
      mfaPolicy,
      { fido2: { enabled: true }, authentication: { deviceSelection: 'DEFAULT_TO_FIRST' } },
    ],
    [
      'a variable belongs to the company',
      'provider internal/service/davinci/resource_davinci_variable_gen_test.go',
      '/variables',
      { name: 'greeting', context: 'company', dataType: 'string', mutable: true, value: 'hello' },
      { value: 'hello', min: 0, max: 2000 },
    ],
    [
      'a variable that is secret is not shown again',
      'provider internal/service/davinci/resource_davinci_variable_gen.go',
      '/variables',
      { name: 'key', context: 'company', dataType: 'secret', mutable: false, value: 'abc' },
      { value: expect.not.stringContaining('abc') },
    ],
  ])('%s', async (_what, _source, path, body, expected) => {
    const { create } = startManagementApi()
    const resource = await create('/resources', { name: 'API', audience: 'api' })

    expect(await create(path.replace('{resource}', resource.id), body)).toMatchObject(expected)
  })

  // sdk management/model_sign_on_policy_action_mfa.go: json:"noDevicesMode"
  test('the MFA action of a sign-on policy says what happens without a device', async () => {
    const { call, create } = startManagementApi()
    const { id } = await create('/signOnPolicies', { name: 'Two' })
    const policy = await create('/deviceAuthenticationPolicies', mfaPolicy)
    const action = { type: 'MULTI_FACTOR_AUTHENTICATION', priority: 1, noDevicesMode: 'BLOCK' }
    const path = `/signOnPolicies/${id}/actions`

    const made = await create(path, { ...action, deviceAuthenticationPolicy: { id: policy.id } })
    const misspelt = await call('POST', path, { ...action, priority: 2, noDeviceMode: 'BLOCK' })
    const used = await call('DELETE', `/deviceAuthenticationPolicies/${policy.id}`)

    expect(made).toMatchObject({ noDevicesMode: 'BLOCK', deviceAuthenticationPolicy: { id: policy.id } })
    expect(misspelt).toEqual(envelope(400, 'INVALID_DATA', { target: 'noDeviceMode' }))
    expect(used).toEqual(envelope(400, 'REQUEST_FAILED'))
  })

  // provider internal/service/sso/resource_sign_on_policy_action_test.go, ConditionsUserAttributeEqualsSingleString: an
  // action of priority 1 is made while the one that had it is moved to 2.
  test('an action may be made with the priority of another', async () => {
    const { create, list } = startManagementApi()
    const { id } = await create('/signOnPolicies', { name: 'Two' })
    await create(`/signOnPolicies/${id}/actions`, { type: 'LOGIN', priority: 1 })
    await create(`/signOnPolicies/${id}/actions`, { type: 'IDENTIFIER_FIRST', priority: 1 })

    const actions = await list(`/signOnPolicies/${id}/actions`)

    expect(actions.map(({ type }: Json) => type)).toEqual(['LOGIN', 'IDENTIFIER_FIRST'])
  })

  // provider internal/service/davinci/resource_davinci_connector_instance_gen.go: buildClientStructPut
  test('a connector instance is replaced without the id of its connector', async () => {
    const { call, create } = startManagementApi()
    const instance = await create('/connectorInstances', {
      name: 'Calls',
      connector: { id: 'httpConnector' },
    })

    const replaced = await call('PUT', `/connectorInstances/${instance.id}`, {
      name: 'Calls out',
      connector: { id: '' },
    })
    const unnamed = await call('POST', '/connectorInstances', { name: 'Nothing', connector: { id: '' } })

    expect(replaced).toMatchObject({
      status: 200,
      body: { name: 'Calls out', connector: { id: 'httpConnector' } },
    })
    expect(unnamed).toEqual(envelope(400, 'INVALID_DATA', { target: 'connector.id' }))
  })

  // provider internal/acctest/testhcl/pingone_davinci_flow/full_basic.tf, and resource_davinci_flow.go for what is sent
  test('an evaluator of a flow has an empty connection', async () => {
    const { create } = startManagementApi()
    const evaluator = { id: 'all', nodeType: 'EVAL', connectionId: '' }

    const flow = await create('/flows', {
      name: 'Evaluates',
      graphData: { elements: { nodes: [{ data: evaluator }], edges: [] } },
    })

    expect(flow.graphData.elements.nodes[0].data).toMatchObject(evaluator)
  })

  // provider internal/service/sso/resource_user.go: UpdateUserMFAEnabled
  test('MFA of a person is switched on beside their profile', async () => {
    const { call, create } = startManagementApi()
    const user = await create('/users', { username: 'anna', email: 'anna@example.com' })

    const switched = await call('PUT', `/users/${user.id}/mfaEnabled`, { mfaEnabled: true })
    const read = await call('GET', `/users/${user.id}`)
    const replaced = await call('PUT', `/users/${user.id}`, { ...read.body, mfaEnabled: false })

    expect([user.mfaEnabled, switched.body, read.body.mfaEnabled]).toEqual([
      false,
      { mfaEnabled: true },
      true,
    ])
    expect(replaced.body.mfaEnabled).toBe(true)
  })

  // provider internal/service/sso/resource_user_test.go, and RFC 7644 section 3.4.2.2
  test.each(['((username eq "anna"))', '(username eq "anna") or (username eq "ben")'])(
    'the filter %s finds the person',
    async (filter) => {
      const { create, list } = startManagementApi()
      await create('/users', { username: 'anna', email: 'anna@example.com' })

      const found = await list(`/users?filter=${encodeURIComponent(filter)}`)

      expect(found.map(({ username }: Json) => username)).toEqual(['anna'])
    },
  )
})

describe('what the tools need of an answer is there', () => {
  // provider internal/service/sso/resource_population_gen.go waits for theme.id, resource_population_test.go for the language
  test('a population has a theme and a language, also when it chose neither', async () => {
    const { create, call } = startManagementApi()

    const population = await create('/populations', { name: 'Guests' })
    const read = await call('GET', `/populations/${population.id}`)

    expect(read.body).toMatchObject({ theme: { id: expect.any(String) }, preferredLanguage: 'en' })
    expect(population.theme).toEqual(read.body.theme)
  })

  // provider internal/service/sso/resource_application_test.go: refresh_token_type is null unless it was set
  test('an application shows the type of its refresh token when it was sent, and only then', async () => {
    const { create } = startManagementApi()

    const silent = await create(
      '/applications',
      webApplication({ grantTypes: ['AUTHORIZATION_CODE', 'REFRESH_TOKEN'] }),
    )
    const chosen = await create(
      '/applications',
      webApplication({ name: 'Chosen', refreshTokenType: 'JSON_WEB_TOKEN' }),
    )

    expect(silent).not.toHaveProperty('refreshTokenType')
    expect(chosen.refreshTokenType).toBe('JSON_WEB_TOKEN')
  })

  // provider internal/service/sso/resource_application_test.go, TestAccApplication_OIDCMinimalWorker
  test('a worker is for administrators, other applications are for everyone', async () => {
    const { create } = startManagementApi()

    const worker = await create('/applications', workerApplication())
    const web = await create('/applications', webApplication())

    expect(worker.accessControl).toEqual({ role: { type: 'ADMIN_USERS_ONLY' } })
    expect(web).not.toHaveProperty('accessControl')
  })

  // A practitioner's notes from a live tenant: the console lists Forms among the core capabilities.
  test('the Forms connector belongs to the category core', async () => {
    const { call } = startManagementApi()

    const { body } = await call('GET', '/connectors/pingOneFormsConnector')

    expect(body.metadata.type).toBe('core')
  })

  // sdk management/client.go, jsonCheck: an answer of the type application/hal+json is not read
  test('an answer is plain JSON when that is asked for', async () => {
    const { call } = startManagementApi()

    const plain = await call('GET', '/groups', undefined, { headers: { accept: 'application/json' } })

    expect(plain.headers.get('content-type')).toBe('application/json')
  })
})

describe('an application that authenticates with its key', () => {
  const publicKey = {
    kty: 'EC',
    crv: 'P-256',
    x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
    y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
  }
  const keySet = (...keys: object[]) => JSON.stringify({ keys })

  // sdk management/model_application_oidc.go: jwks and jwksUrl, one of them required for PRIVATE_KEY_JWT. The key is that
  // of RFC 7515 appendix A.3.
  test.each<[string, object, number]>([
    ['a key set', { jwks: keySet(publicKey) }, 201],
    ['the URL of a key set', { jwksUrl: 'https://keys.example/jwks' }, 201],
    ['neither', {}, 400],
    [
      'a private key',
      { jwks: keySet({ ...publicKey, d: 'jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI' }) },
      400,
    ],
    ['a shared secret', { jwks: keySet({ kty: 'oct', k: 'c2VjcmV0' }) }, 400],
    ['no keys', { jwks: keySet() }, 400],
    ['no JSON', { jwks: 'nonsense' }, 400],
    ['null', { jwks: keySet(publicKey).replace('}]', '},null]') }, 400],
  ])('is described by %s', async (_what, members, status) => {
    const { call } = startManagementApi()

    const reply = await call(
      'POST',
      '/applications',
      webApplication({ tokenEndpointAuthMethod: 'PRIVATE_KEY_JWT', ...members }),
    )

    expect(reply.status).toBe(status)
    expect(reply.body).toMatchObject(status === 201 ? members : { details: [{ target: 'jwks' }] })
  })

  // provider internal/service/sso/resource_application_test.go: refresh_token_rolling_grace_period_duration
  test.each([
    [0, 201],
    [86_400, 201],
    [86_401, 400],
  ])('a grace period of %i seconds answers %i', async (refreshTokenRollingGracePeriodDuration, status) => {
    const { call } = startManagementApi()

    const reply = await call(
      'POST',
      '/applications',
      webApplication({ refreshTokenRollingGracePeriodDuration }),
    )

    expect(reply.status).toBe(status)
  })
})
