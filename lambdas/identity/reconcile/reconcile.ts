// Brings an environment to the desired state, or says what that would take.
import type { DesiredObject, Need } from '../desired-state/desired-object.ts'
import { ownershipMark } from '../desired-state/ownership.ts'
import { type Difference, findDifferences, findUnwanted, isEither } from './compare.ts'
import { ChangeNotKeptError, ForeignObjectError, PingOneRefusedError, UnusableAnswerError } from './errors.ts'
import type { Journal } from './journal.ts'
import { differencesOf, idOf, isOwned, type Kind, type ResolvedMembers } from './kind.ts'
import { kindNamed, kinds } from './kinds.ts'
import { createLiveEnvironment } from './live-environment.ts'
import type { Live, ManagementClient } from './management-client.ts'
import { putBody } from './put-body.ts'
import { removeLive } from './remove-live.ts'
import { resolveMembers } from './resolve.ts'

export type Action = 'create' | 'update' | 'keep' | 'adopt' | 'delete' | 'refuse' | 'skip'

/** What happens, or has to happen, to one object. */
export type Step = {
  key: string
  kind: Kind
  name: string
  action: Action
  id?: string
  differences: readonly Difference[]
  /** Why it is refused or skipped, with what to do. */
  reason?: string
}

export type ReconcileOptions = {
  client: ManagementClient
  desired: readonly DesiredObject[]
  /** What the tenant refuses, with a sentence each; objects that need it are skipped. */
  refused: ReadonlyMap<Need, string>
  /** Called with each step when it is decided (plan) or done (apply). */
  report?: (step: Step, milliseconds: number) => void
  journal?: Journal
  clock: () => number
}

export type Plan = { steps: Step[]; needsChange: boolean }

export type Reconciler = {
  /** Reads, compares and changes nothing. */
  plan(): Promise<Plan>
  /**
   * Plans, refuses or applies. `beforeDeletion` must succeed before anything that is not wanted any more is deleted:
   * until then, whatever was done can be taken back.
   */
  apply(beforeDeletion?: () => Promise<void>): Promise<Plan>
  /** The id of an object, once it is known. */
  id(key: string): string | undefined
  /** The secret of an application or resource. */
  secret(key: string): Promise<string>
  /** Every secret that was read, to keep out of what is shown. */
  secrets(): readonly string[]
}

type Located = { id: string; live: Live; isAdopted: boolean }

const changes: readonly Action[] = ['create', 'update', 'delete', 'refuse']

