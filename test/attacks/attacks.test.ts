// The tables of test/takeover and test/attacks, played over HTTP against one running system.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { parties } from '../takeover/parties.ts'
import { abuse, kinds } from './kinds.ts'
import { type Played, playRows } from './play.ts'
import type { Row } from './row.ts'
import { findSecrets, findTraces, type Trace } from './world/canaries.ts'
import { startWorld, type World } from './world/world.ts'

const tables = [
  ...parties.map(({ party, rows }) => ({ name: party, rows })),
  ...[...kinds, abuse].map(({ kind, rows }) => ({ name: kind, rows })),
]
const rows = tables.flatMap((table) => table.rows)

let world: World
let played: Map<Row, Played>
beforeAll(async () => {
  world = await startWorld()
  const floods = new Set(abuse.rows)
  const others = rows.filter((row) => !floods.has(row))
  played = new Map([...(await playRows(others, world, 4)), ...(await playRows(abuse.rows, world, 1))])
})
afterAll(() => world?.stop())

describe.each(tables)('$name', ({ rows }) => {
  test.each(rows.map((row) => [row.tries, row] as const))('%s', (_tries, row) => {
    expect(played.get(row)).toEqual({ outcome: row.stoppedBy, broken: [] })
  })
})

test('every row ends as its table says: none goes through', () => {
  const figures = tables.map(({ name, rows }) => {
    const refused = rows.filter((row) => isRefused(row)).length
    return { name, tried: rows.length, refused, through: rows.length - refused }
  })
  process.stdout.write(`${table(figures)}\n`)
  expect(figures.filter(({ through }) => through > 0)).toEqual([])
})

describe('after all of this', () => {
  let secrets: Map<string, Set<string>>
  let traces: Trace[]
  beforeAll(async () => {
    secrets = findSecrets(world)
    traces = await findTraces(world)
  })

  test.each([
    ['access tokens', 100],
    ['refresh tokens', 50],
    ['CIBA request ids', 30],
    ['authorization codes', 50],
    ['client assertions', 3],
    ['code verifiers', 50],
    ['Basic credentials', 1],
    ['data keys of KMS', 1],
    ['passwords', 50],
    ['secrets of clients and resources', 2],
    ['the secret of the worker', 1],
    ['private keys', 1],
  ])('no trace holds any of: %s', (kind, atLeast) => {
    const planted = [...(secrets.get(kind) ?? [])]
    expect(planted.length).toBeGreaterThanOrEqual(atLeast)
    const found = traces.flatMap(({ place, text }) =>
      planted.some((secret) => text.includes(secret)) ? [place] : [],
    )
    expect(found).toEqual([])
  })

  test('the traces are what they are taken for: they tell of the bystander’s booking', () => {
    const { transactionId } = world.bystander.booking
    const places = traces.filter(({ text }) => text.includes(transactionId)).map(({ place }) => place)
    for (const expected of [
      'the table of bookings',
      'the table of approvals',
      '/executions/',
      'an answer of the MCP server',
    ])
      expect(places.some((place) => place.includes(expected)) || expected).toBe(true)
    expect(traces.some(({ place, text }) => place.includes('/logs/') && text.includes('correlationId'))).toBe(
      true,
    )
    expect(traces.some(({ place }) => place.endsWith('.template.json'))).toBe(true)
  })
})

function isRefused(row: Row): boolean {
  const { outcome, broken } = played.get(row) ?? { outcome: 'not played', broken: [] }
  return outcome === row.stoppedBy && broken.length === 0
}

function table(figures: { name: string; tried: number; refused: number; through: number }[]): string {
  const sum = (of: 'tried' | 'refused' | 'through') => figures.reduce((total, each) => total + each[of], 0)
  const all = { name: 'all', tried: sum('tried'), refused: sum('refused'), through: sum('through') }
  const line = (...[name, ...numbers]: string[]) =>
    `${(name ?? '').padEnd(40)}${numbers.map((number) => number.padStart(9)).join('')}`
  return [
    line('', 'tried', 'refused', 'through'),
    ...[...figures, all].map(({ name, tried, refused, through }) =>
      line(name, String(tried), String(refused), String(through)),
    ),
  ].join('\n')
}
