// Controls, and for each a row of the tables that goes through when the control is off.
import type { Edit } from './switch-off.ts'

export type Control = {
  /** Reads on from "without …". */
  control: string
  edits: readonly Edit[]
  /** What the row tries, as its table says it. */
  lets: string
}

const off = (
  control: string,
  lets: string,
  ...edits: [file: string, find: string, replace: string][]
): Control => ({
  control,
  lets,
  edits: edits.map(([file, find, replace]) => ({ file, find, replace })),
})

const verify = 'lambdas/oauth/verify-access-token.ts'
const tokens = 'lambdas/hotel-api/authority/tokens.ts'
const displayed = 'lambdas/hotel-api/authority/displayed/checks.ts'
const confirm = 'lambdas/hotel-api/booking/confirm-intent.ts'
const create = 'lambdas/hotel-api/booking/create-intent.ts'
const access = 'lambdas/mcp/access/checks.ts'

const presents = (what: string) => `presents to the hotel API a token ${what}`
const toMcp = (what: string) => `presents to the MCP server a token ${what}`
const confirms = (what: string) => `confirms with an approval ${what}`

/** Takes one check out of a list of them. */
const without = (control: string, lets: string, file: string, check: string): Control =>
  off(control, lets, [file, `  ${check},\n`, ''])

/** A check that is used under its name in several lists: it finds nothing any more. */
const blind = (control: string, lets: string, file: string, find: string, replace: string): Control =>
  off(control, lets, [file, find, replace])

