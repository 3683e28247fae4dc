// Sends the person a link, and tells the client that the request waits. The node that the link leads to hangs on the
// same evaluator as the one that makes it: PingOne resumes the flow there.
import { ref } from '../desired-object.ts'
import { names } from '../names.ts'
import type { FlowPart } from './graph.ts'
import { ofPerson } from './look-up.ts'
import { slateOutput, slateParameter, slateText } from './slate.ts'
import { shownParameters } from './transaction.ts'

/** Run together once the person is known: one makes the link, the other waits for it to be opened. */
export const linkNodes = { createlink: 'anyTriggersFalse', resumelink: 'anyTriggersFalse' } as const

/** A variable of the email's template. */
const variable = (name: string, value: string) => ({ name, preferredDataType: 'string', value })

/** What a parameter is called in the template of the email: `hotel_name` is `hotelName`. */
export const templateVariable = (parameter: string) =>
  parameter.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())

/** @param opened the node that runs when the link was opened */
export function sendLink(opened: string): FlowPart {
  return {
    nodes: [
      { id: 'createlink', connector: 'flow', capability: 'oobStart', title: 'Make the link' },
      {
        id: 'sendsemail',
        connector: 'notifications',
        capability: 'sendEmail',
        title: 'Send the email',
        properties: {
          userId: ofPerson('id'),
          email: ofPerson('email'),
          templateVariant: names.notificationVariant,
          customTemplateVariant: '{}',
          notificationPolicyId: ref('notificationPolicy.approval'),
          templateVariables: [
            variable('magicLink', slateOutput('createlink', 'continueLink')),
            ...shownParameters.map((name) => variable(templateVariable(name), slateParameter(name))),
          ],
        },
      },
      {
        id: 'notemailed',
        connector: 'authentication',
        capability: 'returnErrorResponseRedirect',
        title: 'The email cannot be sent',
        properties: {
          customErrorFlag: true,
          errorMessage: 'notification_failure',
          errorReason: slateText('The email could not be sent'),
        },
      },
      {
        id: 'linkissent',
        connector: 'http',
        capability: 'createSuccessResponse',
        title: 'The request waits for the person',
        properties: {
          backgroundColor: '#9dc967ff',
          returnRequestParameters: true,
          claimsNameValuePairs: [
            {
              name: 'userId',
              value: ofPerson('id'),
              type: 'string',
              key: 0.01,
              label: 'userId (string - flowInstance)',
              nameDefault: 'id',
            },
          ],
        },
      },
      { id: 'resumelink', connector: 'flow', capability: 'oobContinue', title: 'The link was opened' },
    ],
    branches: [
      { from: 'createlink', to: { sendsemail: 'allTriggersTrue' } },
      { from: 'sendsemail', to: { linkissent: 'allTriggersTrue', notemailed: 'anyTriggersFalse' } },
      { from: 'resumelink', to: { [opened]: 'allTriggersTrue' } },
    ],
  }
}
