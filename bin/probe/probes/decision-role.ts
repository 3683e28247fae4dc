import { PingOneRefusedError } from '../../../lambdas/identity/reconcile/errors.ts'
import { brief } from '../answer.ts'
import { NotAskedError } from '../not-asked.ts'
import type { Probe, Tools } from '../probe.ts'
import { probeMark } from '../scratch.ts'
import { decisionEndpointPath } from '../set-up-objects.ts'

export const decisionRole: Probe = {
  id: 'decision-role',
  about: 'PingOne',
  asks: 'Which rights does evaluating a decision take?',
  expects: 'One permission, which a custom role can hold alone; a worker without it is refused.',
  otherwise: {
    means: 'The decision callers need a broad role, with which their secret can do far more than ask.',
    change:
      'The roles in `lambdas/identity/desired-state/applications.ts`, and the table in `docs/threat-model.md`.',
  },
  async ask(tools) {
    const path = await decisionEndpointPath(tools.pingOne)
    const permission = await evaluatingPermission(tools)
    const role = await makeRole(tools, permission)
    const withRole = await decideAs(tools, path, 'decides', role.id)
    const without = await decideAs(tools, path, 'decides-not', await lesserRole(tools))
    tools.record('with the permission', withRole)
    tools.record('without it', without)
    return {
      asExpected: withRole.status === 200 && without.status >= 400,
      saw: `with ${permission} alone: ${brief(withRole)}; without it: ${brief(without)}`,
    }
  },
}

async function makeRole({ scratch, pingOne }: Tools, permission: string) {
  // Who may give the role away: whoever holds one of these, as the worker does.
  const roles = await pingOne.management.list('//roles', 'roles')
  const givers = roles.filter(({ name }) => name === 'Environment Admin').map(({ id }) => ({ id }))
  try {
    return await scratch.create('roles', {
      name: scratch.name('role'),
      description: probeMark,
      applicableTo: ['ENVIRONMENT'],
      canBeAssignedBy: givers,
      permissions: [{ id: permission }],
    })
  } catch (error) {
    if (!(error instanceof PingOneRefusedError) || error.answer.status !== 403) throw error
    throw new NotAskedError('the worker may not make roles: give it Custom Roles Admin for this question')
  }
}

/** The permission that a built-in role names for it. */
async function evaluatingPermission({ pingOne }: Tools): Promise<string> {
  const roles = await pingOne.management.list('//roles', 'roles')
  const all = roles.flatMap(({ permissions }) => (Array.isArray(permissions) ? permissions : []))
  const ids = new Set(all.map(({ id }: { id?: unknown }) => String(id)))
  const found = [...ids].find((id) => /decision/i.test(id) && /evaluat|execute/i.test(id))
  if (found === undefined)
    throw new NotAskedError('no role that PingOne lists names a permission to evaluate decisions')
  return found
}

/** A role that has nothing to do with decisions. */
async function lesserRole({ pingOne }: Tools): Promise<string> {
  const roles = await pingOne.management.list('//roles', 'roles')
  const role = roles.find(({ name }) => name === 'Client Application Developer')
  if (role === undefined) throw new NotAskedError('there is no role Client Application Developer')
  return String(role.id)
}

async function decideAs({ pingOne, playground }: Tools, path: string, what: string, roleId: string) {
  const worker = await playground.client(what, {
    type: 'WORKER',
    grantTypes: ['CLIENT_CREDENTIALS'],
    assignActorRoles: false,
  })
  await pingOne.management.post(
    `applications/${worker.clientId}/roleAssignments`,
    { role: { id: roleId }, scope: { id: pingOne.environmentId, type: 'ENVIRONMENT' } },
    { recover: 'repeatable', isFresh: true },
  )
  const token = await pingOne.tokenOf(worker)
  return pingOne.api('POST', path, { token, body: { parameters: decisionParameters } })
}

/** A question that any policy can answer; it names nobody. */
export const decisionParameters = {
  'MyHotels.service': 'myhotels-hotelmcp',
  'MyHotels.resource': 'search_hotels',
}
