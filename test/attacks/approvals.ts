import { claim, type Forgery } from './forgeries.ts'
import type { Kind, Row } from './row.ts'
import { kitsOf } from './world/kits.ts'

const unsaid = 'an approval that does not say what was displayed'

/** Each thing that the person saw: another value, its check, and how it would read. */
const displayed: [name: string, what: string, other: string, check: string][] = [
  [
    'transaction_id',
    'transaction',
    '11111111-1111-8111-8111-111111111111',
    'approval of another transaction',
  ],
  ['hotel_id', 'hotel’s id', 'florence-foresteria-del-forno', 'approval of another hotel'],
  ['hotel_name', 'hotel’s name', 'Foresteria del Forno', 'approval of another hotel'],
  ['city', 'city', 'Rome', 'approval of another hotel'],
  ['check_in', 'day of arrival', '2027-01-01', 'approval of other dates'],
  ['check_out', 'day of departure', '2027-01-30', 'approval of other dates'],
  ['nights', 'number of nights', '9', 'approval of another number of nights'],
  ['amount', 'amount', '23.50', 'approval of another amount'],
  ['currency', 'currency', 'JPY', 'approval in another currency'],
]

/** Approvals of something else: which check of the confirmation refuses each. */
export const otherApprovals: readonly Forgery[] = [
  ...displayed.flatMap(([name, what, other, check]) => [
    claim(name, `another ${what}`, other, check),
    claim(name, `a ${what}`, undefined, unsaid),
    claim(name, `a number as its ${what}`, 1, unsaid),
  ]),
  claim('amount', 'the amount without its cents', '235', 'approval of another amount'),
  claim('amount', 'the amount in other writing', '235,00', 'approval of another amount'),
  claim('currency', 'the currency in small letters', 'eur', 'approval in another currency'),
  claim('approval_amr', 'how the person was authenticated', undefined, 'approved without authentication'),
  claim('approval_amr', 'another way of authentication', 'otp', 'approved without authentication'),
  claim('approval_amr', 'a list as the way of authentication', ['pwd'], 'approved without authentication'),
  claim('client_id', 'another client', 'another', 'issued to another client'),
  claim('act', 'an actor', undefined, 'another actor chain'),
  claim('act', 'another actor', { sub: 'another' }, 'another actor chain'),
  {
    what: 'with an actor behind the approval client',
    because: 'a longer actor chain',
    token: ({ claims, forge }) =>
      forge({ ...claims, act: { ...(claims.act as { sub: string }), act: { sub: 'behind' } } }),
  },
  claim('jti', 'an id', undefined, 'no jti'),
]

const confirmWith = ({ what, because, token }: Forgery): Row => ({
  tries: `confirms with an approval ${what}`,
  stoppedBy: `403 approval_required: ${because}; the booking is pending`,
  async attack(world) {
    const { approval, intent } = await kitsOf(world)
    return world.tellWith(
      await world.confirm(intent.transactionId, await token(approval)),
      intent.transactionId,
    )
  },
})

export const approvals: Kind = { kind: 'approvals', rows: otherApprovals.map(confirmWith) }
