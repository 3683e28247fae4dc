// A person who reads their mail, follows the link in it, says who they are, and decides.
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

/** Sends a page. */
export async function press(
  page: WebPage,
  person: { username: string; password: string },
  label?: RegExp,
): Promise<WebPage> {
  const { url, form } = page.fill(person, label)
  const response = await fetch(url, { method: 'POST', body: form })
  return new WebPage(url, response.status, await response.text())
}

/** @returns the last page */
export async function answerApproval(
  phone: string,
  person: { username: string; password: string },
  approval: { code: string | undefined; answer: 'approve' | 'decline' },
): Promise<WebPage> {
  let page = await openMail(await mailWith(phone, person.username, approval.code))
  if (page.asksForPassword) page = await press(page, person)
  return press(page, person, approval.answer === 'approve' ? /^approve/i : /^(decline|deny|cancel)/i)
}