export const controls: readonly Control[] = [
  off('the check of the issuer', presents('with another issuer'), [
    verify,
    '        issuer: options.issuer,\n',
    '',
  ]),
  off('the check of the audience', presents('with another audience'), [
    verify,
    '        audience: options.audience,\n',
    '',
  ]),
  off('the claims that must be there', presents('without an end'), [
    verify,
    "requiredClaims: ['exp', 'iat']",
    'requiredClaims: []',
  ]),
  off('the check of the end', presents('that has ended'), [
    verify,
    'new Date(options.clock())',
    'new Date(0)',
  ]),
  off('the check of the type', presents('with the type logout+jwt'), [
    verify,
    "type !== undefined && type !== 'at+jwt' && type !== 'jwt'",
    "type === '' && typ === ''",
  ]),
  off('the look for claims of other tokens', presents('with the claim nonce, as other tokens have it'), [
    verify,
    'foreignClaims.find((name) => payload[name] !== undefined)',
    "foreignClaims.find((name) => payload[name] === '')",
  ]),
  blind(
    'the check of the scope',
    presents('with the scope for member rates alone'),
    'lambdas/hotel-api/authority/scope.ts',
    'token.scopes.has(scope) ?',
    'token.scopes.size >= 0 ?',
  ),
  blind(
    'the check of the client',
    presents('with another client'),
    'lambdas/hotel-api/authority/client.ts',
    'token.clientId === clientId ?',
    "token.clientId !== '' || clientId ?",
  ),
  off('the check of the actor chain', presents('in which the two actors have changed places'), [
    'lambdas/hotel-api/authority/actor-chain.ts',
    'if (actor?.sub !== expected) return',
    "if (actor?.sub === expected && expected === '') return",
  ]),
  off('the check of the end of the actor chain', presents('with one more actor behind the host'), [
    'lambdas/hotel-api/authority/actor-chain.ts',
    'return actor === undefined ? undefined :',
    "return actor === undefined || actor.sub !== '' ? undefined :",
  ]),
  without(
    'the comparison of the transaction',
    confirms('with another transaction'),
    displayed,
    'sameTransaction',
  ),
  without(
    'the look at the age of an exchanged token',
    presents('that was exchanged more than five minutes ago, and has not ended'),
    tokens,
    'issuedLately(clock)',
  ),
  without('the comparison of the hotel', confirms('with another hotel’s name'), displayed, 'sameHotel'),
  without('the comparison of the dates', confirms('with another day of departure'), displayed, 'sameDates'),
  without('the comparison of the nights', confirms('with another number of nights'), displayed, 'sameNights'),
  without('the comparison of the amount', confirms('with another amount'), displayed, 'sameAmount'),
  without('the comparison of the currency', confirms('with another currency'), displayed, 'sameCurrency'),
  without(
    'the look at how the person was authenticated',
    confirms('without how the person was authenticated'),
    tokens,
    'authenticatedApproval(approvalAuthentication)',
  ),
  off(
    'the proof of an approval',
    'confirms a booking with the exchanged token',
    [
      confirm,
      'if (refusal !== undefined) throw new ApprovalRequiredError',
      "if (refusal !== undefined && token.value === '') throw new ApprovalRequiredError",
    ],
    // The record of a confirmation wants one, too.
    ['lambdas/hotel-api/audit/describe-approval.ts', '|| displayed === undefined', ''],
  ),
  off('the question to the policy before a booking', 'books above the limit with a token that it exchanged', [
    create,
    'await decideBooking(',
    'await (async (..._: unknown[]) => ({ approvalRequired: true, verdict: { effect: "PERMIT", statements: [], judged: {} } }))(',
  ]),
  off(
    'the question to the policy before a confirmation',
    'confirms with an approval given before leaving the group',
    [
      confirm,
      'if (!(refusal instanceof DecisionDeniedError)) throw refusal',
      'if (!(refusal instanceof DecisionDeniedError)) throw refusal\n      if (intent.version === 1) return refusal.verdict',
    ],
  ),
  off('the approval that the policy asks for', 'says nothing of an approval for a booking that needs one', [
    create,
    'permit.approvalRequired ||',
    "(permit.approvalRequired && person === '') ||",
  ]),
  off('the owner of a booking', 'reads somebody else’s booking', [
    'lambdas/hotel-api/booking/checks/owner.ts',
    'intent.owner === person ?',
    "intent.owner !== '' || person ?",
  ]),
  off('the owner of a quote', 'books from a quote that was made for somebody else', [
    'lambdas/hotel-api/quoting/checks/owner.ts',
    'quote.owner === person ?',
    "quote.owner !== '' || person ?",
  ]),
  off('the checks of the workflow’s token', 'closes a booking with the exchanged token', [
    'lambdas/hotel-api/booking/close-intent.ts',
    'requireAll(checks, await readAccessToken(request, verify))',
    'void requireAll; void checks; await readAccessToken(request, verify)',
  ]),
  off(
    'the closed state of a booking',
    'keeps an approval, and confirms with it after the booking was called off',
    [
      'lambdas/hotel-api/booking/checks/confirmable.ts',
      "if (intent.status === 'denied' || intent.status === 'cancelled')",
      "if (intent.status === 'denied' && intent.owner === '')",
    ],
  ),
  off('the strict form of a body', 'names the person whom the booking is for', [
    create,
    'export const intentRequestSchema = z.strictObject({',
    'export const intentRequestSchema = z.object({',
  ]),
  without('the refusal of wrong tokens', toMcp('that has ended'), access, 'refuseInvalidToken'),
  off('the sign-in for tools', 'calls a tool that needs sign-in without the host', [
    'lambdas/mcp/access/sign-in-for-tool.ts',
    "access === undefined || access.kind === 'public'",
    "access === undefined || access.kind !== ''",
  ]),
  off('the scope of a tool', 'books with a token for member rates alone', [
    'lambdas/mcp/access/scope-for-tool.ts',
    "access === undefined || access.kind === 'public'",
    "access === undefined || access.kind !== ''",
  ]),
  off('the check of the host’s client', toMcp('with another client'), [
    'lambdas/mcp/access/read-credential.ts',
    'token.clientId !== connectorClientId',
    "token.clientId === ''",
  ]),
  off('the check of the Origin', 'calls the server from a page elsewhere', [
    'lambdas/mcp/front-door/checks.ts',
    '  checkOrigin,\n',
    '',
  ]),
  off(
    'the refusal of batches',
    'sends the MCP server a batch, in which a protected call hides behind a public one',
    [
      'lambdas/mcp/front-door/read-body.ts',
      'if (Array.isArray(body)) {',
      'if (Array.isArray(body) && body.length === 0) {',
    ],
  ),
]
