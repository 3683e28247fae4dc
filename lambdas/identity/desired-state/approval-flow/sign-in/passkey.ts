// The person signs a challenge with the passkey of their PingOne account (WebAuthn).
import { ref } from '../../desired-object.ts'
import { errors, type Form, heading, passkeyField, words } from '../forms.ts'
import { joinParts } from '../graph.ts'
import type { SignIn } from '../sign-in.ts'
import { slateOutput, slateText } from '../slate.ts'
import { beginWithDevice, entry, ofDevice } from './begin-with-device.ts'
import { refuse } from './refuse.ts'

const form: Form = {
  key: 'passkey',
  name: 'MyHotels Approval Passkey',
  description: 'Asks for the passkey of the person who approves.',
  fields: [
    heading('Use your passkey'),
    words('Your device asks for your fingerprint, your face or its PIN.'),
    errors,
    passkeyField('passkey', 'Continue with passkey'),
  ],
}

export const passkey: SignIn = {
  // A passkey may be in software that is kept on several devices, so this claims no hardware (`hwk`).
  method: 'swk',
  entry,
  part: (next, { origin }) =>
    joinParts([
      beginWithDevice('ASSERTION_REQUIRED', 'passkey', 'passkeyask'),
      {
        forms: [form],
        nodes: [
          {
            id: 'passkeyask',
            connector: 'forms',
            capability: 'showForm',
            title: 'Ask for the passkey',
            properties: {
              form: ref('form.passkey'),
              formData: [],
              dynamicText: [],
              publicKeyCredentialRequestOptions: ofDevice('publicKeyCredentialRequestOptions'),
            },
            outcomes: [{ result: 'submit', label: 'Continue with passkey' }],
          },
          {
            id: 'checksigne',
            connector: 'mfa',
            capability: 'validateAssertionDeviceAuthentication',
            title: 'Is it the passkey of the person?',
            properties: {
              deviceAuthenticationId: ofDevice('id'),
              assertion: slateOutput('passkeyask', 'formData.passkey.assertionValue'),
              origin: slateText(origin),
            },
          },
          refuse('notsignedd', 'Not their passkey', 'This passkey was not accepted. Try again.'),
        ],
        branches: [
          { from: 'passkeyask', outcome: 'submit', to: { checksigne: 'allTriggersTrue' } },
          { from: 'checksigne', to: { [next]: 'allTriggersTrue', notsignedd: 'anyTriggersFalse' } },
        ],
      },
    ]),
}
