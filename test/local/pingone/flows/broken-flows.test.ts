// MyHotels' own flow, deployed by its own deployment, whole and broken in one place at a time. PingOne takes each of the
// broken ones without a word; what comes of it shows only when somebody books.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { decodeJwt } from 'jose'
import { openMail, press } from '../../../journeys/answer-approval.ts'
import { WebPage } from '../../../journeys/web-page.ts'
import { anna } from '../configure-ciba.ts'
import { type DeployedApproval, deployApproval } from './deployed-approval.ts'

type Properties = Record<string, { value: unknown }>
type Node = {
  data: {
    id: string
    nodeType: string
    connectionId?: string
    capabilityName?: string
    properties?: Properties
    outcomes?: unknown
  }
}
type Edge = { data: { id: string; source: string; target: string; multiValueSourceId?: string } }
type Stored = { id: string; name: string; trigger: unknown; settings: unknown; graphData: unknown }

let deployed: DeployedApproval
let flow: Stored

beforeAll(async () => {
  deployed = await deployApproval('password')
  const [listed] = deployed.pingOne.environment.list('flows')
  flow = structuredClone(listed) as unknown as Stored
})
afterAll(() => deployed?.stop())

/** A copy of the graph, and ways to break it. */
function copyOfGraph() {
  const graph = structuredClone(flow.graphData) as { elements: { nodes: Node[]; edges: Edge[] } }
  const { nodes, edges } = graph.elements
  const at = (id: string) => nodes.findIndex(({ data }) => data.id === id)
  const node = (id: string) => {
    const found = nodes[at(id)]
    if (found === undefined) throw new Error(`There is no node ${id}`)
    return found.data
  }
  const properties = (id: string) => {
    const data = node(id)
    data.properties ??= {}
    return data.properties
  }
  return {
    graph,
    nodes,
    edges,
    node,
    properties,
    edgesFrom: (id: string) => edges.filter(({ data }) => data.source === id).map(({ data }) => data),
    /** The evaluator after a node, or after one of its exits. */
    after(id: string, exit = 0) {
      const edge = this.edgesFrom(id)[exit]
      if (edge === undefined) throw new Error(`Nothing follows ${id}`)
      return edge.target
    },
    rename(id: string, from: string, to: string) {
      const { [from]: value, ...others } = properties(id)
      if (value === undefined) throw new Error(`${id} has no ${from}`)
      node(id).properties = { ...others, [to]: value }
    },
    remove(id: string) {
      nodes.splice(at(id), 1)
    },
  }
}

type Graph = ReturnType<typeof copyOfGraph>

/** Saves and deploys a flow, as PingOne takes it. */
async function deploy(graph: unknown): Promise<void> {
  const { name, trigger, settings } = flow
  const { call } = deployed
  await call('PUT', `/flows/${flow.id}`, { name, trigger, settings, graphData: graph })
  await call('POST', `/flows/${flow.id}`, {}, 'application/vnd.pingidentity.flow.deploy+json')
}

/** Asks for an approval and goes as far as it goes; says where that is. */
async function carry(answer: 'approve' | 'decline' = 'approve'): Promise<string> {
  const { transaction, started, mail, poll } = await deployed.ask()
  if (started.auth_req_id === undefined) return `the client is told ${started.error}`
  if (mail === undefined) return 'no email arrives'
  const [link] = new WebPage(new URL('about:blank'), 200, mail.html).links
  if (!link) return 'the email has no link'
  const opened = await openMail(mail)
  if (opened.status !== 200) return `the link says ${opened.title}, then ${(await poll()).error}`
  const question = opened.asksForPassword ? await press(opened, anna) : opened
  if (question.asksForPassword) return 'the right password is refused'
  if (question.status !== 200) return `after the password: ${question.title}`
  const last = await press(question, anna, answer === 'approve' ? /^approve/i : /^decline/i)
  const tokens = await poll()
  if (tokens.access_token === undefined)
    return `after ${answer}: ${last.status === 200 ? '' : `${last.title}, `}${tokens.error}`
  const claims = decodeJwt(tokens.access_token)
  return claims.transaction_id === transaction && claims.approval_amr === 'pwd'
    ? 'an approval of this booking'
    : `a token that proves nothing (${Object.keys(claims).filter((name) => /^(transaction_id|approval_amr)$/.test(name))})`
}

