// How findings read in a terminal, and the list of probes in the documentation.
import type { Paint } from '../pingone/paint.ts'
import type { Finding, Probe } from './probe.ts'

const marks = { 'as expected': '✓', differs: '≠', 'not asked': '–' } as const

/** One line where all is as expected; where it is not, what that means and what to do. */
export function renderFinding({ probe, outcome, words }: Finding, paint: Paint): string {
  const colour = outcome === 'differs' ? 'red' : outcome === 'as expected' ? 'green' : 'dim'
  const head = `${paint(colour, marks[outcome])} ${probe.id.padEnd(26)}`
  switch (outcome) {
    case 'as expected':
      return `${head} ${words}`
    case 'not asked':
      return `${head} ${paint('dim', `not asked: ${words}`)}`
    case 'differs':
      return [
        `${head} ${words}`,
        `    Asked:    ${probe.asks}`,
        `    Expected: ${probe.expects}`,
        `    Means:    ${probe.otherwise.means}`,
        `    Change:   ${probe.otherwise.change}`,
      ].join('\n')
  }
}

export function renderSummary(findings: readonly Finding[]): string {
  const count = (outcome: Finding['outcome']) => findings.filter((each) => each.outcome === outcome).length
  return `${count('as expected')} as expected, ${count('differs')} differ, ${count('not asked')} not asked`
}

/** The table of `docs/probe.md`. */
export function renderList(probes: readonly Probe[], about: Probe['about']): string {
  const rows = probes
    .filter((probe) => probe.about === about)
    .map(({ id, asks, expects, otherwise, needsPerson }) => [
      `\`${id}\`${needsPerson ? ' (a person)' : ''}`,
      asks,
      expects,
      `${otherwise.means} ${otherwise.change}`,
    ])
  return [['Probe', 'Asks', 'MyHotels builds on', 'If it is otherwise'], Array(4).fill('---'), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n')
}
