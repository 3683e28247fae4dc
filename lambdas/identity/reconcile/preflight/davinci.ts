import { type Check, refusalOf } from './check.ts'

const subject = 'DaVinci'

export const checkDaVinci: Check = async ({ client }) => {
  const status = await refusalOf(client.get('connectorInstances'))
  if (status === undefined) return { subject, level: 'ok', sentence: 'flows can be written' }
  return {
    subject,
    level: 'limited',
    sentence: `DaVinci refuses the worker (status ${status}), so the approval flow cannot be written.`,
    stillWorks: 'Search, member rates, and bookings that need no approval.',
    toDo: 'Give the worker the role DaVinci Admin on this environment, and check that DaVinci has been opened once from the console.',
    refuses: 'approvals',
  }
}
