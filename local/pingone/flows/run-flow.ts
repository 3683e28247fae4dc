// The interpreter: carries a request through a flow's graph, call by call, until it waits for a person or nothing is
// left to do. A run is plain data, so that it can be kept; what the flow does outside itself comes back as effects.
import { randomBytes } from 'node:crypto'
import type { Clock } from '../../../lambdas/clock.ts'
import type { PingOneEnvironment } from '../environment.ts'
import { capabilities } from './capabilities.ts'
import { type Call, type Effect, failed, type Payload, type Screen, type Step } from './capability.ts'
import { hasAccess } from './connector-access.ts'
import { type FlowEdge, type FlowGraph, type FlowNode, startNodes } from './graph.ts'
import { isBranchTaken } from './is-branch-taken.ts'
import { resolveValue, type Scope, toText } from './resolve-value.ts'

/** What has run so far. */
export type FlowRun = {
  parameters: Record<string, unknown>
  /** What calls left, by node, and the how-many-eth call of the run it was. */
  calls: Record<string, Payload & { call: number }>
  count: number
  /** Which calls a branch was taken for: `<evaluator> <target>`, so that none is taken twice for the same ones. */
  taken: Record<string, number[]>
  /** The page that was shown last; `isWaiting` until it is sent. */
  page?: { node: string; parent: string; isWaiting: boolean; error?: string }
  /** The challenge of the link that opened this branch; none in the branch that answers the client. */
  challenge?: string
}

export type Progress = {
  run: FlowRun
  effects: Effect[]
  /** Why the flow died. What it has done until then is done. */
  failure?: FlowFailure
}

/** A flow died; `message` is for the log and the person at the laptop, PingOne itself says less. */
export class FlowFailure extends Error {
  override readonly name = 'FlowFailure'
  readonly code: 'unexpectedError' | 'requestTimedOut'
  constructor(code: FlowFailure['code'], message: string) {
    super(message)
    this.code = code
  }
}

export type FlowServices = {
  environment: PingOneEnvironment
  clock: Clock
  linkTo(challenge: string): string
  newChallenge?(): string
}

/** More calls than this in one go is a flow that goes round in circles. */
const mostCalls = 200

/** Runs the branch that answers the client. */
export function startFlow(
  graph: FlowGraph,
  parameters: Record<string, unknown>,
  services: FlowServices,
): Promise<Progress> {
  const run: FlowRun = { parameters, calls: {}, count: 0, taken: {} }
  return proceed(graph, run, services, () => startNodes(graph).map((node) => ({ node, parent: '' })))
}

/** Runs the branch of `oobContinue` that a link leads to, on what the flow knew when the link was made. */
export function openLink(
  graph: FlowGraph,
  before: FlowRun,
  link: { challenge: string; parent: string },
  services: FlowServices,
): Promise<Progress> {
  const run: FlowRun = { ...structuredClone(before), challenge: link.challenge }
  return proceed(graph, run, services, () =>
    targetsOf(graph, link.parent)
      .map((node) => ({ node, parent: link.parent }))
      .filter(({ node }) => node.connectorId === 'flowConnector' && node.capabilityName === 'oobContinue'),
  )
}

/** Goes on with what the person sent from the page that waits: the exit that they chose, and the fields. */
export function submitPage(
  graph: FlowGraph,
  before: FlowRun,
  sent: { result: string; output: Record<string, unknown> },
  services: FlowServices,
): Promise<Progress> {
  const run = structuredClone(before)
  return proceed(graph, run, services, () => {
    const node = graph.nodes.get(run.page?.node ?? '')
    if (node === undefined || run.page?.isWaiting !== true)
      throw new FlowFailure('unexpectedError', 'The flow waits for nothing.')
    run.page = { node: run.page.node, parent: run.page.parent, isWaiting: false }
    const outcome = node.outcomes.find(({ result }) => result === sent.result)?.id
    return complete(graph, run, node, { success: true, output: sent.output }, outcome)
  })
}

/** The page that a run waits with. */
export async function screenOf(
  graph: FlowGraph,
  run: FlowRun,
  services: FlowServices,
): Promise<Screen | undefined> {
  const node = graph.nodes.get(run.page?.node ?? '')
  if (node === undefined || run.page?.isWaiting !== true) return undefined
  const step = await callCapability(node, run.page.parent, run, services)
  return step.kind === 'screen' ? step.screen : undefined
}

type Queued = { node: FlowNode; parent: string }

async function proceed(
  graph: FlowGraph,
  run: FlowRun,
  services: FlowServices,
  begin: () => Queued[],
): Promise<Progress> {
  const effects: Effect[] = []
  const limit = run.count + mostCalls
  try {
    const queue = begin()
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      if (run.count >= limit) throw new FlowFailure('unexpectedError', 'The flow goes round in circles.')
      const { node, parent } = next
      const step = await callCapability(node, parent, run, services)
      switch (step.kind) {
        case 'done':
          effects.push(...(step.effects ?? []))
          queue.push(...complete(graph, run, node, step.payload))
          break
        case 'wait':
          break
        case 'screen':
          if (run.challenge === undefined)
            throw new FlowFailure('unexpectedError', `Nobody is there yet to see the page of ${node.id}.`)
          run.page = { node: node.id, parent, isWaiting: true }
          break
        case 'error':
          if (run.page === undefined)
            throw new FlowFailure(
              'unexpectedError',
              `There is no page yet on which ${node.id} could tell its error.`,
            )
          run.page = { ...run.page, isWaiting: true, error: step.message }
      }
    }
    return { run, effects }
  } catch (failure) {
    if (failure instanceof FlowFailure) return { run, effects, failure }
    throw failure
  }
}

