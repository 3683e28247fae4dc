import * as z from 'zod'
import { PingOneRefusedError } from '../errors.ts'
import { parseAnswer } from '../parse-answer.ts'
import type { Check, CheckContext } from './check.ts'

const subject = 'Roles of the worker'

/** Each role, and what it is needed for. */
export const workerRoles = {
  'Environment Admin': 'environment settings, sign-on policies, decision endpoints and policies',
  'Identity Data Admin': 'groups; and a worker can only give away roles that it has',
  'Client Application Developer': 'resources, applications and their secrets',
  'DaVinci Admin': 'the approval flow',
} as const

const assignmentsSchema = z.array(
  z.object({
    role: z.object({ id: z.string() }),
    scope: z.object({ id: z.string(), type: z.string() }),
  }),
)

/** Not needed: with it the deployment makes the role of the decision callers. */
export const customRolesAdmin = 'Custom Roles Admin'

/** The names of the roles that the worker holds here. */
export async function heldRoles({
  client,
  workerClientId,
  roles,
}: Omit<CheckContext, 'heldRoles'>): Promise<(string | undefined)[]> {
  const path = `applications/${encodeURIComponent(workerClientId)}/roleAssignments`
  const assignments = parseAnswer(
    assignmentsSchema,
    await client.list(path, 'roleAssignments'),
    'the roles of the worker',
  )
  const names = new Map((await roles()).map(({ id, name }) => [id, String(name)]))
  return assignments
    .filter(({ scope }) => scope.type === 'ORGANIZATION' || scope.id === client.environmentId)
    .map(({ role }) => names.get(role.id))
}

export const checkWorkerRoles: Check = async (context) => {
  let held: (string | undefined)[]
  try {
    held = await context.heldRoles()
  } catch (error) {
    if (!(error instanceof PingOneRefusedError)) throw error
    return {
      subject,
      level: 'ok',
      sentence: `cannot be seen from this environment (status ${error.answer.status}); the worker may belong to another`,
    }
  }
  const missing = Object.entries(workerRoles).filter(([name]) => !held.includes(name))
  if (missing.length === 0) return { subject, level: 'ok', sentence: held.join(', ') }
  const list = missing.map(([name, use]) => `${name} (${use})`).join(', ')
  // A custom role may hold the same permissions under another name.
  const hasCustomRole = held.some(
    (name) => name === undefined || !(name in workerRoles || name === customRolesAdmin),
  )
  const onlyDaVinci = missing.every(([name]) => name === 'DaVinci Admin')
  return {
    subject,
    level: onlyDaVinci || hasCustomRole ? 'limited' : 'unfit',
    sentence: `The worker lacks ${list}.`,
    ...(onlyDaVinci || hasCustomRole ? { stillWorks: 'What the roles it has allow.' } : {}),
    toDo: 'In the console, open the worker application, Roles, Grant Roles, and give it these roles on this environment. Then run again: a new token is fetched.',
  }
}
