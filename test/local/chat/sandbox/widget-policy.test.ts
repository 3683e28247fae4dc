import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { widgetPolicy } from '../../../../local/chat/sandbox/widget-policy.ts'

const directives = (policy: string) =>
  new Map(policy.split('; ').map((directive) => [directive.split(' ')[0], directive.split(' ').slice(1)]))

describe('the policy of a widget', () => {
  test.each([[undefined], [null], [{}], ['x'], [{ connectDomains: 'https://a.example' }]])(
    'that declares %j is closed but for inline script and style',
    (csp) => {
      const policy = directives(widgetPolicy(csp))

      expect(policy.get('default-src')).toEqual(["'none'"])
      expect(policy.get('script-src')).toEqual(["'unsafe-inline'"])
      expect(policy.get('style-src')).toEqual(["'unsafe-inline'"])
      for (const name of [
        'img-src',
        'font-src',
        'connect-src',
        'frame-src',
        'base-uri',
        'object-src',
        'worker-src',
        'form-action',
      ]) {
        expect(policy.get(name)).toEqual(["'none'"])
      }
    },
  )

  test('opens what was declared, where it was declared', () => {
    const policy = directives(
      widgetPolicy({
        connectDomains: ['https://api.example.com'],
        resourceDomains: ['https://*.cdn.example'],
      }),
    )

    expect(policy.get('connect-src')).toEqual(['https://api.example.com'])
    expect(policy.get('img-src')).toEqual(['https://*.cdn.example'])
    expect(policy.get('script-src')).toEqual(["'unsafe-inline'", 'https://*.cdn.example'])
    expect(policy.get('frame-src')).toEqual(["'none'"])
  })

  test.each([
    '*',
    'https:',
    'data:',
    "'unsafe-eval'",
    'https://a.example; script-src *',
    'https://a.example https://b.example',
    'https://a.example\r\nx: y',
    'javascript://a',
    'https://a.example/path',
  ])('does not take %j for an origin', (value) => {
    expect(widgetPolicy({ connectDomains: [value], resourceDomains: [value], frameDomains: [value] })).toBe(
      widgetPolicy({}),
    )
  })

  test('has the same directives whatever is declared', () => {
    const names = [...directives(widgetPolicy({})).keys()]
    fc.assert(
      fc.property(fc.anything(), fc.array(fc.string()), (csp, domains) => {
        expect([...directives(widgetPolicy(csp)).keys()]).toEqual(names)
        expect([
          ...directives(widgetPolicy({ connectDomains: domains, baseUriDomains: domains })).keys(),
        ]).toEqual(names)
      }),
    )
  })
})
