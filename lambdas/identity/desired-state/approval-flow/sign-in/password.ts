// Who opened the link: it may be anyone who reads the mail. The password must be that of the person who was asked, so
// it is checked for their id, whatever name may be typed elsewhere.
import { ref } from '../../desired-object.ts'
import { passwordField, submit } from '../forms.ts'
import type { FlowPart } from '../graph.ts'
import { ofPerson } from '../look-up.ts'
import type { SignIn } from '../sign-in.ts'
import { slateOutput, slateText } from '../slate.ts'
import { refuse } from './refuse.ts'
import { signInForm, signInTexts } from './sign-in-form.ts'

export const password: SignIn = {
  method: 'pwd',
  entry: 'signinform',
  part: (next): FlowPart => ({
    forms: [signInForm(passwordField('user.password', 'Password'), submit('Sign in'))],
    nodes: [
      {
        id: 'signinform',
        connector: 'forms',
        capability: 'showForm',
        title: 'Sign in',
        properties: {
          form: ref('form.signIn'),
          formData: [{ key: 'user.password', value: '' }],
          dynamicText: signInTexts,
        },
        outcomes: [{ result: 'submit', label: 'Sign in' }],
      },
      {
        id: 'checkpassw',
        connector: 'users',
        capability: 'checkPassword',
        title: 'Is it the password of the person?',
        properties: {
          matchAttribute: 'id',
          identifier: ofPerson('id'),
          password: slateOutput('signinform', 'formData.user.password'),
        },
      },
      // The error is shown on the form, which can be tried again; PingOne's password policy counts and locks.
      refuse(
        'wrongpassw',
        'Wrong password',
        'This is not the password. Try again, or ask for a new one where you sign in.',
      ),
      {
        id: 'passwordok',
        connector: 'functions',
        capability: 'AEqualsB',
        title: 'Is the password good for signing in?',
        properties: {
          leftValueA: slateOutput('checkpassw', 'rawResponse.status'),
          rightValueB: slateText('OK'),
        },
      },
      // A password that someone else set, or that ran out, is no proof of who is there.
      refuse(
        'stalepassw',
        'The password has to be changed',
        'Your password has to be changed first. Sign in to do so, then open the link again.',
      ),
    ],
    branches: [
      { from: 'signinform', outcome: 'submit', to: { checkpassw: 'allTriggersTrue' } },
      { from: 'checkpassw', to: { passwordok: 'allTriggersTrue', wrongpassw: 'anyTriggersFalse' } },
      { from: 'passwordok', to: { [next]: 'allTriggersTrue', stalepassw: 'anyTriggersFalse' } },
    ],
  }),
}
