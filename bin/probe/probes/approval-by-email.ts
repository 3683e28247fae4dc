import { brief, claimsOf, text } from '../answer.ts'
import { askedAbout, askForApproval } from '../ask-for-approval.ts'
import type { Probe } from '../probe.ts'

export const approvalByEmail: Probe = {
  id: 'approval-by-email',
  about: 'PingOne',
  asks: 'Does a person who opens the email, signs in and approves yield a token that says what they saw?',
  expects:
    'The email arrives, the page asks for the password, and the access token carries each parameter and `approval_amr` (`accessTokenClaims`).',
  otherwise: {
    means:
      'No booking that needs approval can be confirmed. Trial tenants cannot send an email of one’s own: `notification_failure`.',
    change: '`lambdas/identity/desired-state/approval-flow`, or a sender of one’s own in the console.',
  },
  needsPerson: true,
  async ask(tools) {
    const { end } = await askForApproval(tools, {
      instruction: 'Open its link, sign in, and approve. Nothing is booked.',
    })
    const answer = await end()
    tools.record('answer', answer)
    const value = text(answer, 'access_token')
    if (value === '') return { asExpected: false, saw: brief(answer) }
    tools.record('token', { token: value })
    const claims = claimsOf({ token: value })
    const missing = Object.entries(askedAbout)
      .filter(([name, asked]) => claims[name] !== asked)
      .map(([name]) => name)
    if (typeof claims.approval_amr !== 'string') missing.push('approval_amr' as never)
    return {
      asExpected: missing.length === 0,
      saw:
        missing.length === 0
          ? 'approved, and every claim is there'
          : `approved, without ${missing.join(', ')}`,
    }
  },
}
