// The email that asks for an approval, and how many of them a person may get.
import type { DesiredObject } from './desired-object.ts'
import { names } from './names.ts'
import { ownedName, ownershipMark } from './ownership.ts'

/** A variable of the template: filled in by the approval flow. */
const variable = (name: string) => `\${${name}}`

const paragraphs = [
  `MyHotels asks for your approval of a booking: <b>${variable('hotelName')}</b>, ${variable('city')}, ${variable('checkIn')} to ${variable('checkOut')}, <b>${variable('amount')} ${variable('currency')}</b>.`,
  `The code in your conversation must be <b>${variable('bindingMessage')}</b>. If it is another, or if you did not ask for a booking, decline.`,
  `<a href="${variable('magicLink')}">Look at the booking and decide</a>`,
]

export function describeNotifications(): DesiredObject[] {
  return [
    {
      key: 'notificationTemplate.approval',
      kind: 'notificationTemplate',
      name: names.notificationVariant,
      need: 'approvals',
      wanted: {
        deliveryMethod: 'Email',
        locale: 'en',
        variant: names.notificationVariant,
        subject: 'Approve your hotel booking',
        body: `${paragraphs.map((words) => `<p>${words}</p>`).join('\n')}\n<!-- ${ownershipMark} -->`,
        from: { name: 'MyHotels' },
      },
    },
    {
      key: 'notificationPolicy.approval',
      kind: 'notificationPolicy',
      name: ownedName('MyHotels'),
      need: 'approvals',
      wanted: {
        name: ownedName('MyHotels'),
        // Per person and day: a flood of requests must not become a flood of emails.
        quotas: [{ type: 'USER', deliveryMethods: ['Email'], total: 50 }],
      },
    },
  ]
}
