import { getItem } from '../storage/get-item.ts'
import type { Storage } from '../storage/storage.ts'
import { newPerson, type Person, personItemId, personSchema } from './person.ts'

/** What the table holds of a person, or a person of whom nothing is known. */
export async function findPerson(storage: Storage, owner: string): Promise<Person> {
  const item = await getItem(storage, personItemId(owner))
  return item === undefined ? newPerson(owner) : personSchema.parse(item)
}
