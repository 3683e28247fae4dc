// Faults that a programmer could make. Each is made in a copy of the code, and the schedules are played against the
// copy: a fault that no schedule notices is a gap in the model.
import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

type Edit = { file: string; find: string; replace: string }
export type Mutant = { name: string; edits: Edit[] }

const approvals = 'lambdas/mcp/approval/approvals.ts'
const collect = 'lambdas/mcp/approval/steps/collect-approval.ts'
const confirm = 'lambdas/mcp/approval/steps/confirm-booking.ts'
const request = 'lambdas/mcp/approval/steps/request-approval.ts'
const close = 'lambdas/mcp/approval/steps/close-booking.ts'
const create = 'lambdas/hotel-api/booking/create-intent.ts'

const mutant = (name: string, ...edits: [file: string, find: string, replace: string][]): Mutant => ({
  name,
  edits: edits.map(([file, find, replace]) => ({ file, find, replace })),
})

export const mutants: readonly Mutant[] = [
  mutant(
    'an intent is written without its condition',
    [
      'lambdas/hotel-api/booking/record-transition.ts',
      "'#status = :status AND #version = :version'",
      "'(#status = :status OR attribute_exists(#status)) AND (#version = :version OR attribute_exists(#version))'",
    ],
    [
      'lambdas/hotel-api/booking/record-transition.ts',
      "'#status = :status AND #version = :version AND expiresAt > :now'",
      "'(#status = :status OR attribute_exists(#status)) AND (#version = :version OR attribute_exists(#version)) AND expiresAt > :now'",
    ],
  ),
  mutant('a booking is confirmed at once although policy asks for approval', [
    create,
    'permit.approvalRequired || approvalRequired',
    'permit.approvalRequired && approvalRequired && transactionId === ""',
  ]),
  mutant('the hotel API takes its caller’s word that no approval is needed', [
    create,
    'permit.approvalRequired || approvalRequired',
    'approvalRequired',
  ]),
  mutant('a booking is made without asking the policy', [
    create,
    'return await decideBooking(decide, {',
    'return ((_decide: unknown, _question: unknown) => ({ approvalRequired: quote.totalPriceCents >= 20_000, verdict: { id: undefined, effect: "PERMIT", statements: [], judged: { resource: "", parameters: {} } } }) as unknown as Permit)(decideBooking, {',
  ]),
  mutant('policy is not asked again before a confirmation', [
    'lambdas/hotel-api/booking/confirm-intent.ts',
    'const verdict = await judgeAgain(current, token, correlationId)',
    'void judgeAgain; const verdict: Verdict = { id: undefined, effect: "PERMIT", statements: [], judged: { resource: "", parameters: {} } }',
  ]),
  mutant('a refusal at the confirmation is not heeded', [
    'lambdas/hotel-api/booking/confirm-intent.ts',
    'if (!(refusal instanceof DecisionDeniedError)) throw refusal',
    'if (!(refusal instanceof DecisionDeniedError)) throw refusal\n      if (intent.version === 1) return refusal.verdict',
  ]),
  mutant('a stay that is asked for again is another booking', [
    'lambdas/hotel-api/person/place-stay.ts',
    'const overlapping = stays.filter((stay) => overlaps(stay, wanted))',
    'const overlapping = stays.filter((stay) => overlaps(stay, wanted) && stay.expiresAt < 0)',
  ]),
  mutant('what a person holds is written without its condition', [
    'lambdas/hotel-api/person/person.ts',
    "expression: '#version = :version',",
    "expression: '#version = :version OR attribute_exists(#version)',",
  ]),
  mutant('what was booked without an approval is not counted', [
    'lambdas/hotel-api/person/person.ts',
    'const unapproved = person.unapproved.filter(({ at }) => at > now - day)',
    'const unapproved = person.unapproved.filter(({ at }) => at > now)',
  ]),
  mutant('a confirmation forgets that the stay is taken', [
    'lambdas/hotel-api/person/person.ts',
    "? { ...stay, status: 'confirmed', confirmationCode: to.confirmationCode }",
    "? { ...stay, hotelId: '', status: 'confirmed', confirmationCode: to.confirmationCode }",
  ]),
  mutant('there is no limit to what waits for a person', [
    'lambdas/hotel-api/person/person.ts',
    "person.stays.filter(({ status, expiresAt }) => status === 'pending' && expiresAt > now).length +",
    "person.stays.filter(({ status, expiresAt }) => status === 'confirmed' && expiresAt > now).length +",
  ]),
  mutant('a decline is forgotten', [
    'lambdas/hotel-api/person/person.ts',
    'replacedUntil: [], declinedAt: to.closedAt }',
    'replacedUntil: [] }',
  ]),
  mutant('the sum without approvals leaves out the booking that is asked for', [
    'lambdas/hotel-api/person/person.ts',
    'unapproved.reduce((sum, { cents }) => sum + cents, quote.totalPriceCents)',
    'unapproved.reduce((sum, { cents }) => sum + cents, 0 * quote.totalPriceCents)',
  ]),
  mutant('what is booked without an approval is not recorded', [
    'lambdas/hotel-api/person/person.ts',
    '? [...person.unapproved, { at: intent.confirmedAt, cents: quote.totalPriceCents }]',
    '? [...person.unapproved]',
  ]),
  mutant('the hotel API does not say what it counts of the person', [
    'lambdas/hotel-api/decision/decide-booking.ts',
    '...(limits === undefined ? {} : { person: limits.person }),',
    '...(limits === undefined ? {} : { person: { openApprovals: 0, secondsSinceDecline: 86_400, unapprovedTotal: 0 } }),',
  ]),
  mutant('a denial in the conversation withdraws nothing', [
    'lambdas/mcp/booking/prepare-booking.ts',
    'if (transactionId !== undefined) await approvals.withdraw(transactionId)',
    'if (transactionId === "") await approvals.withdraw(transactionId)',
  ]),
  mutant('the same form again is another booking', [
    'lambdas/hotel-api/booking/create-intent.ts',
    'key === undefined ? newId() : transactionIdFor(await storage.trail.key(), owner, key)',
    'key === undefined || transactionIdFor(await storage.trail.key(), owner, key) ? newId() : ""',
  ]),
  mutant('a mail that did not go out counts as a question', [
    'lambdas/mcp/approval/ciba.ts',
    '  emailNotSent,\n])',
    '])',
  ]),
  mutant('a mail that did not go out is a refusal', [
    'lambdas/mcp/approval/ciba.ts',
    "  'access_denied',\n  'unknown_user_id',",
    "  'access_denied',\n  'notification_failure',\n  'unknown_user_id',",
  ]),
  mutant('an inactive token is taken for a good one', [
    'lambdas/decision/decide.ts',
    "if (answer.decision !== 'PERMIT') {",
    "if (answer.decision !== 'PERMIT' && !answer.statements.some(({ code }) => code === inactiveToken)) {",
  ]),
  mutant('a request that nobody answered is sent again', [
    request,
    'if (approval.requests > 1) return',
    'if (approval.requests > 9) return',
  ]),
  mutant('what PingOne may have heard is taken for unsaid', [
    'lambdas/mcp/approval/ciba.ts',
    "kind: body.isSent ? 'unknown' : 'failed'",
    "kind: body.isSent ? 'failed' : 'failed'",
  ]),
  mutant('the quote of another person is accepted', [
    'lambdas/hotel-api/quoting/checks/owner.ts',
    'quote.owner === person',
    "quote.owner !== '' || person",
  ]),
  mutant(
    'a quote makes two bookings',
    [
      'lambdas/hotel-api/quoting/consume-quote.ts',
      'const checks = [offeredToPerson, unusedByOthers, withinLifetime]',
      'const checks = [offeredToPerson, withinLifetime]; void unusedByOthers',
    ],
    ['lambdas/hotel-api/quoting/consume-quote.ts', ' AND attribute_not_exists(consumedBy)', ''],
  ),
  mutant(
    'the lease is skipped',
    [
      approvals,
      'return (await table.replace(approval, held)) ? held : undefined',
      'await table.replace(approval, held)\n    return held',
    ],
    [
      approvals,
      'clock() >= approval.leasedUntil && clock() >= approval.nextStepAt',
      'clock() >= approval.nextStepAt',
    ],
  ),
  mutant('approvals are written without their condition', [
    'lambdas/mcp/approval/approval-table.ts',
    "'#status = :status AND #version = :version'",
    "'(#status = :status OR attribute_exists(#status)) AND (#version = :version OR attribute_exists(#version))'",
  ]),
  mutant('slow_down slows the next poll only', [collect, 'request: { ...request, interval },', 'request,']),
  mutant('a poll that fails hides a slow_down', [
    collect,
    'update: { ...update, request: { ...request, interval } }',
    'update: { ...update, nextStepAt: nextPollAt(now, request.interval) }',
  ]),
  mutant('polls follow each other at once', [
    'lambdas/mcp/approval/pace.ts',
    'now + interval * second + clockDifference',
    'now + interval + second - clockDifference',
  ]),
  mutant('a crash hides a slow_down', [
    approvals,
    '(approval.leasedUntil === 0 ? 0 : 5)',
    '0 * approval.leasedUntil',
  ]),
  mutant(
    'PingOne is asked before the workflow runs',
    [approvals, "if (known?.status === 'starting') await dependencies.startWorkflow?.(transactionId)", ''],
    [
      approvals,
      'await run(approval, { ...dependencies, startWorkflow: undefined })',
      'await run(approval, { ...dependencies, startWorkflow: undefined }).then(async (it) => { await dependencies.startWorkflow?.(transactionId); return it })',
    ],
    [request, 'await startWorkflow?.(approval.transactionId)', 'void startWorkflow'],
  ),
  mutant('an approval is used before it is recorded', [
    collect,
    'const sealedToken = await seal.seal(token, transactionId)',
    "if (transactionId) throw new Error('later')\n    const sealedToken = await seal.seal(token, transactionId)",
  ]),
  mutant('the seal is not bound to its transaction, and forgets it', [
    'lambdas/mcp/approval/seal.ts',
    'CiphertextBlob: Buffer.from(sealed.key',
    'CiphertextBlob: Buffer.from(sealed.iv',
  ]),
  mutant('the token is kept after it was used', [
    'lambdas/mcp/approval/approval.ts',
    '...{ failures: 0, nextStepAt: 0, leasedUntil: 0 },',
    "...{ failures: 0, nextStepAt: 0, leasedUntil: 0 },\n    ...('sealedToken' in approval ? { sealedToken: approval.sealedToken } : {}),",
  ]),
  mutant('the token is stored in clear', [
    'lambdas/mcp/approval/seal.ts',
    'ciphertext: base64(ciphertext),',
    'ciphertext: token + base64(ciphertext).slice(0, 0),',
  ]),
  mutant('an unanswered poll is taken for an expiry', [
    collect,
    "return { kind: 'update', update: { ...update, request: { ...request, interval } } }",
    "void update; return close(dependencies, 'expired')",
  ]),
  mutant('a hotel API that is away ends the booking', [
    confirm,
    'if (!(error instanceof HotelApiProblemError)) return again(approval, dependencies, error)',
    "if (!(error instanceof HotelApiProblemError)) return close(dependencies, 'cancelled')",
  ]),
  mutant('a denial is not told to the hotels', [
    close,
    'const intent = await intents.close(transactionId, outcome, { token, correlationId })',
    'void token; void correlationId; const intent = { status: outcome as string as "denied" | "pending" }; void intents; void transactionId',
  ]),
  mutant('finalize_booking does not look whose booking it is', [
    'lambdas/mcp/booking/finalize-booking.ts',
    'if (approval.subject === caller.subject) return',
    'if (approval.subject || caller) return',
  ]),
  mutant('the hotel API does not look whose booking it is', [
    'lambdas/hotel-api/booking/checks/owner.ts',
    'intent.owner === person ?',
    'intent.owner !== "" || person ?',
  ]),
  mutant('the exchanged token confirms what needs an approval', [
    'lambdas/hotel-api/booking/confirm-intent.ts',
    'if (refusal !== undefined) throw new ApprovalRequiredError',
    'if (refusal !== undefined && token.scopes.size > 1) throw new ApprovalRequiredError',
  ]),
  mutant(
    'an approval token is used again for another booking',
    [
      'lambdas/hotel-api/authority/tokens.ts',
      '  approvedExactly(intent),\n',
      '  ...(intent.transactionId === "" ? [approvedExactly(intent)] : []),\n',
    ],
    [
      'lambdas/hotel-api/booking/consume-approval.ts',
      'result.existing?.transactionId !== transactionId',
      'result.existing?.transactionId === ""',
    ],
  ),
  mutant('anybody may close a booking', [
    'lambdas/hotel-api/booking/close-intent.ts',
    'requireAll(checks, await readAccessToken(request, verify))',
    'void requireAll; void checks; await readAccessToken(request, verify)',
  ]),
  mutant(
    'an expired booking can still be confirmed',
    [
      'lambdas/hotel-api/booking/life-cycle.ts',
      "if (intent.status !== 'pending' || now < intent.expiresAt) return intent",
      "if (intent.status !== 'pending' || now < intent.expiresAt || intent.version > 0) return intent",
    ],
    [
      'lambdas/hotel-api/booking/record-transition.ts',
      'AND expiresAt > :now',
      'AND (expiresAt > :now OR expiresAt <= :now)',
    ],
  ),
  mutant('an expiry is told before it is written', [
    'lambdas/hotel-api/booking/settle-expiry.ts',
    'const result = await recordTransition(storage, intent, due,',
    'const result = storage ? due : await recordTransition(storage, intent, due,',
  ]),
  mutant('the workflow gives up after a failed look', [
    'lib/approval-workflow.ts',
    "advance.addCatch(later, { errors: ['States.ALL'], resultPath: JsonPath.DISCARD })",
    'void JsonPath.DISCARD',
  ]),
  mutant('the workflow looks once', ['lib/approval-workflow.ts', 'wait.next(advance)', 'void wait']),
  mutant('a booking is called ended before the hotels have said so', [
    'lambdas/mcp/booking/booking-output.ts',
    '  if (isTerminal(approval)) {',
    "  if (approval.status === 'approved') {\n    return answer({ ...booking, status: 'confirmed', message: '' })\n  }\n  if (isTerminal(approval)) {",
  ]),
]