export function createReconciler(options: ReconcileOptions): Reconciler {
  const { client, desired, refused, journal, clock } = options
  const environment = createLiveEnvironment(client)
  const located = new Map<string, Located>()
  const secrets = new Map<string, Promise<string>>()
  const knownSecrets: string[] = []

  const references = {
    id: (key: string) => located.get(key)?.id,
    async secret(key: string) {
      return located.has(key) ? secret(key) : undefined
    },
    desired,
  }

  function secret(key: string): Promise<string> {
    const owner = located.get(key)
    if (owner === undefined) throw new Error(`${key} does not exist yet, so it has no secret`)
    const collection = key.startsWith('resource.') ? 'resources' : 'applications'
    const known =
      secrets.get(key) ??
      client.get(`${collection}/${owner.id}/secret`, { isFresh: true }).then((answer) => {
        if (typeof answer.secret !== 'string' || answer.secret === '') {
          throw new UnusableAnswerError(`the secret of ${key}`)
        }
        knownSecrets.push(answer.secret)
        return answer.secret
      })
    secrets.set(key, known)
    known.catch(() => secrets.delete(key))
    return known
  }

  /** Reads ahead what the plan looks at, several collections at a time. */
  async function prefetch(): Promise<void> {
    const wanted = desired.filter(({ need }) => need === undefined || !refused.has(need))
    const roots = new Set(wanted.filter(({ parent }) => parent === undefined).map(({ kind }) => kind))
    await inParallel([...roots].map((name) => () => environment.list(kindNamed(name), '')))
  }

  async function inspect(object: DesiredObject): Promise<{ step: Step; wanted: ResolvedMembers }> {
    const kind = kindNamed(object.kind)
    const step = (action: Action, rest: Partial<Step> = {}) => ({
      step: { key: object.key, kind, name: object.name, action, differences: [], ...rest },
      wanted,
    })
    let wanted: ResolvedMembers = {}
    const refusal = object.need && refused.get(object.need)
    if (refusal !== undefined) return step('skip', { reason: refusal })
    wanted = await resolveMembers(object.wanted, references)

    const parent = object.parent === undefined ? undefined : located.get(object.parent)
    const isOrphan = object.parent !== undefined && parent === undefined
    const found = isOrphan ? undefined : await find(kind, parent?.id ?? '', wanted)
    if (found === 'ambiguous') {
      return step('refuse', {
        reason: `The environment has several objects that could be the ${kind.title} "${object.name}". Rename or delete all but one.`,
      })
    }
    if (found === undefined) {
      if (object.builtIn) {
        return step('refuse', {
          reason: `The environment has no ${kind.title} "${object.name}", which PingOne brings along. ${kind.whenMissing ?? 'Check that the environment is complete.'}`,
        })
      }
      if (parent?.isAdopted) return step('refuse', { reason: foreignParent(kind, object, 'is missing') })
      return step('create')
    }

    const live = await environment.whole(kind, parent?.id ?? '', found)
    const isOurs =
      kind.ownershipWords === 'parent' ? parent !== undefined && !parent.isAdopted : isOwned(kind, live)
    located.set(object.key, {
      id: idOf(live),
      live,
      isAdopted: !isOurs && !object.builtIn && !object.adopted,
    })
    const id = idOf(live)
    if (object.builtIn || object.adopted) return step('keep', { id })
    const differences = differencesOf(kind, live, wanted)
    const immutable = differences.find(({ path }) => kind.immutable?.includes(path))
    if (isOurs && immutable !== undefined) {
      return step('refuse', {
        id,
        differences,
        reason: `PingOne cannot change the ${immutable.path} of the ${kind.title} "${object.name}". Delete it in the console and run again.`,
      })
    }
    if (isOurs) return step(differences.length > 0 ? 'update' : 'keep', { id, differences })

    const meant = differences.filter(({ path }) => path !== 'description')
    if (meant.length === 0) return step('adopt', { id })
    if (parent?.isAdopted) {
      return step('refuse', { id, differences: meant, reason: foreignParent(kind, object, 'differs') })
    }
    return step('refuse', { id, differences: meant, reason: foreign(kind, object, meant) })
  }

  async function find(
    kind: Kind,
    parentId: string,
    wanted: ResolvedMembers,
  ): Promise<Live | undefined | 'ambiguous'> {
    const matching = (await environment.list(kind, parentId)).filter((live) => kind.matches(live, wanted))
    if (matching.length <= 1) return matching[0]
    if (kind.choose) return kind.choose(matching) ?? 'ambiguous'
    const ours = matching.filter((live) => isOwned(kind, live))
    return ours.length === 1 ? ours[0] : 'ambiguous'
  }

  /** What we made earlier and do not want any more, last made first. */
  async function findLeftovers(): Promise<Step[]> {
    const wantedIds = new Set([...located.values()].map(({ id }) => id))
    const leftovers: Step[] = []
    const leftover = (kind: Kind, live: Live, parentKey?: string): Step => ({
      key: `${kind.name}.${idOf(live)}${parentKey ? ` of ${parentKey}` : ''}`,
      kind,
      name: nameOf(live),
      action: 'delete',
      id: idOf(live),
      differences: [],
    })
    const used = new Set(
      desired.filter(({ need }) => need === undefined || !refused.has(need)).map(({ kind }) => kind),
    )
    for (const kind of kinds) {
      if (kind.parent === undefined) {
        if (kind.ownershipWords === 'parent' || !used.has(kind.name)) continue
        for (const live of await environment.list(kind, '')) {
          if (isOwned(kind, live) && !wantedIds.has(idOf(live))) leftovers.push(leftover(kind, live))
        }
        continue
      }
      const { isRemovable } = kind
      if (isRemovable === undefined || !used.has(kind.name)) continue
      const parents = desired.filter((object) => object.kind === kind.parent && !object.builtIn)
      await inParallel(
        parents.map((object) => async () => {
          const parent = located.get(object.key)
          if (parent === undefined || parent.isAdopted || !mayHave(kind, parent.live)) return
          for (const live of await environment.list(kind, parent.id)) {
            if (isRemovable(live) && !wantedIds.has(idOf(live)) && !isOpenIdGrant(kind, live)) {
              leftovers.push(leftover(kind, live, object.key))
            }
          }
        }),
      )
    }
    return leftovers.reverse()
  }

  /** PingOne may grant OpenID Connect's own scopes along with an application. */
  function isOpenIdGrant(kind: Kind, live: Live): boolean {
    const resource = live.resource as Live | undefined
    return kind.name === 'grant' && resource?.id === located.get('resource.openid')?.id
  }

  async function plan(report = options.report): Promise<Plan> {
    await prefetch()
    const steps: Step[] = []
    for (const object of desired) {
      const start = clock()
      const { step } = await inspect(object)
      steps.push(step)
      report?.(step, clock() - start)
    }
    const leftovers = await findLeftovers()
    for (const step of leftovers) report?.(step, 0)
    steps.push(...leftovers)
    return { steps, needsChange: steps.some(({ action }) => changes.includes(action)) }
  }

  async function apply(beforeDeletion?: () => Promise<void>): Promise<Plan> {
    const planned = await plan(() => {})
    const refusals = planned.steps.flatMap(({ action, reason }) =>
      action === 'refuse' && reason !== undefined ? [reason] : [],
    )
    if (refusals.length > 0) throw new ForeignObjectError(refusals)

    const steps: Step[] = []
    for (const object of desired) {
      const start = clock()
      // Inspected again, because references may lead to objects that were made meanwhile.
      const { step, wanted } = await inspect(object)
      if (step.action === 'refuse') throw new ForeignObjectError([step.reason ?? step.name])
      if (step.action === 'create') await create(object, step, wanted)
      if (step.action === 'update') await update(object, step, wanted)
      steps.push(step)
      options.report?.(step, clock() - start)
    }
    await beforeDeletion?.()
    for (const step of await findLeftovers()) {
      const start = clock()
      const parentKey = step.key.split(' of ')[1]
      const parentId = (parentKey && located.get(parentKey)?.id) ?? ''
      const live = (await environment.list(step.kind, parentId)).find(({ id }) => id === step.id)
      if (live !== undefined) {
        await removeLive(client, step.kind, parentId, live)
        environment.drop(step.kind, parentId, live)
      }
      steps.push(step)
      options.report?.(step, clock() - start)
    }
    return { steps, needsChange: steps.some(({ action }) => changes.includes(action)) }
  }

  async function create(object: DesiredObject, step: Step, wanted: ResolvedMembers): Promise<void> {
    const { kind } = step
    const parentId = (object.parent && located.get(object.parent)?.id) ?? ''
    const recover = async () => {
      const again = (await environment.listAgain(kind, parentId)).filter((live) => kind.matches(live, wanted))
      return again.find((live) => kind.ownershipWords === 'parent' || isOwned(kind, live))
    }
    const entry = journal?.creating({ kind, parentId, recover })
    let live: Live | undefined
    const bodies = alternatives(wanted)
    for (const [index, body] of bodies.entries()) {
      try {
        const call = { path: kind.path(parentId), isFresh: environment.isFresh(parentId), recover }
        const { path, ...rest } = call
        live = kind.create ? await kind.create(client, body, call) : await client.post(path, body, rest)
        break
      } catch (error) {
        if (index < bodies.length - 1 && refusesType(error)) continue
        // Made by a try whose answer was lost, or by PingOne along with its parent.
        live = isNotUnique(error) ? await recover() : undefined
        if (live === undefined) {
          if (error instanceof PingOneRefusedError) entry?.notMade()
          throw error
        }
        break
      }
    }
    if (live === undefined) throw new Error(`${object.key} was not made`)
    entry?.made(live)
    environment.markFresh(idOf(live))
    if (kind.changesRights) client.forgetToken()
    if (kind.afterWrite) live = await kind.afterWrite(client, live)
    remember(object, live, parentId, kind)
    step.id = idOf(live)
    // Found instead of made: it may differ.
    const differences = differencesOf(kind, live, wanted)
    if (differences.length > 0 && !kind.isImmutable) {
      await update(object, { ...step, differences }, wanted)
    }
  }

  async function update(object: DesiredObject, step: Step, wanted: ResolvedMembers): Promise<void> {
    const { kind } = step
    const parentId = (object.parent && located.get(object.parent)?.id) ?? ''
    let before = located.get(object.key)?.live
    if (before === undefined) throw new Error(`${object.key} is not known`)
    const path = `${kind.path(parentId)}/${idOf(before)}`
    journal?.updating({ kind, path, before })
    let live = before
    if (hasToBePut(kind, before, wanted)) {
      for (let tries = 0; ; tries += 1) {
        try {
          live = await client.put(path, putBody(kind, withoutUnwanted(kind, before, wanted), wanted), {
            isFresh: environment.isFresh(parentId) || environment.isFresh(idOf(before)),
          })
          break
        } catch (error) {
          // Someone, or a try of ours whose answer was lost, has written since we read.
          if (!isOutdated(error) || tries >= 3) throw error
          before = await client.get(path)
          live = before
          if (!hasToBePut(kind, before, wanted)) break
        }
      }
    }
    if (kind.afterWrite) live = await kind.afterWrite(client, { ...before, ...live })
    const left = differencesOf(kind, live, wanted)
    const stubborn = left[0]
    if (stubborn !== undefined && kind.afterWrite) {
      throw new ChangeNotKeptError(`${kind.title} "${object.name}"`, stubborn.path)
    }
    remember(object, live, parentId, kind)
  }

  function remember(object: DesiredObject, live: Live, parentId: string, kind: Kind): void {
    environment.put(kind, parentId, live)
    located.set(object.key, { id: idOf(live), live, isAdopted: false })
  }

  return {
    plan,
    apply,
    id: (key) => located.get(key)?.id,
    secret,
    secrets: () => knownSecrets,
  }
}

