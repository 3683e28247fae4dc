// The pages that the flow shows. A form's buttons are the outcomes that the flow branches on, by their keys.
import type { DesiredObject, Wanted } from '../desired-object.ts'
import { owned } from '../ownership.ts'

type Field = { type: string; [member: string]: Wanted }

const paragraph = (text: string) => ({ type: 'paragraph', children: [{ text }] })
const label = (text: string) => JSON.stringify([paragraph(text)])
const heading = (text: string): Field => ({
  type: 'SLATE_TEXTBLOB',
  key: 'title-text',
  content: JSON.stringify([
    { type: 'align-center', children: [{ type: 'heading-1', children: [{ text }] }] },
  ]),
})
const words = (key: string, blocks: readonly object[]): Field => ({
  type: 'SLATE_TEXTBLOB',
  key,
  content: JSON.stringify(blocks),
})
const item = (name: string, value: string) => ({
  type: 'list-item',
  children: [{ text: `${name}: ` }, { text: value, fontWeight: 'bold' }],
})

/** `{{name}}` stands for a row of the node's `dynamicText`. */
const booking = {
  type: 'bulleted-list',
  children: [
    item('Hotel', '{{hotel_name}}, {{city}}'),
    item('Check-in', '{{check_in}}'),
    item('Check-out', '{{check_out}} ({{nights}} nights)'),
    item('Total', '{{amount}} {{currency}}'),
    item('Code', '{{binding_message}}'),
  ],
}

const button = (key: string, text: string): Field => ({ type: 'FLOW_BUTTON', key, label: label(text) })
const errors: Field = { type: 'ERROR_DISPLAY' }

const forms: { key: string; name: string; description: string; fields: Field[] }[] = [
  {
    key: 'signIn',
    name: 'MyHotels Approval Sign-in',
    description: 'Makes sure who opened the link of a booking approval.',
    fields: [
      heading('Sign in to MyHotels'),
      words('help-text', [
        paragraph('A booking waits for your decision. Sign in as {{username}} to see it.'),
        paragraph('If you did not ask for a booking, close this page: nothing will be booked.'),
      ]),
      errors,
      {
        type: 'PASSWORD',
        key: 'user.password',
        label: label('Password'),
        required: true,
        showPasswordRequirements: false,
        validation: { type: 'NONE' },
      },
      { type: 'SUBMIT_BUTTON', label: label('Sign in') },
    ],
  },
  {
    key: 'decide',
    name: 'MyHotels Booking Approval',
    description: 'Shows what there is to approve.',
    fields: [
      heading('Approve this booking?'),
      words('help-text', [
        booking,
        paragraph('The code must be the one in your conversation. If it is another, decline.'),
      ]),
      errors,
      button('approve', 'Approve'),
      button('decline', 'Decline'),
    ],
  },
  {
    key: 'approved',
    name: 'MyHotels Booking Approved',
    description: 'Says that the booking was approved.',
    fields: [
      heading('Approved'),
      words('help-text', [
        booking,
        paragraph('Your conversation goes on by itself. You can close this page.'),
      ]),
    ],
  },
]

export function describeForms(): DesiredObject[] {
  return forms.map(({ key, name, description, fields }) => ({
    key: `form.${key}`,
    kind: 'form',
    name,
    need: 'approvals',
    wanted: {
      name,
      description: owned(description),
      category: 'CUSTOM',
      cols: 4,
      markOptional: true,
      markRequired: false,
      passwordAutoCompleteEnabled: true,
      components: { fields: fields.map((field, row) => ({ ...field, position: { row, col: 0 } })) },
    },
  }))
}
