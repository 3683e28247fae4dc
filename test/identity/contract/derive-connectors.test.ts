import { expect, test } from '@jest/globals'
import facts from '../../../lambdas/identity/davinci/connectors.json' with { type: 'json' }
import {
  type ConnectorFacts,
  connectorIds,
  deriveConnectors,
  nodesOfConfiguration,
  nodesOfExport,
  propertiesOfExample,
} from './derive-connectors.ts'

test('the properties of a connector are the names in its example', () => {
  const example = `
resource "pingone_davinci_connector_instance" "errorConnector" {
  name = "My awesome errorConnector"
  property {
    name  = "errorReason"
    type  = "string"
  }
  property {
    name  = "errorCode"
  }
}`

  expect(propertiesOfExample(example)).toEqual(['errorCode', 'errorReason'])
})

test('a node in a Terraform configuration tells its capability and the properties that it sets', () => {
  const configuration = `
        nodes = {
          "one" = {
            data = {
              capability_name = "AEqualsB"
              connector_id    = "functionsConnector"
              properties = jsonencode({
                leftValueA = {
                  value = "nested = no"
                }
                "rightValueB" : {
                  value = ""
                }
              })
              type = "trigger"
            }
          }
          "two" = {
            data = {
              capability_name = null
              connector_id    = null
              node_type       = "EVAL"
            }
          }`

  expect(nodesOfConfiguration(configuration)).toEqual([
    {
      connectorId: 'functionsConnector',
      capability: 'AEqualsB',
      type: 'trigger',
      properties: ['leftValueA', 'rightValueB'],
      outputs: [],
    },
  ])
})

test('an export tells the same of its nodes, whether it holds one flow or several', () => {
  const flow = {
    graphData: {
      elements: {
        nodes: [
          {
            data: {
              id: 'one',
              connectorId: 'flowConnector',
              capabilityName: 'oobStart',
              type: 'trigger',
              properties: { challengeExpiry: {} },
            },
          },
          { data: { id: 'two', properties: { x: '{{local.one.payload.output.continueLink}}' } } },
        ],
      },
    },
  }
  const expected = [
    {
      connectorId: 'flowConnector',
      capability: 'oobStart',
      type: 'trigger',
      properties: ['challengeExpiry'],
      outputs: ['continueLink'],
    },
  ]

  expect(nodesOfExport(flow)).toEqual(expected)
  expect(nodesOfExport({ flows: [flow] })).toEqual(expected)
})

test('the committed facts name their sources and cover every connector', () => {
  const { provenance, connectors } = facts as ConnectorFacts

  expect(provenance.map(({ source }) => source)).toEqual([
    expect.stringContaining('examples/davinci-connector-instances'),
    expect.stringContaining('testhcl/pingone_davinci_flow'),
    expect.stringContaining('davinci-flows'),
    expect.stringContaining('flow templates'),
    expect.stringContaining('docs.pingidentity.com'),
  ])
  expect(Object.keys(connectors)).toEqual(connectorIds)
})

test('the committed facts know the claims of the approval under the name that PingOne uses', () => {
  const { properties, capabilities } = (facts as ConnectorFacts).connectors
    .pingOneAuthenticationConnector as ConnectorFacts['connectors'][string]

  expect(properties).toEqual(expect.arrayContaining(['accessTokenClaims', 'idTokenClaims']))
  expect(properties).not.toContain('claims')
  expect(Object.keys(capabilities)).toEqual(
    expect.arrayContaining(['returnCibaError', 'returnCibaSuccess', 'returnErrorResponseRedirect']),
  )
})

const { PINGONE_PROVIDER: provider, PINGONE_EXPORTED: exported } = process.env
if (provider !== undefined && exported !== undefined) {
  test('the committed facts are what the sources in PINGONE_PROVIDER and PINGONE_EXPORTED give', () => {
    expect(facts).toEqual(deriveConnectors(provider, exported.split(':')))
  })
}
