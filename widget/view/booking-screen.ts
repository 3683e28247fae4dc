// A booking on its way: waiting for approval, confirmed, or not made.
import { html, svg } from '../dom/element.ts'
import { type IconName, icon } from '../dom/icon.ts'
import { countdown, dayLabel } from '../format/calendar.ts'
import type { Booking, BookingStatus } from '../model/booking.ts'
import { hotelPicture } from './hotel-picture.ts'

export type BookingScreen = {
  element: HTMLElement
  update(booking: Booking): void
  /** A line under the status, for trouble on the way to news. */
  setTrouble(words: string | undefined): void
  focus(): void
  /** Stops its clock. */
  destroy(): void
}

export type BookingActions = {
  /** Asks for news at once. */
  checkNow?: (() => void) | undefined
  /** Opens the form again for the same hotel. */
  again?: (() => void) | undefined
  /** Shows the hotels again. */
  hotels?: (() => void) | undefined
  signIn?: (() => void) | undefined
}

type Words = { icon: IconName; tone: 'wait' | 'good' | 'stop'; title: string; next: string }

const words: Record<BookingStatus, Words> = {
  pending: {
    icon: 'phone',
    tone: 'wait',
    title: 'Approve this booking on your phone',
    next: 'Nothing is booked until you approve.',
  },
  confirmed: {
    icon: 'check',
    tone: 'good',
    title: 'You are booked',
    next: 'Show this code when you arrive. You pay at the hotel.',
  },
  denied: {
    icon: 'cross',
    tone: 'stop',
    title: 'You declined this booking',
    next: 'Nothing was booked and nothing will be charged. If that was a mistake, ask for it again.',
  },
  expired: {
    icon: 'clock',
    tone: 'stop',
    title: 'The approval ran out of time',
    next: 'Nothing was booked. Ask again and approve on your phone before the time is up.',
  },
  cancelled: {
    icon: 'cross',
    tone: 'stop',
    title: 'This booking was cancelled',
    next: 'Nothing was booked and nothing will be charged.',
  },
  refused: {
    icon: 'stop',
    tone: 'stop',
    title: 'This booking cannot be made',
    next: 'Choose other dates, fewer nights or another hotel.',
  },
}

/** Read aloud when the status changes. */
export const statusSentence = (booking: Booking): string => {
  const code = booking.confirmationCode === undefined ? '' : ` Confirmation code ${booking.confirmationCode}.`
  return `${words[booking.status].title}. ${booking.hotelName}.${code}`
}

const ringLength = 2 * Math.PI * 20

