// The DaVinci flow that PingOne runs when the approval client starts CIBA: find the person, send an email with a
// link, and end the request as the person decides on the linked page.
import { type DesiredObject, ref, type Wanted } from './desired-object.ts'
import { names } from './names.ts'
import { owned, ownedName } from './ownership.ts'

/** A parameter of the CIBA request, as nodes of the flow read it. */
const requested = (name: string) => `{{global.parameters.authorizationRequest.${name}}}`
const found = (member: string) => `{{local.findUser.payload.output.matchedUser.${member}}}`

const connectors = {
  pingOne: { connectorId: 'pingOneSSOConnector', name: ownedName('MyHotels users') },
  flow: { connectorId: 'flowConnector', name: ownedName('MyHotels links') },
  notifications: { connectorId: 'notificationsConnector', name: ownedName('MyHotels notifications') },
  http: { connectorId: 'httpConnector', name: ownedName('MyHotels pages') },
  authentication: {
    connectorId: 'pingOneAuthenticationConnector',
    name: ownedName('MyHotels approvals'),
  },
} as const

type Connector = keyof typeof connectors
type Properties = { [name: string]: Wanted }

/** One step of the flow: a call of a connector's capability. */
function step(
  id: string,
  connector: Connector,
  capabilityName: string,
  title: string,
  properties: Properties,
  type = 'action',
) {
  return { id, connector, capabilityName, type, title, properties }
}

// PingOne authenticates its own connectors inside an environment; these instances need no credentials.
const steps = [
  step('findUser', 'pingOne', 'userLookup', 'Find the person', {
    matchAttributes: { value: ['username'] },
    userIdentifierForFindUser: { value: requested('login_hint') },
  }),
  step('unknownUser', 'authentication', 'returnErrorResponseRedirect', 'Nobody of that name', {
    customErrorFlag: { value: true },
    errorMessage: { value: 'unknown_user_id' },
  }),
  step('startLink', 'flow', 'oobStart', 'Make the link', {}, 'trigger'),
  step('sendEmail', 'notifications', 'sendEmail', 'Send the email', {
    userId: { value: found('id') },
    email: { value: found('email') },
    notificationName: { value: 'general' },
    variantName: { value: names.notificationVariant },
    notificationPolicyId: { value: ref('notificationPolicy.approval') },
    variables: {
      value: [
        { name: 'magicLink', value: '{{local.startLink.payload.output.continueUrl}}' },
        { name: 'bindingMessage', value: requested('binding_message') },
        { name: 'hotelName', value: requested('hotel_name') },
        { name: 'city', value: requested('city') },
        { name: 'checkIn', value: requested('check_in') },
        { name: 'checkOut', value: requested('check_out') },
        { name: 'amount', value: requested('amount') },
        { name: 'currency', value: requested('currency') },
      ],
    },
  }),
  step('emailFailed', 'authentication', 'returnErrorResponseRedirect', 'The email cannot be sent', {
    customErrorFlag: { value: true },
    errorMessage: { value: 'notification_failure' },
  }),
  step('requestStarted', 'http', 'createSuccessResponse', 'The request waits', {
    claimsNameValuePairs: { value: [{ name: 'userId', value: found('id') }] },
  }),
  step('continueLink', 'flow', 'oobContinue', 'The link is opened', {}),
  step('decide', 'http', 'customHTMLTemplate', 'Approve or decline', {
    customHTML: {
      value: [
        '<h1>MyHotels</h1>',
        `<p>Code <b>${requested('binding_message')}</b></p>`,
        `<p>${requested('hotel_name')}, ${requested('city')}<br>${requested('check_in')} to ${requested('check_out')}, ${requested('nights')} nights<br><b>${requested('amount')} ${requested('currency')}</b></p>`,
        '<button data-skcomponent="skbutton" data-skbuttontype="form-submit" data-skbuttonvalue="approve">Approve</button>',
        '<button data-skcomponent="skbutton" data-skbuttontype="form-submit" data-skbuttonvalue="decline">Decline</button>',
      ].join(''),
    },
    formFieldsList: { value: [{ propertyName: 'buttonValue', preferredDataType: 'string' }] },
  }),
  // The claim ties the token to one booking: the hotel API confirms no other with it.
  step('approved', 'authentication', 'returnCibaSuccess', 'Approved', {
    userId: { value: found('id') },
    authenticationMethods: { value: [{ name: 'email', value: 'email' }] },
    claims: { value: [{ name: 'transaction_id', value: requested('transaction_id') }] },
  }),
  step('declined', 'authentication', 'returnCibaError', 'Declined', {
    userId: { value: found('id') },
    errorMessage: { value: 'access_denied' },
  }),
]

