// PingOne MFA sends a notification to the person's phone, where they confirm that it is them.
import { ref } from '../../desired-object.ts'
import { errors, type Form, heading, submit, words } from '../forms.ts'
import { joinParts } from '../graph.ts'
import type { SignIn } from '../sign-in.ts'
import { slateOutput, slateText } from '../slate.ts'
import { beginWithDevice, entry, ofDevice } from './begin-with-device.ts'
import { refuse } from './refuse.ts'

const form: Form = {
  key: 'push',
  name: 'MyHotels Approval Push',
  description: 'Waits for the person to confirm on their phone.',
  fields: [
    heading('Confirm on your phone'),
    words('A notification is on its way to your phone. Confirm there that it is you, then continue here.'),
    errors,
    submit('Continue'),
  ],
}

export const push: SignIn = {
  // Multiple-channel authentication: the answer comes by another way than the link.
  method: 'mca',
  entry,
  part: (next) =>
    joinParts([
      beginWithDevice('PUSH_CONFIRMATION_REQUIRED', 'phone', 'pushedform'),
      {
        forms: [form],
        nodes: [
          {
            id: 'pushedform',
            connector: 'forms',
            capability: 'showForm',
            title: 'Wait for the phone',
            properties: { form: ref('form.push'), formData: [], dynamicText: [] },
            outcomes: [{ result: 'submit', label: 'Continue' }],
          },
          {
            id: 'readanswer',
            connector: 'mfa',
            capability: 'readDeviceAuthentication',
            title: 'What did the phone say?',
            properties: { deviceAuthenticationId: ofDevice('id') },
          },
          {
            id: 'isconfirme',
            connector: 'functions',
            capability: 'AEqualsB',
            title: 'Did they confirm?',
            properties: {
              leftValueA: slateOutput('readanswer', 'rawResponse.status'),
              rightValueB: slateText('COMPLETED'),
            },
          },
          refuse(
            'notconfirm',
            'Not confirmed',
            'Your phone has not confirmed. Confirm there, then continue here; if you declined, or if nothing is there any more, open the link again.',
          ),
        ],
        branches: [
          { from: 'pushedform', outcome: 'submit', to: { readanswer: 'allTriggersTrue' } },
          { from: 'readanswer', to: { isconfirme: 'allTriggersTrue', notconfirm: 'anyTriggersFalse' } },
          { from: 'isconfirme', to: { [next]: 'allTriggersTrue', notconfirm: 'anyTriggersFalse' } },
        ],
      },
    ]),
}
