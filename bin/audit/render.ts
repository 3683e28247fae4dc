// A chain for people to read.
import type { Decision, Entry } from '../../lambdas/hotel-api/audit/entry.ts'
import type { Paint } from '../pingone/paint.ts'

export function renderEntry(entry: Entry, paint: Paint): string {
  const lines = [`${entry.at}  ${paint('bold', entry.event)}${endOf(entry)}`, ...detailsOf(entry)]
  return lines.join('\n    ')
}

function endOf(entry: Entry): string {
  if (entry.event === 'confirmed') return ` ${entry.confirmationCode}`
  return 'endedBy' in entry ? `, ended by ${entry.endedBy}` : ''
}

function detailsOf(entry: Entry): string[] {
  const lines = [`person    ${entry.subject.slice(0, 16)}…`]
  if ('actors' in entry)
    lines.push(
      `through   ${entry.actors.map(({ name, clientId }) => `${name} (${clientId})`).join(', for ')}`,
    )
  if ('quote' in entry) {
    const { hotelName, city, startDate, nights, totalPrice, currency, quoteId } = entry.quote
    lines.push(
      `stay      ${hotelName}, ${city}, ${startDate}, nights: ${nights}, ${totalPrice.toFixed(2)} ${currency} (quote ${quoteId})`,
    )
  }
  if (entry.event === 'requested') lines.push(`waits     until ${entry.expiresAt}`)
  if ('decision' in entry && entry.decision !== undefined) lines.push(...decisionLines(entry.decision))
  if (entry.event === 'confirmed' && entry.approval !== undefined) {
    const { amr, authenticatedAt, issuedAt, displayed, tokenHash, unverified } = entry.approval
    lines.push(
      `approval  of ${displayed.hotel_name}, ${displayed.check_in} to ${displayed.check_out}, ${displayed.amount} ${displayed.currency}`,
      `          by ${amr.join(' ')}${authenticatedAt === undefined ? '' : ` at ${authenticatedAt}`}, token issued ${issuedAt ?? 'at an unknown time'}`,
      `          jti ${tokenHash.slice(0, 16)}…${unverified === undefined ? '' : `, request ${unverified.requestHash.slice(0, 16)}… (unverified)`}`,
    )
  }
  return lines
}

function decisionLines({ id, effect, statements, judged }: Decision): string[] {
  const facts = Object.entries(judged.person ?? {}).map(([name, value]) => `${name} ${value}`)
  return [
    `decision  ${effect} for ${judged.operation}, ${id ?? 'without an id'}${facts.length === 0 ? '' : `, knowing ${facts.join(', ')}`}`,
    ...statements.map(({ code, words }) => `          ${code}${words === undefined ? '' : `: ${words}`}`),
  ]
}
