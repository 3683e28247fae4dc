import { describe, expect, test } from '@jest/globals'
import { capabilityFacts, connectorFacts } from '../../../lambdas/identity/davinci/connector-facts.ts'
import { pathsIn, plainWords } from '../../../lambdas/identity/davinci/references.ts'
import { templateVariable } from '../../../lambdas/identity/desired-state/approval-flow/send-link.ts'
import {
  shownParameters,
  transactionParameters,
} from '../../../lambdas/identity/desired-state/approval-flow/transaction.ts'
import { describeDesiredState } from '../../../lambdas/identity/desired-state/describe-desired-state.ts'
import {
  type ApprovalAuthentication,
  approvalAuthentications,
  defaultSettings,
} from '../../../lambdas/identity/settings.ts'
import { approvalFlowGraph, issuer } from '../davinci/approval-flow-graph.ts'

const graph = approvalFlowGraph()
const request = 'global.parameters.authorizationRequest'
type Row = { name: string; value: string }
const rows = (node: string, property: string) => graph.value(node, property) as Row[]
const personId = ['local.findperson.payload.output.matchedUser.id']

/**
 * How real flows are written. The source of a row: [export] the flows of the original demo, exported from a live tenant;
 * [templates] Ping's own flow templates, exported; [provider] the official Terraform provider; [linter] Ping's flow
 * linter; [page] Ping's page on the connector; [tenant] observed on a live tenant by somebody else.
 */
