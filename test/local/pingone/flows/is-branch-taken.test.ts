import { describe, expect, test } from '@jest/globals'
import { isBranchTaken, type Trigger } from '../../../../local/pingone/flows/is-branch-taken.ts'

const triggers: Trigger[][] = [
  [true],
  [false],
  [undefined],
  [true, false],
  [true, undefined],
  [false, undefined],
  [],
]

describe('an evaluator lets a branch pass', () => {
  test.each<[unknown, string]>([
    ['allTriggersTrue', 'y......'],
    [undefined, 'y......'],
    ['anyTriggersTrue', 'y..yy..'],
    ['allTriggersFalse', '.y.....'],
    ['anyTriggersFalse', '.y.y.y.'],
    ['allTriggersComplete', 'yy.y...'],
    ['always', 'yy.yyy.'],
    ['approve', '.......'],
    ['toString', '.......'],
    [{ value: 'always' }, '.......'],
  ])('on %p', (condition, expected) => {
    expect(triggers.map((each) => (isBranchTaken(condition, each) ? 'y' : '.')).join('')).toBe(expected)
  })
})
