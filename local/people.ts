// The people of the local run, invited through the Management API as an administrator would.
import type { PingOne } from './pingone/start.ts'

export type Person = { username: string; givenName: string; password: string; inGroup: boolean }

/** The group whose members may use MyHotels through an assistant; the custom resource makes it. */
const group = 'ChatGPT User'

/** Makes sure that each person exists, has their password, and is a member of the group where they should be. */
export async function invitePeople(pingOne: PingOne, people: readonly Person[]): Promise<Person[]> {
  const base = `${pingOne.apiUrl}/environments/${pingOne.environmentId}`
  const token = await workerToken(pingOne)
  const groups = await call('GET', `/groups?filter=${encodeURIComponent(`name eq "${group}"`)}`)
  const groupId = (groups?._embedded?.groups ?? [])[0]?.id
  if (typeof groupId !== 'string') {
    throw new Error(`PingOne has no group "${group}", although the custom resource should have made it.`)
  }
  for (const person of people) {
    const found = await call('GET', `/users?filter=${encodeURIComponent(`username eq "${person.username}"`)}`)
    if ((found?._embedded?.users ?? []).length > 0) continue
    const user = await call('POST', '/users', {
      username: person.username,
      email: `${person.username}@example.com`,
      name: { given: person.givenName, family: 'Example' },
      population: { id: (await defaultPopulation()) as string },
    })
    await call(
      'PUT',
      `/users/${user?.id}/password`,
      { value: person.password, forceChange: false },
      'password.set',
    )
    if (person.inGroup) await call('POST', `/users/${user?.id}/memberOfGroups`, { id: groupId })
  }
  return [...people]

  async function defaultPopulation(): Promise<unknown> {
    const populations = await call('GET', '/populations')
    return (populations?._embedded?.populations ?? []).find((each) => each.default === true)?.id
  }

  async function call(
    method: string,
    path: string,
    body?: object,
    action?: string,
  ): Promise<Answer | undefined> {
    const response = await fetch(`${base}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body
          ? { 'content-type': action ? `application/vnd.pingidentity.${action}+json` : 'application/json' }
          : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const text = await response.text()
    if (!response.ok)
      throw new Error(`The local PingOne answered ${response.status} to ${method} ${path}: ${text}`)
    return text === '' ? undefined : (JSON.parse(text) as Answer)
  }
}

type Answer = { id?: string; _embedded?: Record<string, { id?: string; default?: boolean }[]> }

async function workerToken(pingOne: PingOne): Promise<string> {
  const response = await fetch(`${pingOne.issuer}/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${btoa(`${pingOne.worker.clientId}:${pingOne.worker.clientSecret}`)}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'grant_type=client_credentials',
  })
  if (!response.ok) throw new Error(`The local PingOne gave no worker token: ${response.status}`)
  return ((await response.json()) as { access_token: string }).access_token
}
