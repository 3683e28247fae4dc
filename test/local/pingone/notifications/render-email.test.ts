import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { PingOneEnvironment } from '../../../../local/pingone/environment.ts'
import { renderEmail } from '../../../../local/pingone/notifications/render-email.ts'

function withTemplate(content: object): PingOneEnvironment {
  const environment = new PingOneEnvironment({ environmentId: 'e', organizationId: 'o' })
  environment.put('templateContents', {
    id: 'c',
    template: 'general',
    deliveryMethod: 'Email',
    locale: 'en',
    variant: 'CIBA',
    subject: `\${appName} asks`,
    body: `<p>\${bindingMessage}</p><a href="\${magicLink}">go</a>`,
    ...content,
  })
  return environment
}
const wanted = {
  variant: 'CIBA',
  locale: '',
  variables: { appName: 'MyHotels', bindingMessage: 'A & <b>', magicLink: 'http://127.0.0.1/?a=1&b=2' },
}

describe('an email', () => {
  test('is the variant of the template with the variables in it', () => {
    expect(renderEmail(withTemplate({ from: { name: 'Desk' } }), wanted)).toEqual({
      subject: 'MyHotels asks',
      from: 'Desk',
      html: '<p>A &#38; &#60;b&#62;</p><a href="http://127.0.0.1/?a=1&#38;b=2">go</a>',
    })
  })

  test('leaves out what the flow did not send', () => {
    const email = renderEmail(withTemplate({}), { ...wanted, variables: {} })

    expect(email).toMatchObject({ subject: ' asks', html: '<p></p><a href="">go</a>' })
  })

  test.each([
    ['another variant', { variant: 'Other' }],
    ['another kind of template', { template: 'transaction' }],
    ['an SMS', { deliveryMethod: 'SMS' }],
  ])('is not made of %s', (_, content) => {
    expect(renderEmail(withTemplate(content), wanted)).toBeUndefined()
  })

  test('of plain text is shown as text', () => {
    const email = renderEmail(withTemplate({ emailContentType: 'text/plain', body: 'a < b' }), wanted)

    expect(email?.html).toBe('<pre>a &#60; b</pre>')
  })

  test('no variable becomes markup, whatever it is', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const email = renderEmail(withTemplate({ body: `<p>\${bindingMessage}</p>` }), {
          ...wanted,
          variables: { bindingMessage: value },
        })

        expect(email?.html.slice(3, -4)).not.toMatch(/[<>"']/)
      }),
    )
  })
})
