// The connector instances that the flow calls. PingOne makes one of each connector along with DaVinci, under an id that
// is the same in every environment, and gives it the credentials that it needs. The flow uses those: a second
// credential would have to be made, kept and rotated for nothing.
import { type DesiredObject, ref } from '../desired-object.ts'
import { ownedName } from '../ownership.ts'

/** `instanceId` is PingOne's own instance, as exports from several tenants have it. */
export const connectors = {
  /** Finds people and checks their passwords. */
  users: {
    connectorId: 'pingOneSSOConnector',
    instanceId: '94141bf2f1b9b59a5f5365ff135e02bb',
    name: 'PingOne',
    hasCredentials: true,
  },
  functions: {
    connectorId: 'functionsConnector',
    instanceId: 'de650ca45593b82c49064ead10b9fe17',
    name: 'Functions',
    hasCredentials: false,
  },
  flow: {
    connectorId: 'flowConnector',
    instanceId: '2581eb287bb1d9bd29ae9886d675f89f',
    name: 'Flow Connector',
    hasCredentials: false,
  },
  notifications: {
    connectorId: 'notificationsConnector',
    instanceId: 'cacf3d2861657174d93cbf445d55797a',
    name: 'PingOne Notifications',
    hasCredentials: true,
  },
  http: {
    connectorId: 'httpConnector',
    instanceId: '867ed4363b2bc21c860085ad2baa817d',
    name: 'Http',
    hasCredentials: false,
  },
  forms: {
    connectorId: 'pingOneFormsConnector',
    instanceId: '8209285e0d2f3fc76bfd23fd10d45e6f',
    name: 'PingOne Forms',
    hasCredentials: false,
  },
  /** Answers PingOne: how the request of the client ends. */
  authentication: {
    connectorId: 'pingOneAuthenticationConnector',
    instanceId: 'c3e6a164bde107954e93f5c09f0c8bce',
    name: 'PingOne Authentication',
    hasCredentials: false,
  },
  errors: {
    connectorId: 'errorConnector',
    instanceId: '53ab83a4a4ab919d9f2cb02d9e111ac8',
    name: 'Error Message',
    hasCredentials: false,
  },
  /** Words on the editor's canvas. */
  notes: {
    connectorId: 'annotationConnector',
    instanceId: '921bfae85c38ed45045e07be703d86b8',
    name: 'Annotation',
    hasCredentials: false,
  },
  mfa: {
    connectorId: 'pingOneMfaConnector',
    instanceId: 'b72bd44e6be8180bd5988ac74cd9c949',
    name: 'PingOne MFA',
    hasCredentials: true,
  },
} as const

export type Connector = keyof typeof connectors

export const connectionId = (connector: Connector) => ref(`connectorInstance.${connector}`)

/**
 * One without credentials is made where an environment has none (it may have been made without DaVinci's own
 * instances). One with credentials has to be there.
 */
export function describeConnectors(used: ReadonlySet<Connector>): DesiredObject[] {
  return [...used].map((key): DesiredObject => {
    const { connectorId, name, hasCredentials } = connectors[key]
    const connector = { id: connectorId }
    const described = { key: `connectorInstance.${key}`, kind: 'connectorInstance', name } as const
    return hasCredentials
      ? { ...described, need: 'approvals', builtIn: true, wanted: { connector } }
      : {
          ...described,
          need: 'approvals',
          adopted: true,
          wanted: { name: ownedName(`MyHotels ${name}`), connector },
        }
  })
}
