/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: Fn::Sub writes its variables like this */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  noValue,
  resolveCondition,
  resolveValue,
  type TemplateScope,
} from '../../../../local/cloud/template/resolve.ts'

type Values = Record<string, unknown>

const references: Values = {
  'AWS::Region': 'eu-central-1',
  'AWS::NoValue': noValue,
  Table: 'bookings',
  List: ['a', 'b'],
}
const attributes: Values = { 'Api.Url': 'http://api', 'Api.Part.One': 'one' }
const scope: TemplateScope = {
  reference: (name) => references[name],
  attribute: (logicalId, attribute) => attributes[`${logicalId}.${attribute}`],
  exported: (name) => (name === 'url' ? 'http://exported' : undefined),
  stackOutput: (stack, output) => (`${stack}.${output}` === 'Identity.Issuer' ? 'http://issuer' : undefined),
  mapping: (map, first, second) => (`${map}.${first}.${second}` === 'Map.eu-central-1.size' ? 4 : undefined),
  condition: (name) => ({ Yes: true, No: false })[name],
}

describe('a template expression', () => {
  test.each<[string, unknown, unknown]>([
    ['nothing to resolve', { a: [1, 'b', { c: null }] }, { a: [1, 'b', { c: null }] }],
    ['Ref', { Ref: 'Table' }, 'bookings'],
    ['Ref of a pseudo parameter', { Ref: 'AWS::Region' }, 'eu-central-1'],
    [
      'NoValue in an object and a list',
      { a: { Ref: 'AWS::NoValue' }, b: [{ Ref: 'AWS::NoValue' }, 1] },
      { b: [1] },
    ],
    ['GetAtt', { 'Fn::GetAtt': ['Api', 'Url'] }, 'http://api'],
    ['GetAtt in its short form', { 'Fn::GetAtt': 'Api.Part.One' }, 'one'],
    ['Join', { 'Fn::Join': ['-', ['a', { Ref: 'Table' }, 3]] }, 'a-bookings-3'],
    ['Join of a list', { 'Fn::Join': [',', { Ref: 'List' }] }, 'a,b'],
    ['Sub', { 'Fn::Sub': 'x-${Table}-${Api.Url}-${!Literal}' }, 'x-bookings-http://api-${Literal}'],
    [
      'Sub with variables',
      { 'Fn::Sub': ['${A}${Table}', { A: { Ref: 'AWS::Region' } }] },
      'eu-central-1bookings',
    ],
    ['Select', { 'Fn::Select': ['1', { Ref: 'List' }] }, 'b'],
    ['Split', { 'Fn::Split': ['/', 'a/b'] }, ['a', 'b']],
    ['Join of Split', { 'Fn::Join': ['","', { 'Fn::Split': [',', 'x,y'] }] }, 'x","y'],
    ['If that holds', { 'Fn::If': ['Yes', { Ref: 'Table' }, 'other'] }, 'bookings'],
    ['If that does not', { a: { 'Fn::If': ['No', 1, { Ref: 'AWS::NoValue' }] } }, {}],
    ['FindInMap', { 'Fn::FindInMap': ['Map', { Ref: 'AWS::Region' }, 'size'] }, 4],
    ['ImportValue', { 'Fn::ImportValue': 'url' }, 'http://exported'],
    [
      'GetStackOutput',
      { 'Fn::GetStackOutput': { StackName: 'Identity', OutputName: 'Issuer' } },
      'http://issuer',
    ],
    ['Base64', { 'Fn::Base64': 'hi' }, 'aGk='],
    ['an object that only looks like a function', { Ref: 'Table', Other: 1 }, { Ref: 'Table', Other: 1 }],
  ])('resolves %s', (_what, expression, value) => {
    expect(resolveValue(expression, scope)).toEqual(value)
  })

  test.each<[unknown, string]>([
    [{ Ref: 'Nobody' }, 'at Stack.Thing.Ref: there is no "Nobody".'],
    [{ 'Fn::GetAtt': ['Api', 'Nothing'] }, 'at Stack.Thing.Fn::GetAtt: there is no "Api.Nothing".'],
    [
      { 'Fn::Transform': {} },
      'at Stack.Thing: the intrinsic function Fn::Transform is not one that the local cloud knows.',
    ],
    [{ a: [{ 'Fn::Join': 'x' }] }, 'at Stack.Thing.a.0.Fn::Join: a list is expected.'],
    [{ 'Fn::Sub': '${Nobody}' }, 'there is no "Nobody".'],
    [{ 'Fn::Select': [5, ['a']] }, 'there is no element 5 of a list of 1.'],
    [{ 'Fn::ImportValue': 'nobody' }, 'there is no export "nobody".'],
    [{ 'Fn::If': ['Maybe', 1, 2] }, 'there is no condition "Maybe".'],
    [{ 'Fn::Join': ['', [{ Ref: 'List' }]] }, 'a string or a number is expected.'],
  ])('%j is refused with its place', (expression, message) => {
    expect(() => resolveValue(expression, scope, ['Stack', 'Thing'])).toThrow(message)
  })

  test('without functions stays as it is', () => {
    const plain = fc.jsonValue().filter((value) => !/"(Ref|Fn::)/.test(JSON.stringify(value)))
    fc.assert(fc.property(plain, (value) => expect(resolveValue(value, scope)).toEqual(value)))
  })
})

describe('a condition', () => {
  test.each<[unknown, boolean]>([
    [{ 'Fn::Equals': [{ Ref: 'Table' }, 'bookings'] }, true],
    [{ 'Fn::Equals': [true, 'true'] }, true],
    [{ 'Fn::Not': [{ Condition: 'Yes' }] }, false],
    [{ 'Fn::And': [{ Condition: 'Yes' }, { Condition: 'No' }] }, false],
    [{ 'Fn::Or': [{ Condition: 'Yes' }, { Condition: 'No' }] }, true],
  ])('%j is %s', (expression, value) => {
    expect(resolveCondition(expression, scope, [])).toBe(value)
  })

  test('of an unknown kind is refused', () => {
    expect(() => resolveCondition({ 'Fn::Contains': [] }, scope, ['Conditions', 'C'])).toThrow(
      'at Conditions.C: this is not a condition that the local cloud knows.',
    )
  })
})
