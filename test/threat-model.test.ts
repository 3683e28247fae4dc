// The threat model names a test for each of its lines: whether it is there, and whether no party is forgotten.
import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { abuse, kinds } from './attacks/kinds.ts'
import { parties } from './takeover/parties.ts'

const document = readFileSync('docs/threat-model.md', 'utf8')
/** The rows of tables, without their heads and the lines below these. */
const lines = document.split('\n').filter((line) => /^\|(?! *(-|Tries|Attack))/.test(line))

const titles = (tables: readonly { rows: readonly { tries: string }[] }[]) =>
  tables.flatMap(({ rows }) => rows.map(({ tries }) => tries))
const rows = new Set(titles([...parties, ...kinds, abuse]))

test.each(lines)('%s', (line) => {
  const [, title = '', path = ''] = /\[([^\]]+)\]\(\.\.\/(test\/[^)]+)\) \|$/.exec(line) ?? []
  // Titles of rows may be put together; those of other tests stand in their file as they are.
  const isThere = rows.has(title)
    ? /^test\/(takeover|attacks)\//.test(path)
    : readFileSync(path, 'utf8').includes(title)
  expect({ title, isThere }).toEqual({ title, isThere: true })
})

test.each(parties.map(({ party }) => party))('it says what is left to do for %s', (party) => {
  const headings = [...document.matchAll(/^### (.+)$/gm)].map(([, heading = '']) => heading.toLowerCase())
  expect(headings).toContain(party.toLowerCase())
})
