// The DaVinci flow that PingOne runs when the approval client starts CIBA: find the person, send them a link, make sure
// who opens it, show what there is to approve, and end the request as they decide.

import type { ApprovalAuthentication, Settings } from '../../settings.ts'
import type { DesiredObject } from '../desired-object.ts'
import { owned, ownedName } from '../ownership.ts'
import { describeConnectors } from './connectors.ts'
import { decide } from './decide.ts'
import { describeForm } from './forms.ts'
import { graphData, joinParts } from './graph.ts'
import { lookUp } from './look-up.ts'
import { linkNodes, sendLink } from './send-link.ts'
import { passkey } from './sign-in/passkey.ts'
import { password } from './sign-in/password.ts'
import { push } from './sign-in/push.ts'
import type { SignIn } from './sign-in.ts'

const signIns: Record<ApprovalAuthentication, SignIn> = { password, passkey, push }

/** What DaVinci itself gives a new flow: its pages load their scripts from these hosts and run inline ones. */
const contentSecurityPolicy =
  "worker-src 'self' blob:; script-src 'self' https://cdn.jsdelivr.net https://code.jquery.com https://devsdk.singularkey.com http://cdnjs.cloudflare.com 'unsafe-inline' 'unsafe-eval';"

/** @param options.issuer where PingOne serves its pages: its host is the origin of a passkey */
export function describeApprovalFlow(options: {
  approval: Settings['approval']
  issuer: string
}): DesiredObject[] {
  const signIn = signIns[options.approval.authentication]
  const flow = joinParts([
    lookUp(linkNodes),
    sendLink(signIn.entry),
    signIn.part('decideform', { origin: new URL(options.issuer).origin }),
    decide(signIn.method),
  ])
  const trigger = { type: 'AUTHENTICATION', subtype: 'CIBA' }
  return [
    ...flow.forms.map(describeForm),
    ...describeConnectors(new Set([...flow.nodes.map(({ connector }) => connector), 'notes'])),
    {
      key: 'flow.approval',
      kind: 'flow',
      name: 'MyHotels Booking Approval',
      need: 'approvals',
      wanted: {
        name: 'MyHotels Booking Approval',
        description: owned('Asks a person by email to approve or decline a booking.'),
        graphData: graphData(flow, 'MyHotels: asks a person by email to approve a booking (CIBA)'),
        // 2 keeps what people type out of DaVinci's log; 3 would not.
        settings: { csp: contentSecurityPolicy, logLevel: 2, cibaFlow: true },
        trigger,
      },
    },
    {
      key: 'davinciApplication.myHotels',
      kind: 'davinciApplication',
      name: ownedName('MyHotels'),
      need: 'approvals',
      wanted: { name: ownedName('MyHotels') },
    },
    {
      key: 'flowPolicy.approval',
      kind: 'flowPolicy',
      parent: 'davinciApplication.myHotels',
      name: 'MyHotels Booking Approval',
      need: 'approvals',
      wanted: {
        name: 'MyHotels Booking Approval',
        status: 'enabled',
        // -1 is the latest deployed version.
        flowDistributions: [{ id: { $ref: 'flow.approval' }, version: -1, weight: 100 }],
        trigger,
      },
    },
    {
      key: 'flowPolicyAssignment.approval',
      kind: 'flowPolicyAssignment',
      parent: 'application.approval',
      name: 'MyHotels Booking Approval for the approval client',
      need: 'approvals',
      wanted: { flowPolicy: { id: { $ref: 'flowPolicy.approval' } }, priority: 1 },
    },
  ]
}
