// The person's phone: a page with their mail, a browser that opens the links in it, and the device that PingOne MFA asks.
import { readFileSync } from 'node:fs'
import * as z from 'zod'
import type { Clock } from '../../../lambdas/clock.ts'
import { parseJson } from '../../../lambdas/http/parse-json.ts'
import type { ApprovalStatus, Approvals } from '../authorization-server/approvals.ts'
import type { PingOneEnvironment, Stored } from '../environment.ts'
import { answerPush } from '../mfa/answer-push.ts'
import { pushesOf } from '../mfa/device-authentication.ts'
import { forgetPhone, shownDevices, usePhoneAs } from './phone-devices.ts'
import { phonePage } from './phone-page.ts'
import { NoPasskeyError, phonePasskeys } from './phone-passkeys.ts'

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

/** What the phone's page sends, by the last part of its path. */
const bodies = {
  device: z.object({ user: z.string(), type: z.enum(['MOBILE', 'FIDO2']) }),
  answer: z.object({ isConfirmed: z.boolean() }),
  assertion: z.object({ user: z.string(), options: z.string().max(8192) }),
}

/** What a page of the browser keeps of its answer. */
const passedOn = ['content-type', 'cache-control', 'x-content-type-options']

/** Answers requests to the phone's address, and only those that its own page or a program sends. */
export function createPhone(services: {
  environment: PingOneEnvironment
  approvals: Approvals
  clock: Clock
  phoneUrl: string
  authUrl: string
}): (request: Request) => Promise<Response> {
  const { environment, approvals, clock } = services
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
        return withUser(url.searchParams.get('user'), list)
      case 'GET /messages/*/body':
        return messageBody(id)
      case 'GET /devices':
        return withUser(url.searchParams.get('user'), (user) =>
          json({ devices: shownDevices(environment, user) }),
        )
      case 'POST /devices':
        return withBody(request, bodies.device, ({ user: username, type }) =>
          withUser(username, async (user) => {
            await usePhoneAs(type, services, user)
            return kept(json({ devices: shownDevices(environment, user) }))
          }),
        )
      case 'DELETE /devices':
        return withUser(url.searchParams.get('user'), (user) => {
          forgetPhone(environment, user)
          return kept(json({ devices: [] }))
        })
      case 'GET /notifications':
        return withUser(url.searchParams.get('user'), (user) =>
          json({ notifications: pushesOf(environment, user.id, clock).map((push) => ({ id: push.id })) }),
        )
      case 'POST /notifications':
        return withBody(request, bodies.answer, ({ isConfirmed }) =>
          answerPush(environment, id, isConfirmed, clock)
            ? kept(json({}))
            : refusal(
                410,
                'This notification has been answered, or is too old. Open the link in the email again.',
              ),
        )
      case 'POST /assertions':
        return withBody(request, bodies.assertion, ({ user: username, options }) =>
          withUser(username, (user) => sign(user, options)),
        )
      case 'GET /browser/*/davinci':
      case 'POST /browser/*/davinci':
        return browse(request, url)
      default:
        return refusal(404, 'There is no such page on this phone.')
    }
  }

  function withUser(
    username: string | null,
    answer: (user: Stored) => Response | Promise<Response>,
  ): Response | Promise<Response> {
    const user = environment.list('users').find((each) => each.username === username)
    return user === undefined
      ? refusal(
          404,
          `Nobody is called "${username ?? ''}" here. Say whose phone it is with ?user=<username>.`,
        )
      : answer(user)
  }

  async function withBody<T>(
    request: Request,
    schema: z.ZodType<T>,
    answer: (body: T) => Response | Promise<Response>,
  ): Promise<Response> {
    const body = schema.safeParse(parseJson(await request.text()))
    return body.success ? answer(body.data) : refusal(400, 'The phone does not understand this.')
  }

  /** What was changed must outlive this process before it is said. */
  function kept(response: Response): Response {
    environment.save()
    return response
  }

  function sign(user: Stored, options: string): Response {
    try {
      return kept(json(phonePasskeys(environment, user.id, services.authUrl).use(options)))
    } catch (error) {
      if (error instanceof NoPasskeyError) return refusal(404, error.message)
      throw error
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

  function list(user: Stored): Response {
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
