import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { checkFlow } from '../../../lambdas/identity/davinci/check-flow.ts'
import { approvalAuthentications } from '../../../lambdas/identity/settings.ts'
import { type ApprovalFlowGraph, approvalFlowGraph } from './approval-flow-graph.ts'

const check = (graph: ApprovalFlowGraph) => checkFlow(graph.source, graph.surroundings)

const slate = (text: string) => JSON.stringify([{ children: [{ text }] }])

/** One fault each, and the sentence that names it. */
const broken: [string, (graph: ApprovalFlowGraph) => void, RegExp][] = [
  [
    'has no graph',
    (graph) => Object.assign(graph.source, { graphData: undefined }),
    /The flow cannot be read at graphData/,
  ],
  [
    'has a node of an unknown type',
    (graph) => {
      graph.node('findperson').nodeType = 'LOOP'
    },
    /The flow cannot be read at graphData\.elements\.nodes\.1\.data\.nodeType/,
  ],
  [
    'has two nodes of one id',
    (graph) => graph.nodes.push(structuredClone({ data: graph.node('decideform') })),
    /Two nodes have the id decideform/,
  ],
  [
    'has an edge to nothing',
    (graph) => graph.remove('stalepassw'),
    /The edge \w+ leads from or to stalepassw, which there is not/,
  ],
  [
    'has one edge twice',
    (graph) => graph.link(graph.evaluator('createlink').id, 'sendsemail'),
    /The edge .* repeats the edge/,
  ],
  [
    'leads from a page straight to the next call',
    (graph) => graph.link('resumelink', 'signinform'),
    /"The link was opened" \(resumelink\) leads straight to "Sign in" \(signinform\)/,
  ],
  [
    'has a node that nothing leads to, which would run at once',
    (graph) => {
      const evaluator = graph.evaluator('sendsemail')
      const edge = graph.edgesFrom(evaluator.id).find(({ target }) => target === 'linkissent')
      graph.unlink(edge?.id ?? '')
      delete evaluator.properties.linkissent
    },
    /The flow starts at .*\(findperson\) and at .*\(linkissent\)/,
  ],
  [
    'begins with an evaluator',
    (graph) => {
      const evaluator = graph.evaluator('findperson')
      graph.remove('findperson')
      graph.unlink(graph.edges.find(({ data }) => data.source === 'findperson')?.data.id ?? '')
      evaluator.properties = {}
    },
    /The flow starts at the evaluator .* which has nothing to judge/,
  ],
  [
    'leads back to itself',
    (graph) => {
      graph.link(graph.evaluator('passwordok').id, 'signinform')
    },
    /"Sign in" \(signinform\) leads back to itself/,
  ],
  [
    'goes on by what was pressed, as its first version did',
    (graph) => {
      graph.evaluator('decideform', 'approve').properties = { isapproved: { value: 'approve' } }
    },
    /goes on to isapproved on "approve", which is no condition/,
  ],
  [
    'has an entry for a node without an edge to it',
    (graph) => {
      graph.evaluator('checkpassw').properties.decideform = { value: 'anyTriggersFalse' }
    },
    /has an entry for decideform, but no edge to it/,
  ],
  [
    'lets two outcomes share an evaluator',
    (graph) => {
      const [approve, decline] = graph.edgesFrom('decideform')
      const left = graph.node(decline?.target ?? '')
      if (approve && decline) decline.target = approve.target
      graph.link(approve?.target ?? '', 'isdeclined')
      for (const edge of graph.edgesFrom(left.id)) graph.unlink(edge.id)
      graph.remove(left.id)
    },
    /The evaluator .* judges 2 outcomes; each needs one of its own/,
  ],
  [
    'ends in an evaluator',
    (graph) => {
      const evaluator = graph.evaluator('isdeclined')
      for (const edge of graph.edgesFrom(evaluator.id)) graph.unlink(edge.id)
      evaluator.properties = {}
      graph.remove('showrefuse')
    },
    /The evaluator .* leads nowhere/,
  ],
  [
    'calls a connector that there is not',
    (graph) => {
      graph.node('sendsemail').connectorId = 'pingOneMailConnector'
    },
    /calls pingOneMailConnector, which is no known connector/,
  ],
  [
    'calls a capability that the connector does not have',
    (graph) => {
      graph.node('createlink').capabilityName = 'startOutOfBand'
    },
    /calls startOutOfBand, which flowConnector does not have/,
  ],
  [
    'calls a capability by the wrong type of node',
    (graph) => {
      graph.node('createlink').type = 'action'
    },
    /"Make the link" \(createlink\) is of the type "action"; oobStart is called by trigger/,
  ],
  [
    'has a disabled node',
    (graph) => {
      graph.node('checkpassw').isDisabled = true
    },
    /\(checkpassw\) is disabled/,
  ],
  [
    'returns its claims in a property of another name, as its first version did',
    (graph) => {
      const { properties } = graph.node('isapproved')
      properties.claims = properties.accessTokenClaims as { value: unknown }
      delete properties.accessTokenClaims
    },
    /"Approved" \(isapproved\) sets "claims", which pingOneAuthenticationConnector does not know/,
  ],
  [
    "sends its email with properties of another connector's, as its first version did",
    (graph) => {
      graph.node('sendsemail').properties.variantName = { value: 'MyHotels booking approval' }
    },
    /sets "variantName", which notificationsConnector does not know/,
  ],
  [
    'does not say whose approval it is',
    (graph) => {
      delete graph.node('isapproved').properties.userId
    },
    /"Approved" \(isapproved\) does not set "userId", which returnCibaSuccess requires/,
  ],
  [
    'names no connector instance',
    (graph) => {
      graph.node('linkissent').connectionId = ''
    },
    /\(linkissent\) names no connector instance/,
  ],
  [
    'names an instance of another connector',
    (graph) => {
      graph.node('linkissent').connectionId = 'connectorInstance.users'
    },
    /names connectorInstance\.users, which is no connector instance of httpConnector/,
  ],
  [
    'gives an evaluator a connector instance',
    (graph) => {
      graph.evaluator('findperson').connectionId = 'connectorInstance.users'
    },
    /The evaluator .* names a connector instance/,
  ],
  [
    'shows a form that there is not',
    (graph) => {
      graph.forms.delete('form.decide')
    },
    /"Approve or decline" \(decideform\) shows the form form\.decide, which there is not/,
  ],
  [
    'has no outcome for a button of its form',
    (graph) => {
      graph.form('form.decide').components.fields.push({ type: 'FLOW_BUTTON', key: 'later', label: 'Later' })
    },
    /\(decideform\) has no outcome for "later", by which its form can be left/,
  ],
  [
    'has an outcome that its form does not have',
    (graph) => {
      const form = graph.form('form.decide')
      form.components.fields = form.components.fields.filter(({ key }) => key !== 'decline')
    },
    /\(decideform\) has an outcome "decline", which its form does not have/,
  ],
  [
    'leaves an outcome without an edge',
    (graph) => {
      const decline = graph.edgesFrom('decideform')[1]
      if (decline) decline.multiValueSourceId = '-1'
    },
    /Nothing follows when "Approve or decline" \(decideform\) is left by "decline"/,
  ],
  [
    'has an edge from a form that claims no outcome',
    (graph) => {
      delete graph.edgesFrom('signinform')[0]?.multiValueSourceId
    },
    /An edge from "Sign in" \(signinform\) claims none of its outcomes/,
  ],
  [
    'has an edge for an outcome that there is not',
    (graph) => {
      const evaluator = {
        data: { ...structuredClone(graph.evaluator('decideform', 'decline')), id: 'zzzzzzzzzz' },
      }
      graph.nodes.push(evaluator)
      graph.link('decideform', 'zzzzzzzzzz', { multiValueSourceId: 'nosuchoutc' })
      graph.link('zzzzzzzzzz', 'isdeclined')
    },
    /An edge from .*\(decideform\) claims the outcome nosuchoutc, which it does not have/,
  ],
  [
    'fills in a field that its form does not have',
    (graph) => {
      graph.node('signinform').properties.formData = { value: [{ key: 'password', value: '' }] }
    },
    /\(signinform\) fills in the field "password", which its form does not have/,
  ],
  [
    'leaves a text of its form empty',
    (graph) => {
      graph.node('decideform').properties.dynamicText = { value: [] }
    },
    /\(decideform\) has no text for \{\{hotel_name\}\} of its form/,
  ],
  [
    'has a text that its form does not show',
    (graph) => {
      const rows = graph.value('signinform', 'dynamicText') as object[]
      rows.push({ key: 'greeting', value: slate('Hello') })
    },
    /\(signinform\) has a text for \{\{greeting\}\}, which its form does not show/,
  ],
  [
    'goes nowhere when nobody is found',
    (graph) => {
      const evaluator = graph.evaluator('findperson')
      const edge = graph.edgesFrom(evaluator.id).find(({ target }) => target === 'nosuchuser')
      graph.unlink(edge?.id ?? '')
      delete evaluator.properties.nosuchuser
      graph.remove('nosuchuser')
    },
    /Nothing follows when "Find the person" \(findperson\) comes out false/,
  ],
  [
    'shows an error before there is a page to show it on',
    (graph) => {
      const node = graph.node('hasnoemail')
      Object.assign(node, structuredClone(graph.node('wrongpassw')), { id: 'hasnoemail' })
    },
    /\(hasnoemail\) can be reached before any page was shown/,
  ],
  [
    'sends a link that the node before does not put out, as its first version did',
    (graph) => {
      const [row] = graph.value('sendsemail', 'templateVariables') as { value: string }[]
      if (row) row.value = row.value.replaceAll('continueLink', 'continueUrl')
    },
    /\(sendsemail\), templateVariables: .* reads "continueUrl", which oobStart does not put out/,
  ],
  [
    'reads a node that there is not',
    (graph) => {
      const { properties } = graph.node('checkpassw')
      properties.password = {
        value: String(properties.password?.value).replaceAll('signinform', 'loginsform'),
      }
    },
    /\(checkpassw\), password: .*loginsform.* reads a node that there is not/,
  ],
  [
    'reads a node that runs later',
    (graph) => {
      const { properties } = graph.node('checkstate')
      properties.leftValueA = { value: slate('{{local.checkpassw.payload.output.rawResponse.status}}') }
    },
    /\(checkstate\), leftValueA: .* reads a node that has not run by then/,
  ],
  [
    'reads a field that the form does not have',
    (graph) => {
      const { properties } = graph.node('checkpassw')
      properties.password = { value: slate('{{local.signinform.payload.output.formData.password}}') }
    },
    /reads "formData\.password", which showForm does not put out/,
  ],
  [
    'writes a reference into plain text, where it is not filled in',
    (graph) => {
      graph.node('findperson').properties.userIdentifierForFindUser = {
        value: '{{global.parameters.authorizationRequest.login_hint}}',
      }
    },
    /\(findperson\), userIdentifierForFindUser: .* stands among other words, where it is not filled in/,
  ],
  [
    'writes a reference among other words, where it is not filled in',
    (graph) => {
      graph.node('wrongpassw').properties.errorMessage = {
        value: slate('Not the password of {{local.findperson.payload.output.matchedUser.username}}'),
      }
    },
    /\(wrongpassw\), errorMessage: .* stands among other words/,
  ],
  [
    'returns claims as a map',
    (graph) => {
      graph.node('isapproved').properties.accessTokenClaims = { value: { transaction_id: 'x' } }
    },
    /\(isapproved\): "accessTokenClaims" is no list of rows/,
  ],
  [
    'returns a claim without a type',
    (graph) => {
      const [row] = graph.value('isapproved', 'accessTokenClaims') as { type?: string }[]
      delete row?.type
    },
    /\(isapproved\), row 1 of accessTokenClaims has no type/,
  ],
  [
    'returns a claim twice',
    (graph) => {
      const rows = graph.value('isapproved', 'accessTokenClaims') as { name: string }[]
      if (rows[1] && rows[0]) rows[1].name = rows[0].name
    },
    /row 2 of accessTokenClaims repeats "transaction_id"/,
  ],
  [
    'returns a claim that PingOne keeps for itself',
    (graph) => {
      const [row] = graph.value('isapproved', 'accessTokenClaims') as { name: string }[]
      if (row) row.name = 'amr'
    },
    /row 1 of accessTokenClaims is called "amr", which PingOne keeps for itself/,
  ],
  [
    'returns a claim in plain text',
    (graph) => {
      const [row] = graph.value('isapproved', 'accessTokenClaims') as { value: string }[]
      if (row) row.value = 'anything'
    },
    /row 1 of accessTokenClaims has a value that is no Slate text/,
  ],
  [
    'says how the person was authenticated in a list, as its first version did',
    (graph) => {
      graph.node('isapproved').properties.authenticationMethods = { value: [{ name: 'email' }] }
    },
    /\(isapproved\): \[\{"name":"email"\}\] is no authentication method/,
  ],
  [
    'announces methods of its own and names none',
    (graph) => {
      graph.node('isapproved').properties.customAuthenticationMethods = { value: slate('') }
    },
    /uses methods of its own, and "customAuthenticationMethods" names none/,
  ],
  [
    'has a content security policy under which pages do not run, as its first version had',
    (graph) => {
      graph.source.settings.csp = "default-src 'self'; object-src 'none'"
    },
    /keeps DaVinci's own pages from running/,
  ],
  [
    'logs what people type',
    (graph) => {
      graph.source.settings.logLevel = 3
    },
    /logs at the level of debugging/,
  ],
  [
    'has a switch and a trigger that disagree',
    (graph) => {
      delete graph.source.trigger.subtype
    },
    /The setting cibaFlow and the trigger of the flow disagree/,
  ],
  [
    'makes a link that leads nowhere',
    (graph) => {
      Object.assign(graph.node('resumelink'), {
        ...structuredClone(graph.node('checkstate')),
        id: 'resumelink',
      })
      graph.evaluator('resumelink').properties = { signinform: { value: 'always' } }
    },
    /needs a node that the link leads to \(oobContinue\)/,
  ],
  [
    'resumes behind the node that makes the link, as its first version did',
    (graph) => {
      const parent = graph.evaluator('checkemail')
      const edge = graph.edgesFrom(parent.id).find(({ target }) => target === 'resumelink')
      graph.unlink(edge?.id ?? '')
      delete parent.properties.resumelink
      graph.link(graph.evaluator('createlink').id, 'resumelink')
    },
    /\(createlink\) and .*\(resumelink\) must hang on the same evaluator/,
  ],
  [
    'never answers the client',
    (graph) => {
      Object.assign(graph.node('linkissent'), {
        ...structuredClone(graph.node('notemailed')),
        id: 'linkissent',
      })
    },
    /never answers the CIBA request/,
  ],
  [
    'cannot end in success',
    (graph) => {
      Object.assign(graph.node('isapproved'), {
        ...structuredClone(graph.node('isdeclined')),
        id: 'isapproved',
      })
    },
    /After the link was opened, nothing leads to returnCibaSuccess/,
  ],
  [
    'cannot end in an error',
    (graph) => {
      Object.assign(graph.node('isdeclined'), {
        ...structuredClone(graph.node('isapproved')),
        id: 'isdeclined',
      })
    },
    /After the link was opened, nothing leads to returnCibaError/,
  ],
  [
    'ends the request before the link was opened',
    (graph) => {
      const evaluator = graph.evaluator('sendsemail')
      graph.link(evaluator.id, 'isapproved')
    },
    /"Approved" \(isapproved\) ends the request before the link was opened/,
  ],
  [
    'approves after a wrong password',
    (graph) => {
      const evaluator = graph.evaluator('checkpassw')
      evaluator.properties = {
        passwordok: { value: 'always' },
        wrongpassw: { value: 'anyTriggersFalse' },
      }
    },
    /"Approved" \(isapproved\) can be reached without any authentication/,
  ],
  [
    'asks whoever has the link, as its first version did',
    (graph) => {
      const evaluator = graph.evaluator('resumelink')
      graph.link(evaluator.id, 'decideform')
    },
    /"Approve or decline" \(decideform\) shows what is asked before the person is authenticated/,
  ],
  [
    'checks the password of whoever signs in',
    (graph) => {
      graph.node('checkpassw').properties.identifier = { value: slate('{{global.parameters.loginHint}}') }
    },
    /\(checkpassw\): "identifier" is not the id of the person that was looked up/,
  ],
  [
    'checks the password of a person of that name',
    (graph) => {
      graph.node('checkpassw').properties.matchAttribute = { value: 'username' }
    },
    /\(checkpassw\) looks the id up as "username"/,
  ],
  [
    'approves for another person',
    (graph) => {
      graph.node('isapproved').properties.userId = {
        value: slate('{{local.findperson.payload.output.matchedUser.email}}'),
      }
    },
    /\(isapproved\): "userId" is not the id of the person that was looked up/,
  ],
]