export function createBookingScreen(
  first: Booking,
  setting: {
    money(amount: number, currency: string): string
    locale: string | undefined
    now(): number
    actions: BookingActions
  },
): BookingScreen {
  let booking = first
  let timer: ReturnType<typeof setInterval> | undefined
  const started = setting.now()
  const trouble = html('p', { class: 'trouble', role: 'status' })
  const heading = html('h1', { class: 'status-title', tabindex: -1 })
  const body = html('div', { class: 'status-body' })
  const clock = html('b', { class: 'clock-time' })
  const arc = svg('circle', {
    class: 'clock-arc',
    cx: 24,
    cy: 24,
    r: 20,
    'stroke-dasharray': ringLength.toFixed(1),
  })
  const element = html('section', { class: 'status' })

  const facts = () => {
    const rows: [string, string][] = []
    if (booking.startDate !== undefined) rows.push(['Check-in', dayLabel(booking.startDate, setting.locale)])
    if (booking.endDate !== undefined) rows.push(['Check-out', dayLabel(booking.endDate, setting.locale)])
    if (booking.nights !== undefined) {
      const rate =
        booking.nightlyRate === undefined ? '' : ` × ${setting.money(booking.nightlyRate, booking.currency)}`
      rows.push(['Nights', `${booking.nights}${rate}`])
    }
    if (booking.totalPrice !== undefined)
      rows.push(['Total', setting.money(booking.totalPrice, booking.currency)])
    return html(
      'dl',
      { class: 'facts' },
      ...rows.map(([term, value]) => html('div', {}, html('dt', {}, term), html('dd', {}, value))),
    )
  }

  const code = (characters: string) =>
    html(
      'p',
      { class: 'code', 'aria-label': [...characters].join(' '), role: 'img' },
      ...[...characters].map((character, index) =>
        html('span', { class: index > 0 && index % 4 === 0 ? 'code-break' : '' }, character),
      ),
    )

  const tick = () => {
    if (booking.approvalExpiresAt === undefined) return
    const left = booking.approvalExpiresAt - setting.now()
    const whole = Math.max(1, booking.approvalExpiresAt - started)
    clock.textContent = countdown(left)
    arc.style.strokeDashoffset = `${(ringLength * (1 - Math.min(1, Math.max(0, left / whole)))).toFixed(1)}`
    element.classList.toggle('hurry', left < 30_000)
  }

  const approval = () => {
    const characters = booking.bindingMessage
    return html(
      'div',
      { class: 'approval' },
      html(
        'ol',
        { class: 'steps' },
        html('li', {}, 'Open the booking request on your phone.'),
        html(
          'li',
          {},
          characters === undefined
            ? 'Check the hotel, the dates and the amount.'
            : 'Check that it shows the code below.',
        ),
        html('li', {}, 'Approve it there. This page follows by itself.'),
      ),
      characters === undefined ? undefined : code(characters),
      html(
        'div',
        { class: 'waiting' },
        booking.approvalExpiresAt === undefined
          ? html('span', { class: 'dots', 'aria-hidden': 'true' }, html('i'), html('i'), html('i'))
          : html(
              'span',
              { class: 'clock', role: 'timer', 'aria-label': 'Time left to approve' },
              svg(
                'svg',
                { viewBox: '0 0 48 48', width: 44, height: 44, 'aria-hidden': 'true' },
                svg('circle', { class: 'clock-ring', cx: 24, cy: 24, r: 20 }),
                arc,
              ),
              clock,
            ),
        html(
          'span',
          {},
          'Waiting for your approval. You may leave: once approved, the booking completes by itself.',
        ),
      ),
    )
  }

  const button = (label: string, act: (() => void) | undefined, main: boolean) =>
    act &&
    html('button', { type: 'button', class: main ? 'button' : 'button button-quiet', click: act }, label)

  const buttons = () => {
    const { again, hotels, checkNow } = setting.actions
    const status = booking.status
    if (status === 'pending') return [button('Check now', checkNow, false)]
    if (status === 'confirmed') return [button('Back to the hotels', hotels, false)]
    const retry = status === 'refused' ? 'Change the booking' : 'Ask again'
    return [button(retry, again, true), button('Back to the hotels', hotels, again === undefined)]
  }

  /** Nothing to approve yet, or approved already: the server's own words say which. */
  const underWay = () =>
    html(
      'div',
      { class: 'waiting' },
      html('span', { class: 'dots', 'aria-hidden': 'true' }, html('i'), html('i'), html('i')),
      html('span', {}, booking.message ?? 'This page follows by itself.'),
    )

  const current = (): Words =>
    booking.status === 'pending' && booking.bindingMessage === undefined
      ? { ...words.pending, icon: 'clock', title: 'Your booking is on its way' }
      : words[booking.status]

  function render() {
    const { icon: name, tone, title, next } = current()
    element.className = `status status-${tone}`
    heading.textContent = title
    // The other endings are said above; why a booking was cancelled only the server knows.
    const own = booking.status === 'cancelled' ? booking.message : undefined
    const confirmation = booking.status === 'confirmed' ? booking.confirmationCode : undefined
    body.replaceChildren(
      ...[
        booking.status === 'refused' && booking.message !== undefined
          ? html('blockquote', { class: 'policy' }, booking.message)
          : undefined,
        booking.status !== 'pending'
          ? undefined
          : booking.bindingMessage === undefined
            ? underWay()
            : approval(),
        confirmation === undefined
          ? undefined
          : html(
              'p',
              { class: 'confirmation' },
              html('span', {}, 'Confirmation code'),
              html('b', {}, confirmation),
            ),
        booking.status === 'pending' && booking.bindingMessage === undefined
          ? undefined
          : html('p', { class: 'next' }, next),
        own === undefined ? undefined : html('p', { class: 'server-words' }, own),
      ].filter((node) => node !== undefined),
    )
    element.replaceChildren(
      html(
        'header',
        { class: 'status-head' },
        html(
          'div',
          { class: 'status-picture' },
          hotelPicture(booking.hotelId ?? booking.hotelName, booking.city ?? '', 0),
        ),
        html('span', { class: 'seal' }, icon(name, 26)),
        html(
          'div',
          {},
          html('p', { class: 'eyebrow' }, [booking.hotelName, booking.city].filter(Boolean).join(' · ')),
          heading,
        ),
      ),
      html(
        'div',
        { class: 'status-main' },
        body,
        facts(),
        trouble,
        html('div', { class: 'buttons' }, ...buttons().map((made) => made ?? '')),
      ),
    )
    clearInterval(timer)
    if (booking.status === 'pending') {
      tick()
      timer = setInterval(tick, 1000)
    }
  }
  render()

  return {
    element,
    update(next) {
      const changed = JSON.stringify(next) !== JSON.stringify(booking)
      booking = next
      trouble.replaceChildren()
      if (changed) render()
    },
    setTrouble(text) {
      trouble.replaceChildren(
        ...(text === undefined
          ? []
          : [
              text,
              ' ',
              setting.actions.signIn
                ? html(
                    'button',
                    { type: 'button', class: 'link', click: setting.actions.signIn },
                    'Sign in again',
                  )
                : '',
            ]),
      )
    },
    focus: () => heading.focus({ preventScroll: true }),
    destroy: () => clearInterval(timer),
  }
}