/** A difference outside the wanted members, such as a flow that is not deployed, needs no PUT. */
function hasToBePut(kind: Kind, live: Live, wanted: ResolvedMembers): boolean {
  return [...findDifferences(live, wanted), ...findUnwanted(live, wanted, kind.unwanted ?? [])].some(
    (difference) => !kind.isHidden?.(difference),
  )
}

function withoutUnwanted(kind: Kind, live: Live, wanted: ResolvedMembers): Live {
  const unwanted = (kind.unwanted ?? []).filter((member) => wanted[member] === undefined)
  return Object.fromEntries(Object.entries(live).filter(([member]) => !unwanted.includes(member)))
}

/** Which bodies to try: one for each alternative value. */
function alternatives(wanted: ResolvedMembers): ResolvedMembers[] {
  const found = Object.entries(wanted).find(([, value]) => isEither(value))
  if (found === undefined) return [wanted]
  const [member, value] = found
  return isEither(value) ? value.$either.map((choice) => ({ ...wanted, [member]: choice })) : [wanted]
}

/** The kinds of applications differ in what may live below them. */
function mayHave(kind: Kind, parent: Live): boolean {
  if (kind.parent !== 'application') return true
  return (kind.name === 'roleAssignment') === (parent.type === 'WORKER')
}