describe('the check of a flow', () => {
  test.each(approvalAuthentications)('finds nothing in the approval flow with %s', (authentication) => {
    expect(check(approvalFlowGraph(authentication))).toEqual([])
  })

  test.each(broken)('finds one that %s', (_what, breakIt, sentence) => {
    const graph = approvalFlowGraph()

    breakIt(graph)

    const found = check(graph)
    expect(found.join('\n')).toMatch(sentence)
  })

  test('finds a passkey that nobody checks', () => {
    const graph = approvalFlowGraph('passkey')
    const evaluator = graph.evaluator('checksigne')

    evaluator.properties = {
      decideform: { value: 'allTriggersComplete' },
      notsignedd: { value: 'anyTriggersFalse' },
    }

    expect(check(graph).join('\n')).toMatch(/\(isapproved\) can be reached without any authentication/)
  })

  test('finds a push that counts before it was answered', () => {
    const graph = approvalFlowGraph('push')

    graph.node('isconfirme').properties.rightValueB = { value: slate('PUSH_CONFIRMATION_REQUIRED') }

    expect(check(graph).join('\n')).toMatch(/\(isapproved\) can be reached without any authentication/)
  })

  test('takes a flow that does not answer CIBA, without what CIBA asks for', () => {
    const graph = approvalFlowGraph()
    Object.assign(graph.source, {
      trigger: { type: 'AUTHENTICATION' },
      settings: {},
      graphData: {
        elements: {
          nodes: [
            {
              data: {
                id: 'greetsform',
                nodeType: 'CONNECTION',
                connectorId: 'pingOneFormsConnector',
                connectionId: 'connectorInstance.forms',
                capabilityName: 'customMessage',
                type: 'action',
                properties: { message: { value: slate('Welcome') } },
              },
            },
          ],
          edges: [],
        },
      },
    })

    expect(check(graph)).toEqual([])
  })

  test('answers with sentences whatever it is given', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (source, form) => {
        const found = checkFlow(source, { forms: new Map([['form', form]]) })

        expect(found.every((sentence) => sentence.endsWith('.'))).toBe(true)
        expect(found).not.toEqual([])
      }),
    )
  })

  test('does not stumble over any value in a property', () => {
    const ids = approvalFlowGraph().nodes.map(({ data }) => data.id)
    fc.assert(
      fc.property(fc.constantFrom(...ids), fc.nat(), fc.jsonValue(), (id, at, value) => {
        const graph = approvalFlowGraph()
        const { properties } = graph.node(id)
        const names = Object.keys(properties)
        properties[names[at % Math.max(names.length, 1)] ?? 'nodeTitle'] = { value }

        expect(check(graph)).toEqual(expect.any(Array))
      }),
      { numRuns: 300, examples: [['wrongpassw', 0, { toString: false }]] },
    )
  })
})