/** Which step follows which, and on what outcome: `from > condition > to`. */
const transitions: [string, string, string][] = [
  ['findUser', 'anyTriggersFalse', 'unknownUser'],
  ['findUser', 'allTriggersTrue', 'startLink'],
  ['startLink', 'allTriggersTrue', 'sendEmail'],
  ['sendEmail', 'anyTriggersFalse', 'emailFailed'],
  ['sendEmail', 'allTriggersTrue', 'requestStarted'],
  ['startLink', 'allTriggersTrue', 'continueLink'],
  ['continueLink', 'allTriggersTrue', 'decide'],
  ['decide', 'approve', 'approved'],
  ['decide', 'decline', 'declined'],
]

function graphData(): Wanted {
  const calls = steps.map((call, index) => ({
    data: {
      id: call.id,
      nodeType: 'CONNECTION',
      connectorId: connectors[call.connector].connectorId,
      connectionId: ref(`connectorInstance.${call.connector}`),
      name: call.title,
      label: call.title,
      capabilityName: call.capabilityName,
      type: call.type,
      status: 'configured',
      properties: { nodeTitle: { value: call.title }, ...call.properties },
    },
    position: { x: 160 + (index % 5) * 220, y: 120 + Math.floor(index / 5) * 260 },
    group: 'nodes',
  }))
  // DaVinci puts a node that evaluates the outcome between two calls.
  const evaluations = transitions.map(([from, condition, to], index) => ({
    data: {
      id: evaluation(from, to),
      nodeType: 'EVAL',
      label: condition,
      properties: { [to]: { value: condition } },
    },
    position: { x: 270 + (index % 5) * 220, y: 250 + Math.floor(index / 5) * 260 },
    group: 'nodes',
  }))
  const edges = transitions.flatMap(([from, , to]) => [
    edge(from, evaluation(from, to)),
    edge(evaluation(from, to), to),
  ])
  return { elements: { nodes: [...calls, ...evaluations], edges } }
}

const evaluation = (from: string, to: string) => `${from}-${to}`
const edge = (source: string, target: string) => ({
  data: { id: `${source}--${target}`, source, target },
  group: 'edges',
})

export function describeApprovalFlow(): DesiredObject[] {
  const trigger = { type: 'AUTHENTICATION', subtype: 'CIBA' }
  return [
    ...Object.entries(connectors).map(
      ([key, { connectorId, name }]): DesiredObject => ({
        key: `connectorInstance.${key}`,
        kind: 'connectorInstance',
        name,
        need: 'approvals',
        wanted: { name, connector: { id: connectorId } },
      }),
    ),
    {
      key: 'flow.approval',
      kind: 'flow',
      name: 'MyHotels Booking Approval',
      need: 'approvals',
      wanted: {
        name: 'MyHotels Booking Approval',
        description: owned('Asks a person by email to approve or decline a booking.'),
        graphData: graphData(),
        settings: { csp: "default-src 'self'; object-src 'none'", logLevel: 2 },
        trigger,
      },
    },
    {
      key: 'davinciApplication.myHotels',
      kind: 'davinciApplication',
      name: ownedName('MyHotels'),
      need: 'approvals',
      wanted: { name: ownedName('MyHotels') },
    },
    {
      key: 'flowPolicy.approval',
      kind: 'flowPolicy',
      parent: 'davinciApplication.myHotels',
      name: 'MyHotels Booking Approval',
      need: 'approvals',
      wanted: {
        name: 'MyHotels Booking Approval',
        status: 'enabled',
        // -1 is the latest deployed version.
        flowDistributions: [{ id: ref('flow.approval'), version: -1, weight: 100 }],
        trigger,
      },
    },
    {
      key: 'flowPolicyAssignment.approval',
      kind: 'flowPolicyAssignment',
      parent: 'application.approval',
      name: 'MyHotels Booking Approval for the approval client',
      need: 'approvals',
      wanted: { flowPolicy: { id: ref('flowPolicy.approval') }, priority: 1 },
    },
  ]
}
