// The person's phone: a page with their mail, and a browser that opens the links in it.
import { readFileSync } from 'node:fs'
import type { ApprovalStatus, Approvals } from '../authorization-server/approvals.ts'
import type { PingOneEnvironment } from '../environment.ts'
import { phonePage } from './phone-page.ts'

/** An email as the phone's interface shows it; times in ISO 8601. */
export type ShownMessage = {
  id: string
  from: string
  to: string
  subject: string
  /** As it arrived. */
  html: string
  sentAt: string
  /** When the request that it is about ends. */
  expiresAt: string
  /** What has become of that request. */
  status: ApprovalStatus
}

const script = readFileSync(new URL('./phone.client.js', import.meta.url), 'utf8')

/** What a page of the browser keeps of its answer. */
const passedOn = ['content-type', 'cache-control', 'x-content-type-options']

/** Answers requests to the phone's address, and only those that its own page or a program sends. */
export function createPhone(services: {
  environment: PingOneEnvironment
  approvals: Approvals
  phoneUrl: string
  authUrl: string
}): (request: Request) => Promise<Response> {
  const { environment, approvals } = services
  const port = new URL(services.phoneUrl).port
  const hosts = new Set([`127.0.0.1:${port}`, `localhost:${port}`])

  return async function phone(request) {
    // A page of another site must not press a button here, nor reach this one under a name of its own.
    const origin = request.headers.get('origin')
    const host = request.headers.get('host') ?? ''
    if (!hosts.has(host) || (origin !== null && !hosts.has(origin.replace(/^http:\/\//, ''))))
      return refusal(403, 'The phone answers only its own page.')
    const url = new URL(request.url)
    const [, root = '', id = '', part = ''] = url.pathname.split('/')
    switch (`${request.method} /${root}${part === '' ? '' : `/*/${part}`}`) {
      case 'GET /':
        return phonePage()
      case 'GET /phone.js':
        return new Response(script, {
          headers: { 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'no-store' },
        })
      case 'GET /people':
        return json({ people: people(), pingOne: services.authUrl })
      case 'GET /messages':
        return list(url.searchParams.get('user') ?? '')
      case 'GET /messages/*/body':
        return messageBody(id)
      case 'GET /browser/*/davinci':
      case 'POST /browser/*/davinci':
        return browse(request, url)
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
    return json({
      messages: approvals.messages(user.id).map(
        (message): ShownMessage => ({
          id: message.id,
          from: message.from,
          to: message.address,
          subject: message.subject,
          html: message.html,
          sentAt: new Date(message.sentAt).toISOString(),
          expiresAt: new Date(message.expiresAt).toISOString(),
          status: message.status,
        }),
      ),
    })
  }

  /** The email alone, for a frame: it can show itself and lead elsewhere, and do nothing else. */
  function messageBody(id: string): Response {
    const message = approvals.message(id)
    if (message === undefined) return refusal(404, 'There is no such email.')
    return new Response(`<!doctype html><meta charset="utf-8"><style>${bodyStyle}</style>${message.html}`, {
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'content-security-policy':
          "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'",
      },
    })
  }

  /** Opens a page of PingOne as the phone's browser, whose passwords the phone may fill in. */
  async function browse(request: Request, url: URL): Promise<Response> {
    const target = new URL(`${url.pathname.slice('/browser'.length)}${url.search}`, services.authUrl)
    const answer = await fetch(target, {
      method: request.method,
      redirect: 'manual',
      ...(request.method === 'POST'
        ? {
            headers: { 'content-type': 'application/x-www-form-urlencoded' },
            body: await request.text(),
          }
        : {}),
    })
    // Without a referrer its forms would be sent with the origin "null", which the phone does not answer.
    const headers = new Headers({ 'referrer-policy': 'same-origin' })
    for (const name of passedOn) {
      const value = answer.headers.get(name)
      if (value !== null) headers.set(name, value)
    }
    const policy = answer.headers.get('content-security-policy') ?? "default-src 'none'"
    headers.set(
      'content-security-policy',
      policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'; form-action 'self'"),
    )
    return new Response(await answer.text(), { status: answer.status, headers })
  }
}

const bodyStyle =
  'body{margin:0;padding:14px 18px;font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif;color:#14213d;background:#fff;overflow-wrap:anywhere}a{color:#1b4dd8}'

function json(value: object): Response {
  return Response.json(value, { headers: { 'cache-control': 'no-store' } })
}

function refusal(status: number, message: string): Response {
  return Response.json({ message }, { status, headers: { 'cache-control': 'no-store' } })
}
