// The policies: who may call which tool, and what a booking's amount leads to. One tree, closed at its end.
import type { Settings } from '../settings.ts'
import { type DesiredObject, ref, text, type Wanted } from './desired-object.ts'
import { names, operations, tools } from './names.ts'
import { owned, ownershipMark } from './ownership.ts'

type Comparator =
  | 'EQUALS'
  | 'CONTAINS'
  | 'GREATER_THAN'
  | 'GREATER_THAN_OR_EQUAL'
  | 'LESSER_THAN'
  | 'LESSER_THAN_OR_EQUAL'
  | 'REGULAR_EXPRESSION'
type Node = { [member: string]: Wanted }

const attribute = (fullName: string) => ({
  type: 'ATTRIBUTE',
  id: ref(`authorize.attribute.MyHotels.${fullName}`),
})
const compare = (fullName: string, comparator: Comparator, value: Wanted): Node => ({
  type: 'COMPARISON',
  left: attribute(fullName),
  comparator,
  right: { type: 'CONSTANT', value },
})
const all = (...conditions: Node[]): Node => ({ type: 'AND', conditions })
const any = (...conditions: Node[]): Node => ({ type: 'OR', conditions })

const statement = (key: string) => ({ id: ref(`authorize.statement.${key}`) })

const rule = (name: string, effect: Node, more: Node = {}): Node => ({
  type: 'RULE',
  name,
  enabled: true,
  effectSettings: effect,
  ...more,
})
const permit = { type: 'UNCONDITIONAL_PERMIT' }
const deny = { type: 'UNCONDITIONAL_DENY' }
const permitOnlyIf = (condition: Node): Node => ({ type: 'CONDITIONAL_PERMIT_ELSE_DENY', condition })

const policy = (name: string, algorithm: string, condition: Node, children: Node[]): Node => ({
  type: 'POLICY',
  name,
  enabled: true,
  condition,
  combiningAlgorithm: { algorithm },
  children,
})

const on = (resource: string) => compare('resource', 'EQUALS', resource)

