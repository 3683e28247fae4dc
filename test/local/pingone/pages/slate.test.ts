import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { slateMarkup, slateWords } from '../../../../local/pingone/pages/slate.ts'

const heading = [
  { type: 'align-center', children: [{ type: 'heading-1', children: [{ text: 'Approve {{hotel}}?' }] }] },
]
const list = [
  { type: 'paragraph', children: [{ text: '' }] },
  {
    type: 'bulleted-list',
    children: [
      { type: 'list-item', children: [{ text: 'Price: ' }, { text: '€ {{price}}', fontWeight: 'bold' }] },
    ],
  },
]
const translated = [
  {
    type: 'paragraph',
    children: [
      { text: '' },
      { type: 'i18n', key: 'k', defaultTranslation: 'Username', children: [{ text: '' }] },
    ],
  },
]

describe('the rich text of a form', () => {
  test('is markup with the dynamic text in it, escaped', () => {
    expect(slateMarkup(JSON.stringify(heading), { hotel: '<Brera>' }).text).toBe(
      '<div class="center"><h1>Approve &#60;Brera&#62;?</h1></div>',
    )
    expect(slateMarkup(JSON.stringify(list), { price: '498.00' }).text).toBe(
      '<ul><li><span>Price: </span><span><strong>€ 498.00</strong></span></li></ul>',
    )
  })

  test('a label is its words', () => {
    expect(slateWords(JSON.stringify(translated))).toBe('Username')
    expect(slateWords('Sign on')).toBe('Sign on')
    expect(slateWords(undefined)).toBe('')
  })

  test('whatever is written, no text of it becomes a tag', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), fc.string(), (written, value) => {
        const markup = slateMarkup(written, { a: value }).text
        const tags = markup.match(/<[^>]*>/g) ?? []

        for (const tag of tags)
          expect(tag).toMatch(/^<\/?(h1|h2|p|ul|ol|li|div|strong|span)( class="center")?>$/)
      }),
    )
  })
})
