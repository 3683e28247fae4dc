import { describe, expect, test } from '@jest/globals'
import { aEqualsB } from '../../../../../local/pingone/flows/capabilities/a-equals-b.ts'
import { aIsEmpty } from '../../../../../local/pingone/flows/capabilities/a-is-empty.ts'
import type { Call, Capability } from '../../../../../local/pingone/flows/capability.ts'
import { toText } from '../../../../../local/pingone/flows/resolve-value.ts'

async function holds(capability: Capability, values: Record<string, unknown>) {
  const value = (name: string) => values[name]
  const step = await capability.run({ value, text: (name: string) => toText(value(name)) } as unknown as Call)
  return step.kind === 'done' && step.payload.success
}

describe('AEqualsB', () => {
  test.each<[unknown, unknown, object, boolean]>([
    ['a', 'a', {}, true],
    ['a', 'A', {}, false],
    ['a', 'A', { caseSensitive: false }, true],
    [true, 'true', { type: 'boolean' }, true],
    ['True', 'true', { type: 'boolean' }, true],
    [false, 'true', { type: 'boolean' }, false],
    [undefined, 'true', { type: 'boolean' }, false],
    [undefined, '', {}, true],
    ['1.0', 1, { type: 'number' }, true],
    ['', 0, { type: 'number' }, false],
    ['x', 'y', { type: 'number' }, false],
  ])('%p and %p as %p: %p', async (leftValueA, rightValueB, more, expected) => {
    expect(await holds(aEqualsB, { leftValueA, rightValueB, ...more })).toBe(expected)
  })
})

describe('AIsEmpty', () => {
  test.each<[unknown, boolean, boolean]>([
    ['', false, true],
    ['anna@example.com', true, false],
    [undefined, true, true],
    [undefined, false, false],
    [null, true, true],
    [false, true, false],
  ])('%p, nothing counting as empty being %p: %p', async (leftValueA, checkNullORUndefined, expected) => {
    expect(await holds(aIsEmpty, { leftValueA, checkNullORUndefined })).toBe(expected)
  })
})
