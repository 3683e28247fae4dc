// What the official Terraform provider and its SDK said to the local PingOne while the provider's own acceptance tests
// passed, and what Ping's Go client said of DaVinci's objects, said again: recorded once, reduced to one exchange for each shape of a request, values as the provider's tests
// chose them. `«n»` stands for the id that exchange n was answered with.
import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import {
  baseUrl,
  environmentId,
  type Json,
  organizationId,
  startManagementApi,
} from './start-management-api.ts'

type Exchange = {
  method: string
  path: string
  mediaType?: string
  body?: Json
  status: number
  /** Without links and times; of a refusal its code and details. */
  answer?: Json
}

const { exchanges } = JSON.parse(
  readFileSync(new URL('./fixtures/provider-wire.json', import.meta.url), 'utf8'),
) as { exchanges: Exchange[] }

const everyRole = [
  'Organization Admin',
  'Environment Admin',
  'Identity Data Admin',
  'Client Application Developer',
  'DaVinci Admin',
  'Custom Roles Admin',
  'Application Owner',
]

test('every exchange with the official provider goes as it went', async () => {
  const { call } = startManagementApi({ roles: everyRole })
  const ids: (string | undefined)[] = []
  const resolve = <T>(value: T): T =>
    JSON.parse(
      JSON.stringify(value)
        .replace(/«(\d+)»/g, (_, index: string) => ids[Number(index)] ?? `no answer ${index}`)
        .replaceAll('«environment»', environmentId)
        .replaceAll('«organization»', organizationId)
        .replaceAll('«api»', baseUrl),
    ) as T

  for (const [index, exchange] of exchanges.entries()) {
    const { method, path, mediaType, body, status, answer } = exchange
    const reply = await call(method, resolve(path), body && resolve(body), mediaType ? { mediaType } : {})
    ids[index] = reply.body?.id
    const what = `${index}: ${method} ${path}`

    expect({ what, status: reply.status }).toEqual({ what, status })
    if (answer !== undefined) expect({ what, ...reply.body }).toMatchObject({ what, ...resolve(answer) })
  }
})

test.each([
  ['applications', 15],
  ['signOnPolicies', 15],
  ['roleAssignments', 5],
  ['deviceAuthenticationPolicies', 4],
  ['roles', 2],
  ['connectorInstances', 3],
  ['variables', 3],
  ['flows', 4],
  ['flowPolicies', 2],
])('the recording has requests about %s', (collection, least) => {
  const about = exchanges.filter(({ path }) => path.split('/').includes(collection))

  expect(about.length).toBeGreaterThanOrEqual(least)
})
