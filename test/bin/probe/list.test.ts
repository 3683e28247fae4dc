// The list of what only reality proves, and the probes that prove it, are one.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { createPaint } from '../../../bin/pingone/paint.ts'
import { probes } from '../../../bin/probe/probes.ts'
import { renderFinding, renderList } from '../../../bin/probe/render.ts'

const document = readFileSync('docs/probe.md', 'utf8')

describe('docs/probe.md', () => {
  test.each(['PingOne', 'AWS'] as const)(
    'lists the probes of %s as "npm run probe -- --list" does',
    (about) => {
      expect(document).toContain(renderList(probes, about))
    },
  )

  test('names no probe that there is not', () => {
    const ids = new Set(probes.map(({ id }) => id))
    const named = [...document.matchAll(/^\| `([a-z-]+)`/gm)].map(([, id]) => String(id))

    expect(named.filter((id) => !ids.has(id))).toEqual([])
    expect(named).toHaveLength(probes.length)
  })
})

describe('each probe', () => {
  test('has an id of its own', () => {
    expect(new Set(probes.map(({ id }) => id)).size).toBe(probes.length)
    expect(probes.filter(({ id }) => !/^[a-z]+(-[a-z]+)*$/.test(id))).toEqual([])
  })

  test.each(probes)('$id asks one question, and says what another answer means and where to go', (probe) => {
    const { asks, expects, otherwise } = probe
    expect(asks).toMatch(/^[A-Z][^|]*\?$/)
    for (const sentence of [expects, otherwise.means]) expect(sentence).toMatch(/^[A-Z0-9`][^|]*\.$/)
    expect(otherwise.change).toMatch(/`|console/)
  })

  test.each(probes)('$id names only files that there are', ({ otherwise: { change } }) => {
    const named = [...change.matchAll(/`((?:lambdas|local|lib|docs|approval-flow)\/[\w./-]+)`/g)].map(
      ([, path]) => String(path),
    )
    const missing = named.filter(
      (path) => !exists(path.startsWith('approval-flow') ? `lambdas/identity/desired-state/${path}` : path),
    )

    expect(missing).toEqual([])
  })
})

function exists(path: string): boolean {
  try {
    readFileSync(path)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EISDIR'
  }
}

describe('a finding', () => {
  const [probe] = probes
  if (probe === undefined) throw new Error('There are no probes')
  const paint = createPaint({}, {})

  test('that is as expected is one line', () => {
    expect(renderFinding({ probe, outcome: 'as expected', words: 'seen' }, paint)).toMatch(
      /^✓ discovery-document +seen$/,
    )
  })

  test('that could not be asked says why', () => {
    expect(renderFinding({ probe, outcome: 'not asked', words: 'no account' }, paint)).toMatch(
      /^– discovery-document +not asked: no account$/,
    )
  })

  test('that differs says what was asked, what it means and what to change', () => {
    const text = renderFinding({ probe, outcome: 'differs', words: 'something else' }, paint)

    for (const part of [
      probe.asks,
      probe.expects,
      probe.otherwise.means,
      probe.otherwise.change,
      'something else',
    ])
      expect(text).toContain(part)
  })
})