/** Notes what a call left, and gives the calls that follow from it. */
function complete(
  graph: FlowGraph,
  run: FlowRun,
  node: FlowNode,
  payload: Payload,
  outcome?: string,
): Queued[] {
  run.count += 1
  run.calls[node.id] = { ...payload, call: run.count }
  return exitsOf(graph, node, outcome).flatMap((evaluator) => branchesOf(graph, run, evaluator))
}

/**
 * The evaluators that a call leads to. Each named exit needs an edge that claims it and an evaluator of its own; a
 * result without one has nowhere to go, and the flow stands still.
 */
function exitsOf(graph: FlowGraph, node: FlowNode, outcome: string | undefined): FlowNode[] {
  const leaving = graph.edges.filter(({ source }) => source === node.id)
  const claimed = (edge: FlowEdge) =>
    outcome !== undefined &&
    edge.outcome === outcome &&
    !leaving.some(({ target, outcome: other }) => target === edge.target && other !== outcome)
  const exits = node.outcomes.length === 0 ? leaving : leaving.filter(claimed)
  return [...new Set(exits.map(({ target }) => target))]
    .map((id) => requireNode(graph, id, node.id))
    .filter(({ nodeType }) => nodeType === 'EVAL')
}

/** The calls that an evaluator lets pass now, the start of a link before anything else. */
function branchesOf(graph: FlowGraph, run: FlowRun, evaluator: FlowNode): Queued[] {
  const sources = new Set(
    graph.edges.filter(({ target }) => target === evaluator.id).map(({ source }) => source),
  )
  const triggers = [...sources].map((id) => run.calls[id])
  const calls = triggers.flatMap((trigger) => trigger?.call ?? [])
  return targetsOf(graph, evaluator.id)
    .filter(({ id, nodeType }) => {
      const branch = `${evaluator.id} ${id}`
      const isTaken =
        nodeType === 'CONNECTION' &&
        isBranchTaken(
          evaluator.properties[id],
          triggers.map((trigger) => trigger?.success),
        ) &&
        !run.taken[branch]?.some((call) => calls.includes(call))
      if (isTaken) run.taken[branch] = calls
      return isTaken
    })
    .map((node) => ({ node, parent: evaluator.id }))
    .sort((left, right) => Number(isLinkStart(right.node)) - Number(isLinkStart(left.node)))
}

const isLinkStart = (node: FlowNode) => node.capabilityName === 'oobStart'

function targetsOf(graph: FlowGraph, evaluator: string): FlowNode[] {
  const ids = graph.edges.filter(({ source }) => source === evaluator).map(({ target }) => target)
  return [...new Set(ids)].map((id) => requireNode(graph, id, evaluator))
}

function requireNode(graph: FlowGraph, id: string, from: string): FlowNode {
  const node = graph.nodes.get(id)
  if (node === undefined)
    throw new FlowFailure('unexpectedError', `An edge leads from ${from} to ${id}, which is not there.`)
  return node
}

function callCapability(
  node: FlowNode,
  parent: string,
  run: FlowRun,
  services: FlowServices,
): Step | Promise<Step> {
  const { environment, clock } = services
  const capability = capabilities.find(
    ({ connector, name }) => connector === node.connectorId && name === node.capabilityName,
  )
  if (capability === undefined)
    throw new FlowFailure(
      'unexpectedError',
      `${node.id} asks ${node.connectorId} for ${node.capabilityName}, which it cannot do here.`,
    )
  if (!hasAccess(environment, node, clock))
    return failed({ code: 'unexpectedError', message: 'An unexpected error occurred.' })
  const scope: Scope = {
    global: { parameters: run.parameters },
    local: Object.fromEntries(
      Object.entries(run.calls).map(([id, { call: _, ...payload }]) => [id, { payload }]),
    ),
  }
  const value = (property: string) => resolveValue(node.properties[property], scope)
  const call: Call = {
    node,
    environment,
    clock,
    parent,
    branch: run.challenge === undefined ? 'request' : 'link',
    challenge: run.challenge,
    value,
    text: (property) => toText(value(property)),
    rows(property, naming) {
      const rows = node.properties[property]
      return (Array.isArray(rows) ? rows : []).flatMap((row: Record<string, unknown> | null) =>
        typeof row?.[naming] === 'string'
          ? [{ name: row[naming], value: resolveValue(row.value, scope), type: row.type }]
          : [],
      )
    },
    linkTo: services.linkTo,
    newChallenge: services.newChallenge ?? (() => randomBytes(24).toString('base64url')),
  }
  return capability.run(call)
}
