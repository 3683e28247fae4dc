import { describe, expect, test } from '@jest/globals'
import { isMet } from '../../../../local/pingone/authorize/evaluate-condition.ts'
import type { Comparator, Condition, ValueType } from '../../../../local/pingone/authorize/model.ts'
import { compare, evaluation, requested } from './framework.ts'

const never: Condition = compare('missing', 'EQUALS', 'x')
const yes: Condition = { type: 'EMPTY' }
const no: Condition = { type: 'NOT', condition: yes }

describe('comparisons with a constant', () => {
  test.each<[ValueType, string | number | boolean, Comparator, string, boolean]>([
    ['STRING', 'prepare_booking', 'EQUALS', 'prepare_booking', true],
    ['STRING', 'prepare_booking', 'EQUALS', 'Prepare_booking', false],
    ['STRING', 'a', 'NOT_EQUALS', 'b', true],
    ['STRING', 'openid my-hotels:mcp:book', 'CONTAINS', 'my-hotels:mcp:book', true],
    ['STRING', 'openid', 'NOT_CONTAINS', 'my-hotels:mcp:book', true],
    ['STRING', 'search_hotels', 'STARTS_WITH', 'search_', true],
    ['STRING', 'search_hotels', 'NOT_STARTS_WITH', 'search_', false],
    ['STRING', 'search_hotels', 'ENDS_WITH', '_hotels', true],
    ['STRING', 'search_hotels', 'NOT_ENDS_WITH', '_hotels', false],
    ['STRING', 'hotel-12', 'REGULAR_EXPRESSION', 'hotel-\\d+', true],
    ['STRING', 'a hotel-12 b', 'REGULAR_EXPRESSION', 'hotel-\\d+', false],
    ['STRING', 'hotel', 'MATCHES', 'h.*', true],
    ['STRING', 'hotel', 'NOT_MATCHES', 'h.*', false],
    ['STRING', 'EUR', 'IS_IN', '["EUR","CHF"]', true],
    ['STRING', 'USD', 'IS_NOT_IN', '["EUR","CHF"]', true],
    ['STRING', 'abc', 'GREATER_THAN', 'abb', true],
    ['STRING', '10.1.2.3', 'IN_CIDR_BLOCK', '10.0.0.0/8', true],
    ['STRING', '11.1.2.3', 'IN_CIDR_BLOCK', '10.0.0.0/8', false],
    ['STRING', '2001:db8::1', 'IN_CIDR_BLOCK', '2001:db8::/32', true],
    ['STRING', '10.1.2.3', 'NOT_IN_CIDR_BLOCK', '2001:db8::/32', true],
    ['NUMBER', 1000, 'GREATER_THAN', '1000', false],
    ['NUMBER', 1000.01, 'GREATER_THAN', '1000', true],
    ['NUMBER', '1000', 'GREATER_THAN_OR_EQUAL', '1000.00', true],
    ['NUMBER', 9, 'LESSER_THAN', '10', true],
    ['NUMBER', 10, 'LESSER_THAN_OR_EQUAL', '9', false],
    ['NUMBER', '1e3', 'EQUALS', '1000', true],
    ['NUMBER', 5, 'IS_IN', '[4,5]', true],
    ['BOOLEAN', true, 'EQUALS', 'true', true],
    ['BOOLEAN', 'FALSE', 'EQUALS', 'true', false],
    ['COLLECTION', '["ChatGPT User"]', 'CONTAINS', 'ChatGPT User', true],
    ['COLLECTION', '["ChatGPT Users"]', 'CONTAINS', 'ChatGPT User', false],
    ['COLLECTION', '[1,2]', 'CONTAINS', '2', true],
    ['COLLECTION', '[1,2]', 'EQUALS', '[1, 2]', true],
    ['JSON', '["myhotels-hotelmcp"]', 'CONTAINS', 'myhotels-hotelmcp', true],
    ['JSON', '{"a":1,"b":2}', 'EQUALS', '{"b":2,"a":1}', true],
    ['JSON', '"text"', 'EQUALS', 'text', true],
    ['DATE_TIME', '2026-11-23T10:00:00+01:00', 'EQUALS', '2026-11-23T09:00:00Z', true],
    ['DATE_TIME', '2026-11-23T10:00:00Z', 'GREATER_THAN', '2026-11-23T10:30:00+01:00', true],
    ['LOCAL_DATE', '2026-11-23', 'LESSER_THAN', '2026-12-01', true],
    ['LOCAL_TIME', '09:00', 'LESSER_THAN', '10:00:00', true],
    ['LOCAL_DATE_TIME', '2026-11-23T09:00', 'EQUALS', '2026-11-23T09:00:00', true],
    ['DURATION', 'PT90M', 'GREATER_THAN', 'PT1H', true],
    ['DURATION', 'P1D', 'EQUALS', 'PT24H', true],
  ])('%s %j %s %j is %j', async (type, value, comparator, constant, expected) => {
    const asked = evaluation({ attributes: [requested('a', type)] }, { parameters: { a: value } })

    expect(await isMet(asked, compare('a', comparator, constant))).toBe(expected)
  })

  test.each<[ValueType, string, Comparator, string, string]>([
    ['NUMBER', 'many', 'GREATER_THAN', '1', 'TYPE_CONVERSION_ERROR'],
    ['NUMBER', '', 'EQUALS', '1', 'TYPE_CONVERSION_ERROR'],
    ['NUMBER', '5', 'GREATER_THAN', 'many', 'TYPE_CONVERSION_ERROR'],
    ['BOOLEAN', 'perhaps', 'EQUALS', 'true', 'TYPE_CONVERSION_ERROR'],
    ['COLLECTION', '{}', 'CONTAINS', 'a', 'TYPE_CONVERSION_ERROR'],
    ['JSON', '{', 'EQUALS', '{}', 'TYPE_CONVERSION_ERROR'],
    ['DATE_TIME', '2026-13-45T00:00:00Z', 'EQUALS', '2026-11-23T09:00:00Z', 'TYPE_CONVERSION_ERROR'],
    ['LOCAL_DATE', 'tomorrow', 'EQUALS', '2026-11-23', 'TYPE_CONVERSION_ERROR'],
    ['STRING', 'a', 'IS_IN', 'a,b', 'TYPE_CONVERSION_ERROR'],
    ['STRING', 'a', 'IN_CIDR_BLOCK', '10.0.0.0/8', 'TYPE_CONVERSION_ERROR'],
    ['STRING', '10.0.0.1', 'IN_CIDR_BLOCK', '10.0.0.0/99', 'TYPE_CONVERSION_ERROR'],
    ['STRING', 'a', 'REGULAR_EXPRESSION', '(', 'PROCESSING_ERROR'],
    ['PERIOD', 'P1M', 'GREATER_THAN', 'P30D', 'PROCESSING_ERROR'],
    ['COLLECTION', '[]', 'GREATER_THAN', '[]', 'PROCESSING_ERROR'],
    ['STRING', 'a', 'HAS_PERMISSION', 'b', 'PROCESSING_ERROR'],
  ])('%s %j %s %j fails with %5$s', async (type, value, comparator, constant, code) => {
    const asked = evaluation({ attributes: [requested('a', type)] }, { parameters: { a: value } })

    await expect(isMet(asked, compare('a', comparator, constant))).rejects.toMatchObject({ code })
  })

  test('another attribute takes the place of a constant', async () => {
    const asked = evaluation(
      { attributes: [requested('a', 'NUMBER'), requested('b')] },
      { parameters: { a: 5, b: '5.0' } },
    )

    const met = await isMet(asked, {
      type: 'COMPARISON',
      left: { type: 'ATTRIBUTE', id: 'a' },
      comparator: 'EQUALS',
      right: { type: 'ATTRIBUTE', id: 'b' },
    })

    expect(met).toBe(true)
  })

  test.each([
    ['ChatGPT User', 'IS_MEMBER_OF', true],
    ['Guests', 'IS_MEMBER_OF', false],
    ['Guests', 'IS_NOT_MEMBER_OF', true],
  ] as const)('membership in %s: %s is %j', async (group, comparator, expected) => {
    const directory = {
      user: () => undefined,
      groupsOf: (id: string) => (id === 'anna' ? ['ChatGPT User'] : []),
    }
    const asked = evaluation({ attributes: [requested('user')] }, { parameters: { user: 'anna' }, directory })

    expect(await isMet(asked, compare('user', comparator, group))).toBe(expected)
  })
})

