import { PingOneRefusedError } from '../errors.ts'
import type { Check } from './check.ts'

const subject = 'Environment'

/** Reading the environment also proves the credentials, the region and the way there. */
export const checkEnvironment: Check = async ({ client }) => {
  try {
    const environment = await client.get('')
    return {
      subject,
      level: 'ok',
      sentence: `${String(environment.name ?? client.environmentId)}, ${String(environment.type ?? 'type unknown')}, region ${String(environment.region ?? 'unknown')}`,
    }
  } catch (error) {
    if (!(error instanceof PingOneRefusedError)) throw error
    return {
      subject,
      level: 'unfit',
      sentence: `The worker may not read the environment ${client.environmentId} (status ${error.answer.status}).`,
      toDo: 'Check the environment id and the region, and give the worker the role Environment Admin on this environment.',
    }
  }
}
