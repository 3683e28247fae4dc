import { errors, type Field, type Form, heading, words } from '../forms.ts'
import { ofPerson } from '../look-up.ts'

/** What a link leads to. It says who was asked, and nothing of what. */
export const signInForm = (...fields: Field[]): Form => ({
  key: 'signIn',
  name: 'MyHotels Approval Sign-in',
  description: 'Makes sure who opened the link of a booking approval.',
  fields: [
    heading('Sign in to MyHotels'),
    words(
      'A booking waits for your decision. Sign in as {{username}} to see it.',
      'If you did not ask for a booking, close this page: nothing will be booked.',
    ),
    errors,
    ...fields,
  ],
})

export const signInTexts = [{ key: 'username', value: ofPerson('username') }]