describe('logic with values that cannot be had', () => {
  test.each<[string, Condition, boolean | 'fails']>([
    ['AND of nothing', { type: 'AND', conditions: [] }, true],
    ['OR of nothing', { type: 'OR', conditions: [] }, false],
    ['true and false', { type: 'AND', conditions: [yes, no] }, false],
    ['false or true', { type: 'OR', conditions: [no, yes] }, true],
    ['false and unknown', { type: 'AND', conditions: [no, never] }, false],
    ['unknown and false', { type: 'AND', conditions: [never, no] }, false],
    ['unknown and true', { type: 'AND', conditions: [never, yes] }, 'fails'],
    ['true or unknown', { type: 'OR', conditions: [yes, never] }, true],
    ['unknown or true', { type: 'OR', conditions: [never, yes] }, true],
    ['unknown or false', { type: 'OR', conditions: [never, no] }, 'fails'],
    ['not unknown', { type: 'NOT', condition: never }, 'fails'],
    ['a named condition', { type: 'REFERENCE', reference: { id: 'no' } }, false],
    ['a name that is not there', { type: 'REFERENCE', reference: { id: 'x' } }, 'fails'],
    ['a condition that refers to itself', { type: 'REFERENCE', reference: { id: 'loop' } }, 'fails'],
  ])('%s', async (_, condition, expected) => {
    const asked = evaluation({
      attributes: [requested('missing')],
      conditions: [
        { id: 'no', condition: no },
        { id: 'loop', condition: { type: 'REFERENCE', reference: { id: 'loop' } } },
      ],
    })

    const outcome = await isMet(asked, condition).catch(() => 'fails')

    expect(outcome).toBe(expected)
  })
})
