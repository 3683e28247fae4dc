import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { ConfigurationError, parseConfiguration } from '../../lib/configuration.ts'

const dev = {
  region: 'eu-central-1',
  pingOne: { region: 'EU', environmentId: '5b1f7f0e-6a52-4d0c-9a37-8f1d8d1b2c3d' },
  connector: { redirectUris: ['https://chatgpt.com/connector_platform_oauth_redirect'] },
}

describe('the configuration of a stage', () => {
  test('fills in what the stage does not say', () => {
    const configuration = parseConfiguration('dev', dev)

    expect(configuration.audiences).toEqual({ mcp: 'myhotels-hotelmcp', hotelApi: 'myhotels-hotelapi' })
    expect(configuration.pingOne.workerSecretName).toBe('myhotels/pingone/worker')
    expect(configuration.retain).toBe(false)
  })

  test('lets the stage replace one default and keep its neighbours', () => {
    const configuration = parseConfiguration('dev', { ...dev, scopes: { mcp: { book: 'hotels:book' } } })

    expect(configuration.scopes.mcp).toEqual({
      memberRates: 'my-hotels:mcp:member_rates',
      book: 'hotels:book',
    })
  })

  test.each([
    ['a region that is none', { region: 'Europe' }, 'myhotels.dev.region: write an AWS region'],
    ['a misspelt setting', { retian: true }, 'myhotels.dev has no setting "retian"'],
    [
      'a misspelt setting further down',
      { pingOne: { ...dev.pingOne, enviromentId: 'x' } },
      'myhotels.dev.pingOne has no setting "enviromentId"',
    ],
    [
      'an environment id that is none',
      { pingOne: { region: 'EU', environmentId: 'mine' } },
      'myhotels.dev.pingOne.environmentId: write the id of the PingOne environment',
    ],
    [
      'an audience that PingOne refuses',
      { audiences: { mcp: 'pingone-hotels' } },
      'myhotels.dev.audiences.mcp: PingOne refuses an audience',
    ],
    [
      'a scope with a space',
      { scopes: { mcp: { book: 'my book' } } },
      'myhotels.dev.scopes.mcp.book: use lower-case',
    ],
    [
      'an approval that begins above the limit',
      { policy: { approvalFrom: 2000 } },
      'myhotels.dev.policy.approvalFrom: must not be above refusedAbove',
    ],
    ['no question at all', { policy: { openApprovals: 0 } }, 'myhotels.dev.policy.openApprovals'],
    ['a limit that there is not', { policy: { perWeek: 3 } }, 'myhotels.dev.policy has no setting "perWeek"'],
    [
      'a callback that is no URL',
      { connector: { redirectUris: ['chatgpt'] } },
      'myhotels.dev.connector.redirectUris.0',
    ],
    [
      "a secret's name that its ARN does not lead to",
      { pingOne: { ...dev.pingOne, workerSecretName: 'myhotels/pingone-worker' } },
      'myhotels.dev.pingOne.workerSecretName: a secret whose name ends in a hyphen and six characters',
    ],
    [
      'a host with a path',
      {
        pingOne: {
          ...dev.pingOne,
          hosts: { api: 'https://api.example.com/v1', auth: 'https://example.com' },
        },
      },
      'myhotels.dev.pingOne.hosts.api: write scheme, host and port alone',
    ],
    [
      'a host without encryption that is not this machine',
      {
        pingOne: { ...dev.pingOne, hosts: { api: 'https://example.com', auth: 'http://127.0.0.1.evil.com' } },
      },
      'myhotels.dev.pingOne.hosts.auth: use https',
    ],
    [
      'one host without the other',
      { pingOne: { ...dev.pingOne, hosts: { api: 'https://example.com' } } },
      'myhotels.dev.pingOne.hosts.auth',
    ],
    ['no callback at all', { connector: { redirectUris: [] } }, 'myhotels.dev.connector.redirectUris'],
    [
      'a lifetime out of range',
      { booking: { quoteLifetimeSeconds: 5 } },
      'myhotels.dev.booking.quoteLifetimeSeconds',
    ],
  ])('refuses %s in a sentence that names it', (_what, change, sentence) => {
    const parse = () => parseConfiguration('dev', { ...dev, ...change })

    expect(parse).toThrow(ConfigurationError)
    expect(parse).toThrow(sentence)
  })

  test('refuses a stage that is not there', () => {
    expect(() => parseConfiguration('staging', undefined)).toThrow('There is no stage "staging"')
  })
})

describe('the name of the worker’s secret', () => {
  const parse = (workerSecretName: string) =>
    parseConfiguration('dev', { ...dev, pingOne: { ...dev.pingOne, workerSecretName } })

  // Secrets Manager User Guide: "Don't end your secret name with a hyphen followed by six characters."
  test('is taken exactly when it does not end as an ARN does', () => {
    const letter = fc.constantFrom(...'abcXYZ019')
    const ending = fc.stringMatching(/^[A-Za-z0-9]{6}$/)
    const start = fc.array(fc.oneof(letter, fc.constantFrom(...'/_+=.@-')), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(start, ending, fc.constantFrom('-', '/', '_', '.', 'a'), (first, last, between) => {
        const name = `${first.join('')}${between}${last}`
        const isRefused = between === '-'

        if (isRefused) expect(() => parse(name)).toThrow(ConfigurationError)
        else expect(parse(name).pingOne.workerSecretName).toBe(name)
      }),
    )
  })
})
