import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { combine, type Effect, isDecisive } from '../../../../local/pingone/authorize/combine.ts'
import { decide } from '../../../../local/pingone/authorize/decide.ts'
import {
  type Algorithm,
  algorithms,
  type Child,
  type EffectSettings,
  type Policy,
  type Rule,
} from '../../../../local/pingone/authorize/model.ts'
import { type Asked, compare, deny, evaluation, permit, requested, statement } from './framework.ts'

const missing = compare('missing', 'EQUALS', 'x')
const children: Record<string, Child> = {
  P: permit(),
  D: deny(),
  N: permit({ enabled: false }),
  I: permit({ condition: missing }),
}

const policy = (changes: Partial<Policy> = {}): Policy & { id: string } => ({
  id: 'root',
  combiningAlgorithm: { algorithm: 'FIRST_APPLICABLE' },
  ...changes,
})

const decisionOf = (
  root: Policy & { id: string },
  parts: Parameters<typeof evaluation>[0] = {},
  asked: Asked = {},
) =>
  decide(
    evaluation(
      { attributes: [requested('missing')], ...parts, policies: [root, ...(parts.policies ?? [])] },
      asked,
    ),
    'root',
  )

describe('combining algorithms', () => {
  test.each<[Algorithm, Record<string, Effect>]>([
    [
      'FIRST_APPLICABLE',
      {
        '': 'NOT_APPLICABLE',
        NPD: 'PERMIT',
        NDP: 'DENY',
        NIP: 'INDETERMINATE',
        PI: 'PERMIT',
        N: 'NOT_APPLICABLE',
      },
    ],
    [
      'DENY_OVERRIDES',
      {
        '': 'NOT_APPLICABLE',
        PD: 'DENY',
        DP: 'DENY',
        PI: 'INDETERMINATE',
        ID: 'DENY',
        PN: 'PERMIT',
        N: 'NOT_APPLICABLE',
      },
    ],
    [
      'PERMIT_OVERRIDES',
      { '': 'NOT_APPLICABLE', DP: 'PERMIT', DI: 'INDETERMINATE', IP: 'PERMIT', DN: 'DENY' },
    ],
    ['PERMIT_UNLESS_DENY', { '': 'PERMIT', N: 'PERMIT', PD: 'DENY', I: 'PERMIT' }],
    ['DENY_UNLESS_PERMIT', { '': 'DENY', N: 'DENY', DP: 'PERMIT', I: 'DENY' }],
    [
      'ONLY_ONE_APPLICABLE',
      {
        '': 'NOT_APPLICABLE',
        NPN: 'PERMIT',
        NDN: 'DENY',
        PD: 'INDETERMINATE',
        PP: 'INDETERMINATE',
        I: 'INDETERMINATE',
      },
    ],
  ])('%s', async (algorithm, table) => {
    for (const [letters, expected] of Object.entries(table)) {
      const root = policy({
        combiningAlgorithm: { algorithm },
        children: [...letters].map((letter) => children[letter] as Child),
      })

      const { decision } = await decisionOf(root)

      expect([letters, decision]).toEqual([letters, expected])
    }
  })

  test('ending early never changes the outcome', () => {
    const effect = fc.constantFrom<Effect>('PERMIT', 'DENY', 'NOT_APPLICABLE', 'INDETERMINATE')
    fc.assert(
      fc.property(fc.constantFrom(...algorithms), fc.array(effect), (algorithm, effects) => {
        const end = effects.findIndex((each) => isDecisive(algorithm, each))

        expect(combine(algorithm, end < 0 ? effects : effects.slice(0, end + 1))).toBe(
          combine(algorithm, effects),
        )
      }),
    )
  })
})

