// The person's phone: a page, and the JSON interface that it uses.
import { readFileSync } from 'node:fs'
import { type Approval, type Approvals, NoPendingApprovalError } from '../authorization-server/approvals.ts'
import type { PingOneEnvironment } from '../environment.ts'
import { phonePage } from './phone-page.ts'

/** An approval as the phone's interface shows it; dates of the request as they came, times in ISO 8601. */
export type ShownApproval = {
  id: string
  status: Approval['status']
  application: string
  bindingMessage: string | null
  hotelName: string | null
  city: string | null
  checkIn: string | null
  checkOut: string | null
  nights: number | null
  amount: number | null
  currency: string | null
  /** Parameters of the request that have no place of their own. */
  others: Record<string, string>
  createdAt: string
  expiresAt: string
  decidedAt: string | null
}

const script = readFileSync(new URL('./phone.client.js', import.meta.url), 'utf8')

/** Answers requests to the phone's address, and only those that its own page or a program sends. */
export function createPhone(services: {
  environment: PingOneEnvironment
  approvals: Approvals
  phoneUrl: string
}): (request: Request) => Promise<Response> {
  const { environment, approvals } = services
  const port = new URL(services.phoneUrl).port
  const hosts = new Set([`127.0.0.1:${port}`, `localhost:${port}`])

  return async function phone(request) {
    // A page of another site must not press the button, nor reach this one under a name of its own.
    const origin = request.headers.get('origin')
    const host = request.headers.get('host') ?? ''
    if (!hosts.has(host) || (origin !== null && !hosts.has(origin.replace(/^http:\/\//, ''))))
      return refusal(403, 'The phone answers only its own page.')
    const url = new URL(request.url)
    const [, root = '', id = '', action = ''] = url.pathname.split('/')
    switch (`${request.method} /${root}`) {
      case 'GET /':
        return phonePage()
      case 'GET /phone.js':
        return new Response(script, {
          headers: { 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'no-store' },
        })
      case 'GET /people':
        return Response.json({ people: people() }, { headers: { 'cache-control': 'no-store' } })
      case 'GET /approvals':
        return list(url.searchParams.get('user') ?? '')
      case 'POST /approvals':
        return decide(id, action)
      default:
        return refusal(404, 'There is no such page on this phone.')
    }
  }

  function people(): { username: string; name: string }[] {
    return environment
      .list('users')
      .filter((user) => user.enabled !== false)
      .map((user) => {
        const name = user.name as { given?: string; family?: string } | undefined
        return { username: String(user.username), name: String(name?.given ?? user.username) }
      })
  }

  function list(username: string): Response {
    const user = environment.list('users').find((each) => each.username === username)
    if (user === undefined)
      return refusal(404, `Nobody is called "${username}" here. Say whose phone it is with ?user=<username>.`)
    return Response.json(
      { approvals: approvals.list(user.id).map((approval) => show(approval)) },
      { headers: { 'cache-control': 'no-store' } },
    )
  }

  async function decide(id: string, action: string): Promise<Response> {
    if (action !== 'approve' && action !== 'deny')
      return refusal(404, 'Send POST /approvals/<id>/approve or POST /approvals/<id>/deny.')
    try {
      await approvals[action](id)
      return Response.json({ id, status: action === 'approve' ? 'approved' : 'denied' })
    } catch (error) {
      if (error instanceof NoPendingApprovalError) return refusal(409, error.message)
      throw error
    }
  }

  function show(approval: Approval): ShownApproval {
    const { binding_message, hotel_name, city, check_in, check_out, nights, amount, currency, ...rest } =
      approval.parameters
    const others = Object.entries(rest).filter(([name]) => !protocolParameters.has(name))
    return {
      id: approval.id,
      status: approval.status,
      application: String(environment.get('applications', approval.clientId)?.name ?? 'An application'),
      bindingMessage: binding_message ?? null,
      hotelName: hotel_name ?? null,
      city: city ?? null,
      checkIn: check_in ?? null,
      checkOut: check_out ?? null,
      nights: number(nights),
      amount: number(amount),
      currency: currency ?? null,
      others: Object.fromEntries(others),
      createdAt: new Date(approval.createdAt).toISOString(),
      expiresAt: new Date(approval.expiresAt).toISOString(),
      decidedAt: approval.decidedAt === undefined ? null : new Date(approval.decidedAt).toISOString(),
    }
  }
}

const protocolParameters = new Set([
  'scope',
  'login_hint',
  'id_token_hint',
  'login_hint_token',
  'acr_values',
  'requested_expiry',
  'resource',
  'audience',
])

function number(value: string | undefined): number | null {
  return value !== undefined && value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : null
}

function refusal(status: number, message: string): Response {
  return Response.json({ message }, { status, headers: { 'cache-control': 'no-store' } })
}