const facts: [string, string, () => void][] = [
  [
    'claims are rows of accessTokenClaims',
    'export, provider',
    () => {
      for (const row of rows('isapproved', 'accessTokenClaims')) {
        expect(row).toEqual({
          name: expect.any(String),
          value: expect.stringMatching(/^\[\{"children"/),
          type: 'string',
          key: expect.any(Number),
          label: `${row.name} (string - flowInstance)`,
        })
      }
      expect(graph.node('isapproved').properties.claims).toBeUndefined()
      expect(connectorFacts('pingOneAuthenticationConnector')?.properties).toContain('accessTokenClaims')
    },
  ],
  [
    'an evaluator goes on by one of six conditions, and says which',
    'export, provider, linter',
    () => {
      const legal = ['allTriggersTrue', 'anyTriggersTrue', 'allTriggersFalse', 'anyTriggersFalse']
      for (const { data } of graph.nodes.filter(({ data: { nodeType } }) => nodeType === 'EVAL')) {
        const targets = graph.edgesFrom(data.id).map(({ target }) => target)
        expect(Object.keys(data.properties).sort()).toEqual(targets.sort())
        for (const { value } of Object.values(data.properties)) expect(legal).toContain(value)
      }
    },
  ],
  [
    'a form branches by the ids of its outcomes, each to an evaluator of its own',
    'export, tenant',
    () => {
      const { outcomes = [] } = graph.node('decideform')
      const edges = graph.edgesFrom('decideform')
      expect(outcomes.map(({ result }) => result)).toEqual(['approve', 'decline'])
      expect(edges.map(({ multiValueSourceId }) => multiValueSourceId)).toEqual(outcomes.map(({ id }) => id))
      expect(new Set(edges.map(({ target }) => target)).size).toBe(2)
      expect(graph.evaluator('decideform', 'approve').properties).toEqual({
        isapproved: { value: 'allTriggersTrue' },
      })
      expect(graph.evaluator('decideform', 'decline').properties).toEqual({
        isdeclined: { value: 'allTriggersTrue' },
      })
    },
  ],
  [
    'the email is sent by template variant, with rows of variables',
    'export, provider',
    () => {
      expect(Object.keys(graph.node('sendsemail').properties).sort()).toEqual([
        'customTemplateVariant',
        'email',
        'nodeTitle',
        'notificationPolicyId',
        'templateVariables',
        'templateVariant',
        'userId',
      ])
      for (const row of rows('sendsemail', 'templateVariables')) {
        expect(row).toEqual({ name: row.name, preferredDataType: 'string', value: expect.any(String) })
      }
    },
  ],
  [
    'the link is the continueLink of oobStart',
    'export, templates',
    () => {
      const [link] = rows('sendsemail', 'templateVariables')
      expect(link?.name).toBe('magicLink')
      expect(pathsIn(link?.value)).toContain('local.createlink.payload.output.continueLink')
      expect(capabilityFacts('flowConnector', 'oobStart')?.outputs).toContain('continueLink')
    },
  ],
  [
    'oobStart and oobContinue hang on one evaluator, which runs them when an email address is there',
    'export, page',
    () => {
      expect(graph.evaluator('checkemail').properties).toEqual({
        hasnoemail: { value: 'allTriggersTrue' },
        createlink: { value: 'anyTriggersFalse' },
        resumelink: { value: 'anyTriggersFalse' },
      })
    },
  ],
  [
    'the authentication method is a name, or names in a property of its own',
    'export, page',
    () => {
      expect(graph.value('isapproved', 'authenticationMethods')).toBe('useCustomAuthenticationMethods')
      expect(plainWords(graph.value('isapproved', 'customAuthenticationMethods'))).toBe('pwd')
    },
  ],
  [
    "connector instances are PingOne's own, which have their credentials",
    'provider, tenant',
    () => {
      const desired = describeDesiredState({ settings: defaultSettings, issuer, environmentId: 'e' })
      const instances = desired.filter(({ kind }) => kind === 'connectorInstance')
      const withCredentials = ['pingOneSSOConnector', 'notificationsConnector', 'pingOneMfaConnector']
      for (const { wanted, builtIn, adopted } of instances) {
        const needs = withCredentials.includes((wanted.connector as { id: string }).id)
        expect({ builtIn, adopted }).toEqual(
          needs ? { builtIn: true, adopted: undefined } : { builtIn: undefined, adopted: true },
        )
        expect(wanted).not.toHaveProperty('properties')
      }
      expect(instances.filter(({ builtIn }) => builtIn)).toHaveLength(2)
    },
  ],
  [
    'texts are Slate documents, and a reference is alone in its run or a link',
    'export, linter, tenant',
    () => {
      for (const { data } of graph.nodes.filter(({ data: { nodeType } }) => nodeType === 'CONNECTION')) {
        for (const { value } of Object.values(data.properties)) {
          if (typeof value === 'string' && value.includes('{{'))
            expect(plainWords(value)).toMatch(/^(\{\{\S+\}\})?$/)
        }
      }
      expect(pathsIn(graph.value('findperson', 'userIdentifierForFindUser'))).toEqual([
        `${request}.login_hint`,
      ])
    },
  ],
  [
    'oobStart and comparisons are triggers, all else is an action',
    'export, provider',
    () => {
      for (const { data } of graph.nodes.filter(({ data: { nodeType } }) => nodeType === 'CONNECTION')) {
        const isTrigger = data.connectorId === 'functionsConnector' || data.capabilityName === 'oobStart'
        expect([data.id, data.type]).toEqual([data.id, isTrigger ? 'trigger' : 'action'])
      }
    },
  ],
  [
    "the content security policy is DaVinci's own, under which its pages run",
    'export',
    () => {
      expect(graph.source.settings.csp).toMatch(/^worker-src 'self' blob:; script-src .*'unsafe-inline'/)
    },
  ],
  [
    'the flow answers CIBA by its trigger and by its switch',
    'export',
    () => {
      expect(graph.source.trigger).toEqual({ type: 'AUTHENTICATION', subtype: 'CIBA' })
      expect(graph.source.settings.cibaFlow).toBe(true)
    },
  ],
  [
    'an evaluator has an empty connectionId',
    'provider',
    () => {
      expect(graph.evaluator('findperson').connectionId).toBe('')
    },
  ],
  [
    'the client is answered with the parameters of its request',
    'export',
    () => {
      expect(graph.value('linkissent', 'returnRequestParameters')).toBe(true)
      expect(pathsIn(rows('linkissent', 'claimsNameValuePairs')[0]?.value)).toContain(personId[0])
    },
  ],
  [
    'who cannot be asked is an unknown_user_id, and an email that is not sent a notification_failure',
    'export',
    () => {
      for (const id of ['nosuchuser', 'isdisabled', 'hasnoemail']) {
        expect(graph.value(id, 'errorMessage')).toBe('unknown_user_id')
        expect(graph.value(id, 'customErrorFlag')).toBe(true)
      }
      expect(graph.value('notemailed', 'errorMessage')).toBe('notification_failure')
    },
  ],
  [
    'the page is a form of PingOne, shown by its id',
    'export',
    () => {
      expect(graph.node('decideform')).toMatchObject({
        connectorId: 'pingOneFormsConnector',
        capabilityName: 'showForm',
        capabilityClass: 'render',
      })
      expect(graph.value('decideform', 'form')).toBe('form.decide')
      expect(graph.value('decideform', 'dynamicText')).toEqual(
        shownParameters.map((key) => ({ key, value: expect.stringContaining(`{{${request}.${key}}}`) })),
      )
    },
  ],
  [
    'declining ends the request with returnCibaError and says so',
    'export',
    () => {
      expect(graph.node('isdeclined').capabilityName).toBe('returnCibaError')
      expect(graph.evaluator('isdeclined').properties).toEqual({ showrefuse: { value: 'allTriggersTrue' } })
      expect(graph.node('showrefuse').capabilityName).toBe('customMessage')
    },
  ],
  [
    'a password is checked by the id of the person, and has to be good for signing in',
    'templates, page',
    () => {
      expect(graph.value('checkpassw', 'matchAttribute')).toBe('id')
      expect(pathsIn(graph.value('checkpassw', 'identifier'))).toContain(personId[0])
      expect(pathsIn(graph.value('checkpassw', 'password'))).toContain(
        'local.signinform.payload.output.formData.user.password',
      )
      expect(pathsIn(graph.value('passwordok', 'leftValueA'))).toContain(
        'local.checkpassw.payload.output.rawResponse.status',
      )
      expect(plainWords(graph.value('passwordok', 'rightValueB'))).toBe('OK')
    },
  ],
  [
    'a wrong password is an error on the form, which can be tried again',
    'templates, tenant',
    () => {
      expect(graph.node('wrongpassw')).toMatchObject({
        connectorId: 'errorConnector',
        capabilityName: 'customErrorMessage',
      })
      expect(graph.edgesFrom('wrongpassw')).toEqual([])
      expect(graph.form('form.signIn').components.fields.map(({ type }) => type)).toContain('ERROR_DISPLAY')
    },
  ],
  [
    'ids are ten lower-case letters and digits',
    'export, templates, provider',
    () => {
      for (const { data } of [...graph.nodes, ...graph.edges]) expect(data.id).toMatch(/^[a-z0-9]{10}$/)
    },
  ],
]

describe('the approval flow is written as real ones are', () => {
  test.each(facts)('%s [%s]', (_fact, _source, hold) => {
    hold()
  })
})

describe('an approval', () => {
  test('carries in its token all that the page shows, and what tells bookings apart', () => {
    const claims = rows('isapproved', 'accessTokenClaims')

    const shown = (graph.value('decideform', 'dynamicText') as { key: string; value: string }[]).map(
      ({ key, value }) => [key, value],
    )

    const carried = Object.fromEntries(claims.map(({ name, value }) => [name, value]))
    expect(carried).toMatchObject(Object.fromEntries(shown))
    expect(claims.map(({ name }) => name)).toEqual([...transactionParameters, 'approval_amr'])
    for (const name of transactionParameters) expect(pathsIn(carried[name])).toEqual([`${request}.${name}`])
  })

  test('shows on its pages and in its email what the client sent, and nothing that it did not', () => {
    for (const key of ['form.decide', 'form.approved']) {
      const shown = [...JSON.stringify(graph.form(key)).matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name)
      expect(shown.sort()).toEqual([...shownParameters].sort())
    }
    const variables = rows('sendsemail', 'templateVariables').map(({ name }) => name)
    const template = describeDesiredState({ settings: defaultSettings, issuer, environmentId: 'e' }).find(
      ({ kind }) => kind === 'notificationTemplate',
    )
    const used = [...String(template?.wanted.body).matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name)
    expect(variables).toEqual(['magicLink', ...shownParameters.map(templateVariable)])
    for (const name of used) expect(variables).toContain(name)
  })

  test.each<[ApprovalAuthentication, string, string[]]>([
    ['password', 'pwd', ['signinform', 'checkpassw', 'passwordok']],
    ['passkey', 'swk', ['beginsform', 'askmydevic', 'rightdevic', 'passkeyask', 'checksigne']],
    ['push', 'mca', ['beginsform', 'askmydevic', 'rightdevic', 'pushedform', 'readanswer', 'isconfirme']],
  ])('with %s says "%s", after the person did it', (authentication, method, steps) => {
    const flow = approvalFlowGraph(authentication)

    const walked: string[] = []
    for (let id = 'resumelink'; id !== 'decideform'; ) {
      const { properties } = flow.evaluator(id)
      const [next = ''] =
        Object.entries(properties).find(([, { value }]) => value === 'allTriggersTrue') ?? []
      walked.push(next)
      id = next
    }

    expect(walked).toEqual([...steps, 'decideform'])
    const said = (flow.value('isapproved', 'accessTokenClaims') as Row[]).at(-1)
    expect(said?.name).toBe('approval_amr')
    expect(plainWords(said?.value)).toBe(method)
    expect(plainWords(flow.value('isapproved', 'customAuthenticationMethods'))).toBe(method)
  })

  test('asks no device before a button was pressed: programs look at links in mail', () => {
    for (const authentication of ['passkey', 'push'] as const) {
      const flow = approvalFlowGraph(authentication)

      expect(flow.node(Object.keys(flow.evaluator('resumelink').properties)[0] ?? '').capabilityName).toBe(
        'showForm',
      )
      expect(flow.evaluator('beginsform', 'submit').properties).toHaveProperty('askmydevic')
    }
  })

  test.each(approvalAuthentications)('with %s is the same each time it is described', (authentication) => {
    expect(approvalFlowGraph(authentication).source).toEqual(approvalFlowGraph(authentication).source)
  })
})
