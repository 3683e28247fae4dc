import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { describeDesiredState } from '../../../lambdas/identity/desired-state/describe-desired-state.ts'
import type { DesiredObject } from '../../../lambdas/identity/desired-state/desired-object.ts'
import { carriesOwnershipMark } from '../../../lambdas/identity/desired-state/ownership.ts'
import { kindNamed } from '../../../lambdas/identity/reconcile/kinds.ts'
import { defaultSettings } from '../../../lambdas/identity/settings.ts'
import { defaults } from '../../../lib/configuration.ts'

const desired = describeDesiredState({
  settings: defaultSettings,
  environmentId: '5d3f4c0a-1111-4111-8111-000000000001',
  issuer: 'https://auth.pingone.eu/5d3f4c0a-1111-4111-8111-000000000001/as',
})

const byKey = (key: string): DesiredObject => {
  const found = desired.find((object) => object.key === key)
  if (found === undefined) throw new Error(`${key} is not desired`)
  return found
}

function references(value: unknown): string[] {
  if (value === null || typeof value !== 'object') return []
  const { $ref, $secret } = value as { $ref?: string; $secret?: string }
  return [$ref, $secret].filter((key) => key !== undefined).concat(Object.values(value).flatMap(references))
}

describe('the desired state', () => {
  test('names every object once', () => {
    const keys = desired.map(({ key }) => key)
    expect(new Set(keys).size).toBe(keys.length)
  })

  test('describes each object after those that it refers to or lives under', () => {
    const known = new Set<string>()
    const early = desired.flatMap(({ key, parent, wanted }) => {
      const needed = [...references(wanted), ...(parent === undefined ? [] : [parent])]
      const missing = needed.filter((other) => !known.has(other)).map((other) => `${key} -> ${other}`)
      known.add(key)
      return missing
    })
    expect(early).toEqual([])
  })

  test('marks everything that it makes as its own, but for what belongs to a marked parent', () => {
    const unmarked = desired.filter(({ kind, builtIn, wanted }) => {
      const { ownershipWords } = kindNamed(kind)
      if (builtIn || ownershipWords === 'parent' || kind === 'taggedVersion') return false
      return !carriesOwnershipMark(ownershipWords(wanted as Record<string, unknown>))
    })
    expect(unmarked).toEqual([])
  })

  test('has the six clients, each with the grants of its step and no more', () => {
    const clients = desired
      .filter(({ kind }) => kind === 'application')
      .map(({ name, wanted }) => [name, wanted.grantTypes])
    expect(clients).toEqual([
      ['MyHotels ChatGPT', ['AUTHORIZATION_CODE', 'REFRESH_TOKEN']],
      ['MyHotels Token Exchange', ['TOKEN_EXCHANGE']],
      ['MyHotels Booking Approval', ['CIBA']],
      ['MyHotels Approval Workflow', ['CLIENT_CREDENTIALS']],
      ['MyHotels Decision Caller', ['CLIENT_CREDENTIALS']],
      ['MyHotels Hotel API Decision Caller', ['CLIENT_CREDENTIALS']],
    ])
  })

  test.each([
    ['connector', ['scope.mcp.memberRates', 'scope.mcp.book']],
    ['exchange', ['scope.hotelApi.memberRates', 'scope.hotelApi.book']],
    ['approval', ['scope.openid', 'scope.hotelApi.book']],
    ['workflow', ['scope.hotelApi.close']],
    ['decision', []],
    ['hotelApiDecision', []],
  ])('grants the %s client %j', (client, scopes) => {
    const granted = desired
      .filter(({ kind, parent }) => kind === 'grant' && parent === `application.${client}`)
      .flatMap(({ wanted }) => references(wanted.scopes))
    expect(granted).toEqual(scopes)
  })

  test('takes audiences and scopes from the settings, whose defaults are those of a stage', () => {
    expect(defaultSettings.audiences).toEqual(defaults.audiences)
    expect(defaultSettings.scopes).toEqual(defaults.scopes)
    expect(byKey('resource.mcp').wanted.audience).toBe('myhotels-hotelmcp')
    expect(byKey('scope.hotelApi.close').wanted.name).toBe('my-hotels:api:close')
  })

  test('wraps every claim that is computed as an expression', () => {
    const values = desired.filter(({ kind }) => kind === 'claim').map(({ wanted }) => String(wanted.value))
    expect(values.length).toBeGreaterThan(0)
    for (const value of values) expect(value).toMatch(/^\$\{.+\}$/)
  })

  test('keeps the amounts in one file', () => {
    const directory = new URL('../../../lambdas/identity/desired-state/', import.meta.url)
    const holding = readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .filter((file) => /\b(200|1000)\b/.test(readFileSync(new URL(file, directory), 'utf8')))
    // The other is a timeout in milliseconds and a screen position.
    expect(holding.filter((file) => file !== 'trust-framework.ts')).toEqual(['amounts.ts'])
  })

  test('protects every tool but search by group, actor, audience and scope', () => {
    const policies = JSON.stringify(byKey('authorize.policy').wanted)
    for (const attribute of ['token.groups', 'token.actor', 'token.audience', 'token.scope']) {
      const uses = policies.split(`authorize.attribute.MyHotels.${attribute}"`).length - 1
      expect([attribute, uses]).toEqual([attribute, 3])
    }
  })

  test('leaves the redirect URIs of an existing connector alone when none are configured', () => {
    const again = describeDesiredState({
      settings: defaultSettings,
      environmentId: 'any',
      issuer: 'https://issuer.example',
      connectorExists: true,
    })
    const connector = again.find(({ key }) => key === 'application.connector')
    expect(connector?.wanted).not.toHaveProperty('redirectUris')
    expect(byKey('application.connector').wanted).toHaveProperty('redirectUris')
  })
})
