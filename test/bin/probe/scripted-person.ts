// A person for the probes: reads their mail on the local phone, does what they are told, and says what they saw.
import type { Person } from '../../../bin/probe/person.ts'
import type { PingOne } from '../../../local/pingone/start.ts'
import { answerApproval, mailWith, openMail, press } from '../../journeys/answer-approval.ts'

export function createScriptedPerson(
  pingOne: Pick<PingOne, 'phoneUrl' | 'expireApproval'>,
  login: { username: string; password: string },
): Person {
  let doing: Promise<unknown> = Promise.resolve()
  /** What the page showed that they were last asked about. */
  let seen: Promise<string> = Promise.resolve('')
  const { phoneUrl: phone } = pingOne

  return {
    username: login.username,
    tell(words) {
      const code = /code ([A-Z0-9]{8})/.exec(words)?.[1]
      if (/a second time/.test(words)) seen = openTwice(code)
      else if (/and approve/.test(words)) doing = answerApproval(phone, login, { code, answer: 'approve' })
      else if (/and decline/.test(words)) doing = answerApproval(phone, login, { code, answer: 'decline' })
      else if (/look at the name/.test(words)) seen = lookAndDecline(code)
      else if (/Leave it alone/.test(words)) seen = openTooLate(code)
    },
    async ask(question) {
      await doing
      const page = await seen
      const hotel = /called exactly "(.+)", braces/.exec(question)?.[1]
      if (hotel !== undefined) return page.includes(hotel) ? 'yes' : 'no'
      if (/The second time/.test(question)) return page === 'asked to sign in' ? 'yes' : 'no'
      if (/request has ended/.test(question)) return /approve/i.test(page) ? 'no' : 'yes'
      return 'unknown'
    },
  }

  async function lookAndDecline(code: string | undefined): Promise<string> {
    const form = await press(await openMail(await mailWith(phone, login.username, code)), login)
    await press(form, login, /^(decline|deny|cancel)/i)
    return form.words
  }

  async function openTwice(code: string | undefined): Promise<string> {
    const mail = await mailWith(phone, login.username, code)
    await press(await openMail(mail), login)
    const again = await openMail(mail)
    await press(await press(again, login), login, /^(decline|deny|cancel)/i)
    return again.asksForPassword ? 'asked to sign in' : again.words
  }

  async function openTooLate(code: string | undefined): Promise<string> {
    const mail = await mailWith(phone, login.username, code)
    pingOne.expireApproval(mail.id)
    return (await openMail(mail)).words
  }
}
