/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: Fn::Sub writes its variables like this */
import { describe, expect, test } from '@jest/globals'
import { importsIn, inOrder, referencesIn } from '../../../../local/cloud/template/order.ts'

describe('the order of deployment', () => {
  test('puts each name after what it needs, and keeps the order otherwise', () => {
    const needs: Record<string, string[]> = { a: ['c', 'Parameter'], b: [], c: ['b'] }
    expect(inOrder(['a', 'b', 'c'], (name) => needs[name] ?? [])).toEqual(['b', 'c', 'a'])
  })

  test('names a circle', () => {
    const needs: Record<string, string[]> = { a: ['b'], b: ['a'] }
    expect(() => inOrder(['a', 'b'], (name) => needs[name] ?? [])).toThrow(
      'The templates need each other in a circle: a → b → a.',
    )
  })

  test('sees references in every form', () => {
    const properties = {
      a: { Ref: 'R1' },
      b: [{ 'Fn::GetAtt': ['R2', 'Arn'] }, { 'Fn::GetAtt': 'R3.Arn' }],
      c: { 'Fn::Sub': ['${R4}/${R5.Arn}/${!No}', { X: { Ref: 'R6' } }] },
      d: { 'Fn::Join': ['', [{ Ref: 'R7' }]] },
    }
    expect([...referencesIn(properties)]).toEqual(['R1', 'R2', 'R3', 'R4', 'R5', 'R6', 'R7'])
  })

  test('sees what comes from other stacks', () => {
    const template = {
      a: [{ 'Fn::ImportValue': 'export' }],
      b: { 'Fn::GetStackOutput': { StackName: 'Stack', OutputName: 'Output' } },
    }
    const { exports, stacks } = importsIn(template)
    expect([[...exports], [...stacks]]).toEqual([['export'], ['Stack']])
  })
})