export function describePolicies(settings: Settings): DesiredObject[] {
  const { audiences, scopes } = settings
  const { approvalFrom, refusedAbove, currency, dailyApprovalFrom, openApprovals, pauseAfterDeclineSeconds } =
    settings.policy

  /** What is demanded of every person's token. All must hold: one denial overrides. */
  const tokenIsGood = (
    token: 'token' | 'apiToken',
    demands: { actors: [Wanted, Wanted?]; audience: string; scope: string },
  ): Node[] => {
    const [actor, actorBefore] = demands.actors
    return [
      // First: a token that does not stand has no claims, and would fail as the token of a stranger.
      rule('The token is active', permitOnlyIf(compare(`${token}.active`, 'EQUALS', 'true')), {
        statements: [statement('inactiveToken')],
      }),
      rule('The person is in the group', permitOnlyIf(compare(`${token}.groups`, 'CONTAINS', names.group)), {
        statements: [statement('notAMember')],
      }),
      rule('The expected client acts', permitOnlyIf(compare(`${token}.actor`, 'EQUALS', actor))),
      ...(actorBefore === undefined
        ? []
        : [
            rule(
              'It acts through the connected host',
              permitOnlyIf(compare(`${token}.actorBefore`, 'EQUALS', actorBefore)),
            ),
          ]),
      rule(
        'The token is meant for this server',
        permitOnlyIf(compare(`${token}.audience`, 'CONTAINS', demands.audience)),
      ),
      rule(
        'The token has the scope',
        permitOnlyIf(compare(`${token}.scope`, 'REGULAR_EXPRESSION', oneOf(demands.scope))),
      ),
    ]
  }
  const hostToken = (scope: string) =>
    tokenIsGood('token', { actors: [ref('application.connector')], audience: audiences.mcp, scope })
  const exchangedToken = tokenIsGood('apiToken', {
    actors: [ref('application.exchange'), ref('application.connector')],
    audience: audiences.hotelApi,
    scope: scopes.hotelApi.book,
  })
  const approvalToken = tokenIsGood('apiToken', {
    actors: [ref('application.approval')],
    audience: audiences.hotelApi,
    scope: scopes.hotelApi.book,
  })

  const amountRules: Node[] = [
    rule(
      `The price is in ${currency} and above zero`,
      permitOnlyIf(
        all(
          compare('parameters.currency', 'EQUALS', currency),
          compare('parameters.totalPrice', 'GREATER_THAN', '0'),
        ),
      ),
    ),
    rule(`Above ${refusedAbove}`, deny, {
      condition: compare('parameters.totalPrice', 'GREATER_THAN', String(refusedAbove)),
      statements: [statement('tooExpensive')],
    }),
    rule(`From ${approvalFrom} to ${refusedAbove}`, permit, {
      condition: all(
        compare('parameters.totalPrice', 'GREATER_THAN_OR_EQUAL', String(approvalFrom)),
        compare('parameters.totalPrice', 'LESSER_THAN_OR_EQUAL', String(refusedAbove)),
      ),
      statements: [statement('approval')],
    }),
    rule(`Below ${approvalFrom}`, permit, {
      condition: compare('parameters.totalPrice', 'LESSER_THAN', String(approvalFrom)),
    }),
  ]

  const sumIsReached = compare('person.unapprovedTotal', 'GREATER_THAN_OR_EQUAL', String(dailyApprovalFrom))
  const asksThePerson = any(
    compare('parameters.totalPrice', 'GREATER_THAN_OR_EQUAL', String(approvalFrom)),
    sumIsReached,
    compare('parameters.approvalRequired', 'EQUALS', 'true'),
  )
  /** What one person may be asked, and may book unasked. The hotel API counts; the numbers are here. */
  const personRules: Node[] = [
    rule(
      `From ${dailyApprovalFrom} within 24 hours`,
      permit,
      // Above the single amount the words of that are the better ones.
      {
        condition: all(sumIsReached, compare('parameters.totalPrice', 'LESSER_THAN', String(approvalFrom))),
        statements: [statement('approvalOfSum')],
      },
    ),
    rule(`${openApprovals} questions are open`, deny, {
      condition: all(
        asksThePerson,
        compare('person.openApprovals', 'GREATER_THAN_OR_EQUAL', String(openApprovals)),
      ),
      statements: [statement('tooManyOpen')],
    }),
    rule('The person has just declined', deny, {
      condition: all(
        asksThePerson,
        compare('person.secondsSinceDecline', 'LESSER_THAN', String(pauseAfterDeclineSeconds)),
      ),
      statements: [statement('declinedLately')],
    }),
  ]

  return [
    statementObject('approval', 'MyHotels Approval', {
      code: 'USER-AZ-REQUIRED',
      description: owned('The person must approve the booking on another device.'),
      appliesTo: 'PERMIT',
      payload: text`Bookings from ${approvalFrom} ${currency} need your approval on another device: this one is {{${ref('authorize.attribute.MyHotels.parameters.totalPrice')}}} ${currency}.`,
      obligatory: true,
      attributes: [{ id: ref('authorize.attribute.MyHotels.parameters.totalPrice') }],
    }),
    statementObject('approvalOfSum', 'MyHotels Approval Of The Sum', {
      code: 'USER-AZ-REQUIRED',
      description: owned('What was booked without approval within 24 hours has reached the sum.'),
      appliesTo: 'PERMIT',
      payload: text`From ${dailyApprovalFrom} ${currency} within 24 hours each booking needs your approval on another device: with this one it is {{${ref('authorize.attribute.MyHotels.person.unapprovedTotal')}}} ${currency}.`,
      obligatory: true,
      attributes: [{ id: ref('authorize.attribute.MyHotels.person.unapprovedTotal') }],
    }),
    statementObject('tooManyOpen', 'MyHotels Too Many Open Approvals', {
      code: 'DENIED-REASON',
      description: owned('Why nobody is asked about more bookings than they can keep apart.'),
      appliesTo: 'DENY',
      payload: `You have already been asked about ${openApprovals} bookings that you have not answered. Approve or decline them on your other device, or wait until they expire, and ask for this one then.`,
      obligatory: false,
      attributes: [],
    }),
    statementObject('declinedLately', 'MyHotels Declined Lately', {
      code: 'DENIED-REASON',
      description: owned('Why somebody who has just said no is not asked again at once.'),
      appliesTo: 'DENY',
      payload: `You have just declined a booking, so you are asked for no other approval for ${duration(pauseAfterDeclineSeconds)}. If you want this booking, ask for it after that.`,
      obligatory: false,
      attributes: [],
    }),
    statementObject('tooExpensive', 'MyHotels Amount Refused', {
      code: 'DENIED-REASON',
      description: owned('Why a booking above the highest amount is refused.'),
      appliesTo: 'DENY',
      payload: `Bookings above ${refusedAbove} ${currency} cannot be made from a conversation. Choose fewer nights or a less expensive hotel.`,
      obligatory: false,
      attributes: [],
    }),
    statementObject('notAMember', 'MyHotels Not A Member', {
      code: 'DENIED-REASON',
      description: owned('Why a person who is not in the group is refused.'),
      appliesTo: 'DENY',
      payload: `Your account may not use MyHotels through an assistant. Ask your administrator for the group "${names.group}".`,
      obligatory: false,
      attributes: [],
    }),
    statementObject('inactiveToken', 'MyHotels Inactive Token', {
      code: 'INVALID-TOKEN',
      description: owned(
        'The token is expired or revoked, or its person is gone: the host must sign in again.',
      ),
      appliesTo: 'DENY',
      payload: 'Your sign-in is no longer valid. Sign in again.',
      obligatory: false,
      attributes: [],
    }),
    {
      key: 'authorize.policy',
      kind: 'policy',
      name: 'MyHotels',
      need: 'authorizeEditor',
      wanted: {
        type: 'POLICY',
        name: 'MyHotels',
        description: owned('Decides every tool call of the MCP server and every booking of the hotel API.'),
        enabled: true,
        combiningAlgorithm: { algorithm: 'FIRST_APPLICABLE' },
        children: [
          policy('MCP Server', 'FIRST_APPLICABLE', compare('service', 'EQUALS', names.services.mcp), [
            // First, because whatever looks at the token would ask introspection about no token at all.
            policy('Public Tools', 'FIRST_APPLICABLE', on(tools.search), [rule('Anyone may search', permit)]),
            policy(
              'Member Rates',
              'DENY_OVERRIDES',
              on(tools.memberRates),
              hostToken(scopes.mcp.memberRates),
            ),
            policy('Booking Initialization', 'DENY_OVERRIDES', on(tools.prepare), [
              ...hostToken(scopes.mcp.book),
              ...amountRules,
            ]),
            policy('Booking Finalize', 'DENY_OVERRIDES', on(tools.finalize), hostToken(scopes.mcp.book)),
            rule('Any other tool is denied', deny),
          ]),
          // The hotel API asks for itself: a booking is judged again where it is made, whatever its caller was told.
          policy('Hotel API', 'FIRST_APPLICABLE', compare('service', 'EQUALS', names.services.hotelApi), [
            policy('Booking Creation', 'DENY_OVERRIDES', on(operations.create), [
              ...exchangedToken,
              ...amountRules,
              ...personRules,
            ]),
            policy('Booking Confirmation', 'DENY_OVERRIDES', on(operations.confirm), [
              ...approvalToken,
              ...amountRules,
            ]),
            rule('Any other operation is denied', deny),
          ]),
          rule('Any other service is denied', deny),
        ],
      },
    },
    {
      key: 'taggedVersion',
      kind: 'taggedVersion',
      name: 'version tag',
      need: 'authorizeEditor',
      wanted: { tag: { description: text`MyHotels ${{ $digest: 'authorize.' }}. ${ownershipMark}.` } },
    },
  ]
}

const duration = (seconds: number): string =>
  seconds % 60 === 0 ? `${seconds / 60} minutes` : `${seconds} seconds`

/** A pattern for a scope among others that are separated by spaces, whether all of the text must match or a part. */
function oneOf(scope: string): string {
  return `^(.* )?${scope.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}( .*)?$`
}

function statementObject(key: string, name: string, members: Node): DesiredObject {
  return {
    key: `authorize.statement.${key}`,
    kind: 'statement',
    name,
    need: 'authorizeEditor',
    // PATH_MATCHES: the words go out only when the whole way up to the root came to the same decision.
    wanted: { name, appliesIf: 'PATH_MATCHES', ...members },
  }
}