describe('rules and policies', () => {
  test.each<[string, EffectSettings, string, Effect]>([
    [
      'permits when met',
      { type: 'CONDITIONAL_PERMIT_ELSE_DENY', condition: compare('a', 'EQUALS', 'x') },
      'x',
      'PERMIT',
    ],
    [
      'else denies',
      { type: 'CONDITIONAL_PERMIT_ELSE_DENY', condition: compare('a', 'EQUALS', 'x') },
      'y',
      'DENY',
    ],
    [
      'denies when met',
      { type: 'CONDITIONAL_DENY_ELSE_PERMIT', condition: compare('a', 'EQUALS', 'x') },
      'x',
      'DENY',
    ],
    [
      'else permits',
      { type: 'CONDITIONAL_DENY_ELSE_PERMIT', condition: compare('a', 'EQUALS', 'x') },
      'y',
      'PERMIT',
    ],
    ['cannot tell', { type: 'CONDITIONAL_DENY_ELSE_PERMIT', condition: missing }, 'x', 'INDETERMINATE'],
  ])('a conditional effect %s', async (_, effectSettings, a, expected) => {
    const root = policy({ children: [permit({ effectSettings })] })

    const { decision } = await decisionOf(
      root,
      { attributes: [requested('a'), requested('missing')] },
      { parameters: { a } },
    )

    expect(decision).toBe(expected)
  })

  test.each<[string, Partial<Policy>, Effect]>([
    ['disabled', { enabled: false }, 'NOT_APPLICABLE'],
    [
      'with a condition that is not met',
      { condition: { type: 'NOT', condition: { type: 'EMPTY' } } },
      'NOT_APPLICABLE',
    ],
    ['with a condition that cannot be told', { condition: missing }, 'INDETERMINATE'],
    [
      'that repeats, which is not offered',
      { repetitionSettings: { source: { id: 'a' }, decision: 'PERMIT' } },
      'INDETERMINATE',
    ],
    ['that contains itself', { children: [{ type: 'POLICY', value: { id: 'root' } }] }, 'INDETERMINATE'],
    ['that refers to nothing', { children: [{ type: 'RULE', value: { id: 'none' } }] }, 'INDETERMINATE'],
  ])('a policy %s is %s', async (_, changes, expected) => {
    const { decision, status } = await decisionOf(policy({ children: [permit()], ...changes }))

    expect(decision).toBe(expected)
    expect(status.code === 'OKAY').toBe(expected !== 'INDETERMINATE')
  })

  test('shared rules and policies are evaluated where they are referred to', async () => {
    const shared: Rule & { id: string } = { ...deny(), id: 'rule' }
    const root = policy({ children: [{ type: 'POLICY', value: { id: 'inner' } }] })
    const inner = { ...policy({ children: [{ type: 'RULE', value: { id: 'rule' } }] }), id: 'inner' }

    const { decision } = await decisionOf(root, { rules: [shared], policies: [inner] })

    expect(decision).toBe('DENY')
  })

  test('a failure that did not decide leaves the status alone', async () => {
    const root = policy({
      combiningAlgorithm: { algorithm: 'PERMIT_OVERRIDES' },
      children: [children.I as Child, permit()],
    })

    expect(await decisionOf(root)).toMatchObject({ decision: 'PERMIT', status: { code: 'OKAY' } })
  })
})

describe('statements', () => {
  const says = (...ids: string[]) => ({ statements: ids.map((id) => ({ id })) })
  const codes = async (root: Policy & { id: string }, statements: ReturnType<typeof statement>[]) =>
    (await decisionOf(root, { statements })).statements.map(({ code }) => code)

  test('a rule that did not apply says nothing', async () => {
    const root = policy({
      combiningAlgorithm: { algorithm: 'DENY_OVERRIDES' },
      children: [permit({ ...says('a'), enabled: false }), deny(says('b'))],
    })
    const finals = { appliesTo: 'DENY', appliesIf: 'FINAL_DECISION_MATCHES' } as const

    expect(await codes(root, [statement('a', finals), statement('b', finals)])).toEqual(['b'])
  })

  test.each([
    ['PERMIT', 'PATH_MATCHES', []],
    ['PERMIT', 'ANYTHING', ['s']],
    ['PERMIT', 'FINAL_DECISION_MATCHES', []],
    ['DENY', 'FINAL_DECISION_MATCHES', ['s']],
    ['DENY', 'PATH_MATCHES', []],
    ['PERMIT_OR_DENY', 'PATH_MATCHES', ['s']],
    ['ANYTHING', 'PATH_MATCHES', ['s']],
    ['INDETERMINATE', 'ANYTHING', []],
  ] as const)('a permit under a final denial: %s, %s', async (appliesTo, appliesIf, expected) => {
    const root = policy({
      combiningAlgorithm: { algorithm: 'DENY_OVERRIDES' },
      children: [permit(says('s')), deny()],
    })

    expect(await codes(root, [statement('s', { appliesTo, appliesIf })])).toEqual(expected)
  })

  test('statements come in the order of the tree, each once', async () => {
    const root = policy({
      ...says('policy'),
      combiningAlgorithm: { algorithm: 'DENY_OVERRIDES' },
      children: [permit(says('first', 'both')), permit(says('both', 'second'))],
    })

    const order = await codes(
      root,
      ['policy', 'first', 'both', 'second'].map((id) => statement(id)),
    )

    expect(order).toEqual(['policy', 'first', 'both', 'second'])
  })

  const total = '55555555-5555-4555-8555-555555555555'
  const withTotal = { attributes: [requested(total, 'NUMBER', { name: 'total' })] }

  test('payload and attributes carry values', async () => {
    const root = policy({ children: [permit(says('s'))] })
    const s = statement('s', {
      code: 'USER-AZ-REQUIRED',
      obligatory: true,
      payload: `Approval is needed for {{${total}}} EUR`,
      attributes: [{ id: total }],
    })

    const { statements } = await decisionOf(
      root,
      { ...withTotal, statements: [s] },
      { parameters: { total: 498.5 } },
    )

    expect(statements).toEqual([
      {
        id: 's',
        name: 's',
        code: 'USER-AZ-REQUIRED',
        payload: 'Approval is needed for 498.5 EUR',
        obligatory: true,
        fulfilled: false,
        attributes: { total: 498.5 },
      },
    ])
  })

  test.each(['payload', 'attributes'])(
    'a statement whose %s cannot be had makes the decision INDETERMINATE',
    async (part) => {
      const root = policy({ children: [permit(says('s'))] })
      const s = statement(
        's',
        part === 'payload' ? { payload: `{{${total}}}` } : { attributes: [{ id: total }] },
      )

      const decision = await decisionOf(root, { ...withTotal, statements: [s] })

      expect(decision).toMatchObject({
        decision: 'INDETERMINATE',
        status: { code: 'MISSING_ATTRIBUTE' },
        statements: [],
      })
    },
  )
})
