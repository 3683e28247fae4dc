// What a check before a change may find out about an environment.
import type { Need } from '../../desired-state/desired-object.ts'
import { PingOneRefusedError } from '../errors.ts'
import type { Live, ManagementClient } from '../management-client.ts'

export type Finding = {
  /** What was looked at, as a heading. */
  subject: string
  /** `ok`; `limited`: the rest works without it; `unfit`: nothing can be set up. */
  level: 'ok' | 'limited' | 'unfit'
  sentence: string
  /** What of MyHotels works nevertheless. */
  stillWorks?: string
  /** What to do in the console. */
  toDo?: string
  /** Objects that need this are skipped. */
  refuses?: Need
  /** A file to import helps. */
  snapshotHelps?: boolean
}

export type CheckContext = {
  client: ManagementClient
  workerClientId: string
  /** The applications of the environment, read once. */
  applications: () => Promise<Live[]>
  roles: () => Promise<Live[]>
  /** The names of the worker's roles on this environment. */
  heldRoles: () => Promise<(string | undefined)[]>
}

export type Check = (context: CheckContext) => Promise<Finding>

/** The answer's status when PingOne refused to show something, `undefined` when it did not. */
export async function refusalOf(reading: Promise<unknown>): Promise<number | undefined> {
  try {
    await reading
    return undefined
  } catch (error) {
    if (error instanceof PingOneRefusedError) return error.answer.status
    throw error
  }
}
