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
  connector('httpConnector', 'Http', 'core', 'Calls HTTP services and shows pages.'),
  connector('nodeConnector', 'Teleport', 'core', 'Goes to another node.'),
  connector('variablesConnector', 'Variables', 'core', 'Reads and writes variables.'),
  connector('tokenManagementConnector', 'Token Management', 'core', 'Makes and checks tokens.'),
  connector(
    'pingOneAuthenticationConnector',
    'PingOne Authentication',
    'ping',
    'Answers PingOne, CIBA included.',
  ),
  connector('pingOneFormsConnector', 'PingOne Forms', 'ping', 'Shows forms.'),
  connector('pingOneIntegrationsConnector', 'PingOne', 'ping', 'Links to PingOne.'),
  connector('pingOneMfaConnector', 'PingOne MFA', 'ping', 'Uses second factors.'),
  connector('notificationsConnector', 'PingOne Notifications', 'ping', 'Sends notifications.'),
  connector('pingOneSSOConnector', 'PingOne SSO', 'ping', 'Finds people and checks passwords.'),
  connector('pingOneScopeConsentConnector', 'PingOne Scope Consent', 'ping', 'Asks for consent.'),
  connector('pingOneAuthorizeConnector', 'PingOne Authorize', 'ping', 'Asks for decisions.'),
]