function refusesType(error: unknown): boolean {
  return (
    error instanceof PingOneRefusedError &&
    error.answer.status === 400 &&
    error.answer.details.some(({ target }) => target === 'type')
  )
}

function isNotUnique(error: unknown): boolean {
  return (
    error instanceof PingOneRefusedError &&
    (error.answer.status === 400 || error.answer.status === 409) &&
    error.answer.details.some(
      ({ code, message }) => code === 'UNIQUENESS_VIOLATION' || /already|unique/i.test(message ?? ''),
    )
  )
}

function isOutdated(error: unknown): boolean {
  if (!(error instanceof PingOneRefusedError)) return false
  const { message, details } = error.answer
  return [message, ...details.map((detail) => detail.message)].some((words) =>
    /outdated version/i.test(words ?? ''),
  )
}

function nameOf(live: Live): string {
  for (const member of ['name', 'variant', 'type'] as const) {
    const value = live[member]
    if (typeof value === 'string') return value
  }
  return idOf(live)
}

function foreign(kind: Kind, object: DesiredObject, differences: readonly Difference[]): string {
  const members = differences.map(({ path }) => path).join(', ')
  return `The ${kind.title} "${object.name}" was made by someone else and differs in ${members}. Rename or delete it, make it equal, or hand it over by writing "${ownershipMark}" into its description.`
}

function foreignParent(kind: Kind, object: DesiredObject, problem: string): string {
  return `The ${kind.title} "${object.name}" ${problem} under an object that was made by someone else, which is not changed. Add it there by hand, or hand that object over by writing "${ownershipMark}" into its description.`
}

/** Six at a time: quick enough, and far from any rate limit. */
async function inParallel(work: readonly (() => Promise<unknown>)[]): Promise<void> {
  const queue = [...work]
  const workers = Array.from({ length: Math.min(6, queue.length) }, async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await next()
  })
  await Promise.all(workers)
}