const root = fileURLToPath(new URL('../..', import.meta.url))
const parts = [
  'bin',
  'lambdas',
  'lib',
  'local/cloud',
  'test/model',
  'test/oauth',
  'package.json',
  'tsconfig.json',
]

export type Verdict = 'caught' | 'missed' | 'broken'

/** Plays up to `schedules` schedules against a copy of the code with the fault in it. */
export async function tryMutant(
  mutant: Mutant,
  options: { schedules: number; seed: number },
): Promise<{ verdict: Verdict; detail: string }> {
  const copy = mkdtempSync(join(tmpdir(), 'myhotels-mutant-'))
  try {
    for (const part of parts) cpSync(join(root, part), join(copy, part), { recursive: true })
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
    for (const edit of mutant.edits) apply(copy, edit)
    const { status, output } = await play(copy, options)
    const found = /violations (\d)/.exec(output)?.[1]
    if (found === '0' && status === 0) return { verdict: 'missed', detail: `${options.schedules} schedules` }
    if (found === '1') return { verdict: 'caught', detail: summary(output) }
    return { verdict: 'broken', detail: output.slice(0, 2000) }
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

function apply(copy: string, { file, find, replace }: Edit): void {
  const path = join(copy, file)
  const source = readFileSync(path, 'utf8')
  if (source.split(find).length !== 2) throw new Error(`${file} does not hold exactly once: ${find}`)
  writeFileSync(
    path,
    source.replace(find, () => replace),
  )
}

function summary(output: string): string {
  const schedules = /schedules (\d+)/.exec(output)?.[1]
  const invariant = /^(\w+): /m.exec(output)?.[1]
  return `${invariant} after ${schedules} schedules`
}

function play(
  directory: string,
  { schedules, seed }: { schedules: number; seed: number },
): Promise<{ status: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      ['test/model/soak.ts', '--schedules', String(schedules), '--seed', String(seed), '--processes', '1'],
      { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] },
    )
    let output = ''
    child.stdout.on('data', (chunk) => {
      output += chunk
    })
    child.stderr.on('data', (chunk) => {
      output += chunk
    })
    child.on('error', reject)
    child.on('close', (status) => resolve({ status, output }))
  })
}
