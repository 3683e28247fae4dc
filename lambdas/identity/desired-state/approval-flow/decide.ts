// The question itself: what the person sees, and how the request ends with what they decide.
import { ref } from '../desired-object.ts'
import { button, errors, type Form, heading, list, words } from './forms.ts'
import type { FlowNode, FlowPart } from './graph.ts'
import { ofPerson } from './look-up.ts'
import { slateParameter, slateText } from './slate.ts'
import { authenticationClaim, shownParameters, transactionParameters } from './transaction.ts'

const booking = list({
  Hotel: '{{hotel_name}}, {{city}}',
  'Check-in': '{{check_in}}',
  'Check-out': '{{check_out}} ({{nights}} nights)',
  Total: '{{amount}} {{currency}}',
  Code: '{{binding_message}}',
})

const question: Form = {
  key: 'decide',
  name: 'MyHotels Booking Approval',
  description: 'Shows what there is to approve.',
  fields: [
    heading('Approve this booking?'),
    booking,
    words('The code must be the one in your conversation. If it is another, decline.'),
    errors,
    button('approve', 'Approve'),
    button('decline', 'Decline'),
  ],
}

const approved: Form = {
  key: 'approved',
  name: 'MyHotels Booking Approved',
  description: 'Says that the booking was approved.',
  fields: [
    heading('Approved'),
    booking,
    words('Your conversation goes on by itself. You can close this page.'),
  ],
}

/** The texts of a form that the request fills in. */
const shown = shownParameters.map((name) => ({ key: name, value: slateParameter(name) }))

const claim = (name: string, value: string, index: number) => ({
  name,
  value,
  type: 'string',
  // Only has to differ from row to row.
  key: (index + 1) / 100,
  label: `${name} (string - flowInstance)`,
})

/**
 * @param method how the person was authenticated before, as RFC 8176 names it
 * @returns the nodes from the form `decideform` on
 */
export function decide(method: string): FlowPart {
  return {
    forms: [question, approved],
    nodes: [
      {
        id: 'decideform',
        connector: 'forms',
        capability: 'showForm',
        title: 'Approve or decline',
        properties: { form: ref('form.decide'), formData: [], dynamicText: shown },
        outcomes: [
          { result: 'approve', label: 'Approve' },
          { result: 'decline', label: 'Decline' },
        ],
      },
      {
        id: 'isapproved',
        connector: 'authentication',
        capability: 'returnCibaSuccess',
        title: 'Approved',
        properties: {
          userId: ofPerson('id'),
          authenticationMethods: 'useCustomAuthenticationMethods',
          customAuthenticationMethods: slateText(method),
          overrideAuthState: true,
          // Minutes. Approving one booking is no reason to stay signed in for the 30 days that are the default.
          idleTimeout: 5,
          accessTokenClaims: [
            ...transactionParameters.map((name, index) => claim(name, slateParameter(name), index)),
            claim(authenticationClaim, slateText(method), transactionParameters.length),
          ],
        },
      },
      {
        id: 'showresult',
        connector: 'forms',
        capability: 'showForm',
        title: 'Say that it is approved',
        properties: { form: ref('form.approved'), formData: [], dynamicText: shown },
        outcomes: [],
      },
      declined,
      {
        id: 'showrefuse',
        connector: 'forms',
        capability: 'customMessage',
        title: 'Say that it is declined',
        properties: {
          message: slateText('You declined the booking. Nothing was booked. You can close this page.'),
        },
      },
    ],
    branches: [
      { from: 'decideform', outcome: 'approve', to: { isapproved: 'allTriggersTrue' } },
      { from: 'decideform', outcome: 'decline', to: { isdeclined: 'allTriggersTrue' } },
      { from: 'isapproved', to: { showresult: 'allTriggersTrue' } },
      { from: 'isdeclined', to: { showrefuse: 'allTriggersTrue' } },
    ],
  }
}

const declined: FlowNode = {
  id: 'isdeclined',
  connector: 'authentication',
  capability: 'returnCibaError',
  title: 'Declined',
  properties: { userId: ofPerson('id'), customErrorFlag: false, overrideAuthState: true },
}
