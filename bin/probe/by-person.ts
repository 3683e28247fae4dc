import { NotAskedError } from './not-asked.ts'
import type { Seen, Tools } from './probe.ts'

/** What a person saw. @throws {NotAskedError} when they cannot say */
export async function byPerson({ person }: Tools, question: string): Promise<Seen> {
  const said = await person?.ask(question)
  if (said === undefined || said === 'unknown') throw new NotAskedError('nobody could say')
  return { asExpected: said === 'yes', saw: `the person says ${said}` }
}