describe('MyHotels’ flow', () => {
  test('as deployed: an approval of this booking, or a refusal', async () => {
    await deploy(flow.graphData)

    expect(await carry('approve')).toBe('an approval of this booking')
    expect(await carry('decline')).toBe('after decline: access_denied')
    expect(deployed.died).toEqual([])
  })

  const broken: [string, string, (graph: Graph) => void, ('approve' | 'decline')?][] = [
    [
      'claims under the name that they had at first',
      'a token that proves nothing ()',
      (graph) => graph.rename('isapproved', 'accessTokenClaims', 'claims'),
    ],
    [
      'a claim whose reference stands in plain text',
      'a token that proves nothing (transaction_id,approval_amr)',
      ({ properties }) => {
        const rows = properties('isapproved').accessTokenClaims?.value as { name: string; value: string }[]
        for (const row of rows.filter(({ name }) => name === 'transaction_id'))
          row.value = '{{global.parameters.authorizationRequest.transaction_id}}'
      },
    ],
    [
      'methods of authentication as a list',
      'after approve: Something went wrong, authorization_pending',
      ({ properties }) => {
        properties('isapproved').authenticationMethods = { value: [{ name: 'pwd', value: 'pwd' }] }
      },
    ],
    [
      'a condition that evaluators do not have, after Approve',
      'after approve: Something went wrong, authorization_pending',
      (graph) => {
        graph.properties(graph.after('decideform', 0)).isapproved = { value: 'approve' }
      },
    ],
    [
      'a condition that evaluators do not have, after Decline',
      'after decline: Something went wrong, authorization_pending',
      (graph) => {
        graph.properties(graph.after('decideform', 1)).isdeclined = { value: 'decline' }
      },
      'decline',
    ],
    [
      'an exit of the form that no edge claims',
      'after approve: Something went wrong, authorization_pending',
      ({ edgesFrom }) => {
        for (const edge of edgesFrom('decideform')) delete edge.multiValueSourceId
      },
    ],
    [
      'two exits of the form with one evaluator',
      'after approve: Something went wrong, authorization_pending',
      (graph) => {
        const [approve, decline] = graph.edgesFrom('decideform')
        if (approve && decline) decline.target = approve.target
      },
    ],
    [
      'the link under the name that it had at first',
      'the email has no link',
      ({ properties }) => {
        const rows = properties('sendsemail').templateVariables?.value as { name: string; value: string }[]
        for (const row of rows.filter(({ name }) => name === 'magicLink'))
          row.value = row.value.replaceAll('continueLink', 'continueUrl')
      },
    ],
    [
      'the variables of the email under another name',
      'the email has no link',
      (graph) => graph.rename('sendsemail', 'templateVariables', 'variables'),
    ],
    [
      'the template of the email under another name',
      'the client is told notification_failure',
      (graph) => graph.rename('sendsemail', 'templateVariant', 'variantName'),
    ],
    [
      'no email at all',
      'no email arrives',
      (graph) => {
        const before = graph.after('createlink')
        for (const edge of graph.edgesFrom(before)) edge.target = 'linkissent'
        graph.properties(before).linkissent = { value: 'allTriggersTrue' }
        graph.remove('sendsemail')
        const gone = graph.edges.filter(({ data }) => data.source !== 'sendsemail')
        graph.edges.splice(0, graph.edges.length, ...gone)
      },
    ],
    [
      'no answer to the client',
      'the client is told server_error',
      (graph) => {
        graph.node('linkissent').capabilityName = 'customMessage'
        graph.node('linkissent').nodeType = 'ANNOTATION'
      },
    ],
    [
      'the two ends of the link one behind the other',
      'the link says Something went wrong, then authorization_pending',
      (graph) => {
        for (const { data } of graph.edges.filter(({ data: { target } }) => target === 'resumelink'))
          data.source = graph.after('createlink')
        graph.properties(graph.after('createlink')).resumelink = { value: 'allTriggersTrue' }
      },
    ],
    [
      'a form that is not there',
      'the link says Something went wrong, then authorization_pending',
      ({ properties }) => {
        properties('signinform').form = { value: randomUUID() }
      },
    ],
    [
      'the password by the dotted name of its field',
      'the right password is refused',
      ({ properties }) => {
        const written = String(properties('checkpassw').password?.value)
        properties('checkpassw').password = { value: written.replaceAll('formData.user', 'formData["user') }
      },
    ],
    [
      'the question in the place of the password',
      // By whoever has the link. Such a flow runs; the check before deployment is what stops it.
      'an approval of this booking',
      (graph) => {
        const before = graph.after('resumelink')
        for (const edge of graph.edgesFrom(before)) edge.target = 'decideform'
        graph.properties(before).decideform = { value: 'allTriggersTrue' }
        graph.remove('signinform')
      },
    ],
    [
      'a capability that nobody knows',
      'the client is told server_error',
      ({ node }) => {
        node('findperson').capabilityName = 'findUser'
      },
    ],
    [
      'a capability that nobody knows, behind the link',
      'after the password: Something went wrong',
      ({ node }) => {
        node('checkpassw').capabilityName = 'verifyPassword'
      },
    ],
    [
      'an edge into nothing',
      'the client is told server_error',
      (graph) => {
        for (const edge of graph.edgesFrom(graph.after('findperson'))) edge.target = 'nowhere'
        graph.properties(graph.after('findperson')).nowhere = { value: 'allTriggersTrue' }
      },
    ],
    [
      'a call that nothing leads to, which is a second start',
      'the client is told unknown_user_id',
      (graph) => {
        const source = graph.after('findperson')
        const index = graph.edges.findIndex(
          ({ data }) => data.source === source && data.target === 'nosuchuser',
        )
        graph.edges.splice(index, 1)
      },
    ],
    [
      'a connector instance without credentials',
      'the client is told unknown_user_id',
      ({ node }) => {
        node('findperson').connectionId = bareInstance
      },
    ],
    [
      'an error message before there is any page',
      'the client is told server_error',
      (graph) => {
        const source = graph.after('findperson')
        graph.edges.push({ data: { id: 'new', source, target: 'wrongpassw' } })
        graph.properties(source).wrongpassw = { value: 'always' }
      },
    ],
    [
      'calls without an evaluator between them',
      'the client is told server_error',
      (graph) => {
        for (const edge of graph.edgesFrom('findperson')) edge.target = 'checkstate'
      },
    ],
    [
      'returnCibaSuccess and nothing else',
      'the client is told server_error',
      (graph) => {
        graph.nodes.splice(0, graph.nodes.length, { data: graph.node('isapproved') })
        graph.edges.splice(0)
      },
    ],
  ]
  let bareInstance = ''
  beforeAll(async () => {
    const instance = { name: 'PingOne', connector: { id: 'pingOneSSOConnector' } }
    bareInstance = (await deployed.call('POST', '/connectorInstances', instance)).id
  })

  // Jest takes a parameter beyond the row for its callback: each row is whole.
  const rows = broken.map(
    ([what, outcome, breakIt, answer = 'approve']) => [what, outcome, breakIt, answer] as const,
  )

  test.each(rows)('with %s: %s', async (_, outcome, breakIt, answer) => {
    const graph = copyOfGraph()
    breakIt(graph)
    await deploy(graph.graph)

    expect(await carry(answer)).toBe(outcome)
  })

  test('tells the client when the day’s emails of the notification policy are used up, and sends none', async () => {
    await deploy(flow.graphData)
    const { environment } = deployed.pingOne
    const policies = environment.list('notificationsPolicies')
    const policy = policies.find(({ name }) => String(name).startsWith('MyHotels')) ?? { id: '' }
    const quotas = [{ type: 'USER', deliveryMethods: ['Email'], total: 1 }]
    environment.put('notificationsPolicies', { ...policy, quotas })
    const { started, mail } = await deployed.ask()
    environment.put('notificationsPolicies', policy)

    expect(started.error).toBe('notification_failure')
    expect(mail).toBeUndefined()
    expect((await deployed.ask()).mail).toBeDefined()
  })

  test('goes on as it was when it is deployed anew while a link waits', async () => {
    await deploy(flow.graphData)
    const { transaction, mail, poll } = await deployed.ask()
    const broken = copyOfGraph()
    broken.node('checkpassw').capabilityName = 'verifyPassword'
    await deploy(broken.graph)

    const question = await press(await openMail(mail ?? { html: '' }), anna)
    await press(question, anna, /^approve/i)
    const tokens = await poll()

    expect(decodeJwt(tokens.access_token).transaction_id).toBe(transaction)
  })
})
