// Who is asked: the person that the client names, if they can be reached.
import type { Condition, FlowNode, FlowPart } from './graph.ts'
import { slateOutput, slateParameter, slateText } from './slate.ts'

const person = 'findperson'

/** A member of the person's PingOne user. */
export const ofPerson = (member: string) => slateOutput(person, `matchedUser.${member}`)

/** OpenID CIBA Core 1.0 section 13: the client learns that nobody can be asked, and not why. */
const cannotAsk = (id: string, title: string, reason: string): FlowNode => ({
  id,
  connector: 'authentication',
  capability: 'returnErrorResponseRedirect',
  title,
  properties: {
    customErrorFlag: true,
    errorMessage: 'unknown_user_id',
    errorDescription: slateText('Nobody can be asked by that id'),
    errorReason: slateText(reason),
  },
})

/** @param next where it goes on once the person is known */
export function lookUp(next: { [nodeId: string]: Condition }): FlowPart {
  return {
    nodes: [
      {
        id: person,
        connector: 'users',
        capability: 'userLookup',
        title: 'Find the person',
        properties: {
          matchAttributes: ['id'],
          escapeIdentifier: true,
          userIdentifierForFindUser: slateParameter('login_hint'),
        },
      },
      cannotAsk('nosuchuser', 'Nobody of that id', 'There is no such person'),
      {
        id: 'checkstate',
        connector: 'functions',
        capability: 'AEqualsB',
        title: 'Is the account enabled?',
        properties: { leftValueA: ofPerson('enabled'), type: 'boolean', rightValueB: slateText('true') },
      },
      cannotAsk('isdisabled', 'The account is disabled', 'The account is disabled'),
      {
        id: 'checkemail',
        connector: 'functions',
        capability: 'AIsEmpty',
        title: 'Is there no email address?',
        properties: { leftValueA: ofPerson('email'), type: 'boolean', checkNullORUndefined: true },
      },
      cannotAsk('hasnoemail', 'No email address', 'The person has no email address'),
    ],
    branches: [
      { from: person, to: { checkstate: 'allTriggersTrue', nosuchuser: 'anyTriggersFalse' } },
      { from: 'checkstate', to: { checkemail: 'allTriggersTrue', isdisabled: 'anyTriggersFalse' } },
      { from: 'checkemail', to: { hasnoemail: 'allTriggersTrue', ...next } },
    ],
  }
}
