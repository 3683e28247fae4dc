// A person who reads their mail, follows the link in it, says who they are in whatever way they are asked to, and decides.
import { until } from './report.ts'
import { WebPage } from './web-page.ts'

export type Mail = { id: string; subject: string; html: string; status: string }

/** The person's mail, the newest first. */
export async function readMail(phone: string, username: string): Promise<Mail[]> {
  const response = await fetch(`${phone}/messages?user=${encodeURIComponent(username)}`)
  return ((await response.json()) as { messages: Mail[] }).messages
}

/** The newest email that waits and has this code in it; waits until it is there. */
export function mailWith(phone: string, username: string, code: string | undefined): Promise<Mail> {
  return until('the email', async () =>
    (await readMail(phone, username)).find(
      ({ status, html }) => status === 'pending' && code !== undefined && html.includes(code),
    ),
  )
}

/** Opens the link in an email. */
export async function openMail(mail: Pick<Mail, 'html'>): Promise<WebPage> {
  const [link = ''] = new WebPage(new URL('about:blank'), 200, mail.html).links
  const response = await fetch(link)
  return new WebPage(new URL(link), response.status, await response.text())
}

type Login = { username: string; password: string }

/** Sends a page, with `more` in its fields. */
export async function press(
  page: WebPage,
  person: Login,
  label?: RegExp,
  more: Record<string, string> = {},
): Promise<WebPage> {
  const { url, form } = page.fill(person, label)
  for (const [name, value] of Object.entries(more)) form.set(name, value)
  const response = await fetch(url, { method: 'POST', body: form })
  return new WebPage(url, response.status, await response.text())
}

/** Answers the notification that PingOne has sent to the phone. */
export async function answerNotification(
  phone: string,
  username: string,
  isConfirmed: boolean,
): Promise<Response> {
  const { id } = await until('the notification', async () => {
    const response = await fetch(`${phone}/notifications?user=${encodeURIComponent(username)}`)
    return ((await response.json()) as { notifications: { id: string }[] }).notifications[0]
  })
  return postJson(`${phone}/notifications/${id}`, { isConfirmed })
}

/** The person's phone becomes the device that PingOne MFA asks first. */
export async function usePhoneAs(phone: string, user: string, type: 'MOBILE' | 'FIDO2'): Promise<void> {
  const response = await postJson(`${phone}/devices`, { user, type })
  if (!response.ok) throw new Error(`The phone was not paired: ${await response.text()}`)
}

/** What the phone of this person signs for a page; a text that is no signature when it has no passkey for it. */
export async function signOnPhone(phone: string, user: string, options: string): Promise<string> {
  return (await postJson(`${phone}/assertions`, { user, options })).text()
}

const postJson = (url: string, body: object) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

/** Does what is asked for one page after the other, until there is something to decide. */
export async function proveWho(phone: string, opened: WebPage, person: Login): Promise<WebPage> {
  let page = opened
  for (let step = 0; step < 4; step += 1) {
    if (page.status !== 200 || page.buttons.length > 1) return page
    if (page.title === 'Confirm on your phone') await answerNotification(phone, person.username, true)
    const { passkey } = page
    const more =
      passkey === undefined
        ? {}
        : { [passkey.field]: await signOnPhone(phone, person.username, passkey.options) }
    page = await press(page, person, undefined, more)
  }
  return page
}

/** @returns the last page */
export async function answerApproval(
  phone: string,
  person: Login,
  approval: { code: string | undefined; answer: 'approve' | 'decline' },
): Promise<WebPage> {
  const opened = await openMail(await mailWith(phone, person.username, approval.code))
  const page = await proveWho(phone, opened, person)
  return press(page, person, approval.answer === 'approve' ? /^approve/i : /^(decline|deny|cancel)/i)
}
