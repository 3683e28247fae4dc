import { byPerson } from '../by-person.ts'
import type { Probe } from '../probe.ts'

export const notificationPolicy: Probe = {
  id: 'notification-policy',
  about: 'PingOne',
  asks: 'Does the email count against the notification policy that the flow’s node names?',
  expects: 'Yes: the bound of 50 a day and person is that of MyHotels’ policy.',
  otherwise: {
    means: 'The bound does not hold; the environment’s default policy does.',
    change: '`lambdas/identity/desired-state/notifications.ts`, or the default policy in the console.',
  },
  needsPerson: true,
  ask: (tools) =>
    byPerson(
      tools,
      'Look at the notification policies of the environment in the console: was the last email counted for the one of MyHotels?',
    ),
}
