import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, brief, member, text } from './answer.ts'
import { NotAskedError } from './not-asked.ts'
import type { Tools } from './probe.ts'

/** What the person is asked about; no booking is behind it. */
export const askedAbout = {
  transaction_id: '00000000-0000-4000-8000-000000000000',
  hotel_id: 'probe',
  hotel_name: 'Probe Hotel (nothing is booked)',
  city: 'Nowhere',
  check_in: '2030-01-01',
  check_out: '2030-01-02',
  nights: '1',
  amount: '0.00',
  currency: 'EUR',
} as const

const letters = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789'

/**
 * Asks the person for their approval, as the MCP server does.
 *
 * @returns the code that stands in the email, and how the request ends: PingOne's last answer
 * @throws {NotAskedError} when PingOne does not take the request
 */
export async function askForApproval(
  { pingOne, playground, person, record }: Tools,
  options: { changes?: Partial<Record<keyof typeof askedAbout, string>>; instruction: string },
): Promise<{ code: string; end(): Promise<Answer> }> {
  if (person === undefined) throw new NotAskedError('it takes a person')
  const filter = encodeURIComponent(`username eq "${person.username}"`)
  const [user] = await pingOne.management.list(`users?filter=${filter}`, 'users')
  if (user === undefined) throw new NotAskedError(`nobody is called ${person.username}`)
  const client = await playground.approver()
  const code = Array.from({ length: 8 }, () => letters[Math.floor(Math.random() * letters.length)]).join('')
  const started = await pingOne.post(
    'cibaAuthorization',
    {
      ...askedAbout,
      ...options.changes,
      scope: `openid ${pingOne.settings.scopes.hotelApi.book}`,
      login_hint: String(user.id),
      binding_message: code,
    },
    client,
  )
  record('start', started)
  const id = text(started, 'auth_req_id')
  if (id === '') throw new NotAskedError(`PingOne does not take the request: ${brief(started)}`)
  person.tell(`An email with the code ${code} is on its way to ${person.username}. ${options.instruction}`)
  const interval = Number(member(started, 'interval') ?? 5)
  const endsAt = Date.now() + (Number(member(started, 'expires_in') ?? 120) + 10) * 1000
  return {
    code,
    async end() {
      let pause = interval * 1000
      for (;;) {
        await sleep(pause)
        const answer = await pingOne.post(
          'token',
          { grant_type: 'urn:openid:params:grant-type:ciba', auth_req_id: id },
          client,
        )
        const error = text(answer, 'error')
        if (error === 'slow_down') pause += 5000
        else if (error !== 'authorization_pending' || Date.now() > endsAt) return answer
      }
    },
  }
}
