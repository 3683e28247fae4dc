// What passkey and push have in common: PingOne MFA asks the person's own device.
import { ref } from '../../desired-object.ts'
import { submit } from '../forms.ts'
import type { FlowPart } from '../graph.ts'
import { ofPerson } from '../look-up.ts'
import { slateOutput, slateText } from '../slate.ts'
import { refuse } from './refuse.ts'
import { signInForm, signInTexts } from './sign-in-form.ts'

/** A member of PingOne's device authentication. */
export const ofDevice = (member: string) => slateOutput('askmydevic', `rawResponse.${member}`)

export const entry = 'beginsform'

/**
 * Asks the person's default device, and goes on only if it is of the right kind. Nothing is asked before a button is
 * pressed: programs that look at links in mail must not make a phone ring.
 *
 * @param status what PingOne waits for when the device is of that kind
 * @param device what the person calls it
 */
export function beginWithDevice(status: string, device: string, next: string): FlowPart {
  return {
    forms: [signInForm(submit('Continue'))],
    nodes: [
      {
        id: entry,
        connector: 'forms',
        capability: 'showForm',
        title: 'Begin to sign in',
        properties: {
          form: ref('form.signIn'),
          formData: [],
          dynamicText: signInTexts,
        },
        outcomes: [{ result: 'submit', label: 'Continue' }],
      },
      {
        id: 'askmydevic',
        connector: 'mfa',
        capability: 'createDeviceAuthentication',
        title: 'Ask the device of the person',
        properties: { userId: ofPerson('id') },
      },
      refuse(
        'nomydevice',
        'No device can be asked',
        `You have no ${device} that could be asked. Add one to your account, then open the link again.`,
      ),
      {
        id: 'rightdevic',
        connector: 'functions',
        capability: 'AEqualsB',
        title: `Is it a ${device}?`,
        properties: { leftValueA: ofDevice('status'), rightValueB: slateText(status) },
      },
      refuse(
        'otherdevic',
        'Another kind of device',
        `Only a ${device} will do. Make it your default device, then open the link again.`,
      ),
    ],
    branches: [
      { from: entry, outcome: 'submit', to: { askmydevic: 'allTriggersTrue' } },
      { from: 'askmydevic', to: { rightdevic: 'allTriggersTrue', nomydevice: 'anyTriggersFalse' } },
      { from: 'rightdevic', to: { [next]: 'allTriggersTrue', otherdevic: 'anyTriggersFalse' } },
    ],
  }
}
