// The connectors that flows can use, as far as MyHotels' flows and the ready-made ones go.
export type Connector = { id: string; name: string; description: string; type: 'core' | 'ping' | 'service' }

const connector = (id: string, name: string, type: Connector['type'], description: string): Connector => ({
  id,
  name,
  type,
  description,
})

export const connectors: readonly Connector[] = [
  connector('annotationConnector', 'Annotation', 'core', 'Notes on the canvas.'),
  connector('errorConnector', 'Error Message', 'core', 'Ends a flow with an error.'),
  connector('flowConnector', 'Flow Conductor', 'core', 'Starts another flow.'),
  connector('functionsConnector', 'Functions', 'core', 'Compares and computes.'),
  connector('httpConnector', 'HTTP', 'core', 'Calls HTTP services and shows pages.'),
  connector('nodeConnector', 'Teleport', 'core', 'Goes to another node.'),
  connector('variablesConnector', 'Variable', 'core', 'Reads and writes variables.'),
  connector('tokenManagementConnector', 'Token Management', 'core', 'Makes and checks tokens.'),
  connector(
    'pingOneAuthenticationConnector',
    'PingOne Authentication',
    'ping',
    'Answers PingOne, CIBA included.',
  ),
  connector('pingOneFormsConnector', 'Form', 'core', 'Shows forms.'),
  connector('pingOneIntegrationsConnector', 'PingOne', 'ping', 'Links to PingOne.'),
  connector('pingOneMfaConnector', 'PingOne MFA', 'ping', 'Uses second factors.'),
  connector('notificationsConnector', 'PingOne Notifications', 'ping', 'Sends notifications.'),
  connector('pingOneSSOConnector', 'PingOne', 'ping', 'Finds people and checks passwords.'),
  connector('pingOneScopeConsentConnector', 'PingOne Scope Consent', 'ping', 'Asks for consent.'),
  connector('pingOneAuthorizeConnector', 'PingOne Authorize', 'ping', 'Asks for decisions.'),
]

/** Connectors that work with the environment itself and need a worker's credentials for it. */
export const callingBack: ReadonlySet<string> = new Set([
  'pingOneSSOConnector',
  'notificationsConnector',
  'pingOneMfaConnector',
])

/**
 * The instances that PingOne makes along with DaVinci. Their ids are the same in every environment: exports from
 * different tenants have them (Ping's flow templates, the original demo's flows, Ping's SDK tests).
 */
export const readyInstances: readonly { connectorId: string; instanceId: string; name: string }[] = [
  { connectorId: 'annotationConnector', instanceId: '921bfae85c38ed45045e07be703d86b8', name: 'Annotation' },
  { connectorId: 'errorConnector', instanceId: '53ab83a4a4ab919d9f2cb02d9e111ac8', name: 'Error Message' },
  { connectorId: 'flowConnector', instanceId: '2581eb287bb1d9bd29ae9886d675f89f', name: 'Flow Connector' },
  { connectorId: 'functionsConnector', instanceId: 'de650ca45593b82c49064ead10b9fe17', name: 'Functions' },
  { connectorId: 'httpConnector', instanceId: '867ed4363b2bc21c860085ad2baa817d', name: 'Http' },
  { connectorId: 'nodeConnector', instanceId: 'e7eae662d2ca276e4c6f097fc36a3bb1', name: 'Node' },
  {
    connectorId: 'notificationsConnector',
    instanceId: 'cacf3d2861657174d93cbf445d55797a',
    name: 'PingOne Notifications',
  },
  {
    connectorId: 'pingOneAuthenticationConnector',
    instanceId: 'c3e6a164bde107954e93f5c09f0c8bce',
    name: 'PingOne Authentication',
  },
  {
    connectorId: 'pingOneFormsConnector',
    instanceId: '8209285e0d2f3fc76bfd23fd10d45e6f',
    name: 'PingOne Forms',
  },
  { connectorId: 'pingOneMfaConnector', instanceId: 'b72bd44e6be8180bd5988ac74cd9c949', name: 'PingOne MFA' },
  { connectorId: 'pingOneSSOConnector', instanceId: '94141bf2f1b9b59a5f5365ff135e02bb', name: 'PingOne' },
  { connectorId: 'variablesConnector', instanceId: '06922a684039827499bdbdd97f49827b', name: 'Variables' },
]
