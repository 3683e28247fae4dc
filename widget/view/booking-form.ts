// The form that asks for the two things a booking needs.
import {
  type BookingRequest,
  checkBookingRequest,
  type HotelDay,
  mostNights,
} from '../booking/booking-request.ts'
import { html } from '../dom/element.ts'
import { icon } from '../dom/icon.ts'
import { addDays, dayLabel, isDay } from '../format/calendar.ts'
import { total } from '../format/money.ts'
import type { Hotel } from '../model/search-result.ts'
import { placeLine, price, ratingLine, type Wording } from './hotel-card.ts'
import { hotelPicture } from './hotel-picture.ts'

export type BookingForm = {
  element: HTMLElement
  focus(): void
  /** Busy while it is sent; `words` say how that goes on. */
  setBusy(busy: boolean, words?: string): void
  isBusy(): boolean
  /** Renews the rates; what the person filled in stays. */
  setHotel(hotel: Hotel): void
  /** Shows why the booking did not go through, and perhaps a way on; the form stays as it is. */
  showProblem(title: string, words: string, way?: { label: string; act: () => void }): void
}

export type BookingFormSetting = {
  hotel: Hotel
  cityName: string
  /** Asked again and again: midnight may pass at the hotel while the form is open. */
  today(): HotelDay
  /** The reader's own day, YYYY-MM-DD. */
  readersDay(): string
  locale: string | undefined
  wording: Wording
  start: BookingRequest
  submit(request: BookingRequest): void
  /** The person wrote something. */
  changed(request: BookingRequest): void
  back(): void
}

export function createBookingForm(setting: BookingFormSetting): BookingForm {
  const { today, locale, wording } = setting
  let { hotel } = setting
  let submitted = false
  let busy = false
  let busyWords = ''

  const startDate = html('input', {
    type: 'date',
    id: 'start-date',
    name: 'startDate',
    required: true,
    min: today().day,
    value: setting.start.startDate,
    'aria-describedby': 'start-date-error hotel-day stay',
  })
  const nights = html('input', {
    type: 'text',
    inputmode: 'numeric',
    id: 'nights',
    name: 'nights',
    required: true,
    autocomplete: 'off',
    value: setting.start.nights,
    'aria-describedby': 'nights-error',
  })
  const startDateError = html('p', { class: 'field-error', id: 'start-date-error' })
  const nightsError = html('p', { class: 'field-error', id: 'nights-error' })
  const hotelDay = html('p', { class: 'hotel-day', id: 'hotel-day' })
  const stay = html('p', { class: 'stay', id: 'stay' })
  const sum = html('output', { class: 'sum', for: 'start-date nights', 'aria-live': 'polite' })
  const problem = html('div', { class: 'notice notice-stop', role: 'alert', tabindex: -1, hidden: true })
  const submitLabel = html('span', {}, 'Book')
  const submit = html(
    'button',
    { type: 'button', class: 'button button-wide', click: () => attempt() },
    submitLabel,
  )

  const step = (change: number) => () => {
    const count = /^\d{1,4}$/.test(nights.value.trim()) ? Number(nights.value) : 1
    nights.value = String(Math.min(mostNights, Math.max(1, count + change)))
    changed()
  }

  function changed() {
    refresh()
    const errors = checkBookingRequest(startDate.value, nights.value, today())
    if (errors.startDate !== undefined || errors.nights !== undefined) return
    setting.changed({ startDate: startDate.value, nights: Number(nights.value) })
  }

  function refresh() {
    const now = today()
    startDate.min = now.day
    hotelDay.textContent = now.day === setting.readersDay() ? '' : `It is ${now.words}.`
    const member = hotel.memberRate !== undefined
    const rate = hotel.memberRate ?? hotel.nightlyRate
    const errors = checkBookingRequest(startDate.value, nights.value, now)
    const shown = submitted ? errors : { nights: errors.nights, startDate: undefined }
    for (const [field, place, words] of [
      [startDate, startDateError, shown.startDate ?? (startDate.value !== '' ? errors.startDate : undefined)],
      [nights, nightsError, shown.nights],
    ] as const) {
      place.textContent = words ?? ''
      if (words === undefined) field.removeAttribute('aria-invalid')
      else field.setAttribute('aria-invalid', 'true')
    }
    const count = errors.nights === undefined ? Number(nights.value) : undefined
    stay.textContent =
      count !== undefined && isDay(startDate.value)
        ? `${dayLabel(startDate.value, locale)} to ${dayLabel(addDays(startDate.value, count), locale)}`
        : ''
    if (count === undefined) {
      sum.replaceChildren()
      submitLabel.textContent = 'Book'
      return
    }
    const amount = wording.money(total(rate, count))
    const nightsWord = count === 1 ? 'night' : 'nights'
    sum.replaceChildren(
      html('span', { class: 'sum-line' }, `${count} ${nightsWord} × ${wording.money(rate)}`),
      html('b', { class: 'sum-total' }, amount),
      member && hotel.savings !== undefined && hotel.savings > 0
        ? html(
            'span',
            { class: 'sum-note sum-saved' },
            `You save ${wording.money(total(hotel.savings, count))}`,
          )
        : html(
            'span',
            { class: 'sum-note' },
            'At the standard rate. Signed in, you book at your member rate and pay less.',
          ),
    )
    submitLabel.textContent = busy ? busyWords : `Book for ${amount}`
  }

  function attempt() {
    if (busy) return
    submitted = true
    refresh()
    const errors = checkBookingRequest(startDate.value, nights.value, today())
    if (errors.startDate !== undefined) return startDate.focus()
    if (errors.nights !== undefined) return nights.focus()
    setting.submit({ startDate: startDate.value, nights: Number(nights.value) })
  }

  startDate.addEventListener('input', changed)
  nights.addEventListener('input', changed)

  const form = html(
    'form',
    {
      class: 'form',
      novalidate: true,
      'aria-label': `Book ${hotel.name}`,
      // Sandboxes without allow-forms fire no submit event, so the button and Enter act themselves.
      submit: (event: SubmitEvent) => event.preventDefault(),
      keydown: (event: KeyboardEvent) => {
        if (event.key !== 'Enter' || !(event.target instanceof HTMLInputElement)) return
        event.preventDefault()
        attempt()
      },
    },
    problem,
    html(
      'div',
      { class: 'fields' },
      html(
        'div',
        { class: 'field' },
        html('label', { for: 'start-date' }, 'Check-in'),
        startDate,
        startDateError,
        hotelDay,
      ),
      html(
        'div',
        { class: 'field' },
        html('label', { for: 'nights' }, 'Nights'),
        html(
          'div',
          { class: 'stepper' },
          html(
            'button',
            { type: 'button', 'aria-label': 'One night less', click: step(-1) },
            icon('minus', 16),
          ),
          nights,
          html(
            'button',
            { type: 'button', 'aria-label': 'One night more', click: step(1) },
            icon('plus', 16),
          ),
        ),
        nightsError,
      ),
    ),
    stay,
    sum,
    submit,
    html(
      'p',
      { class: 'fine' },
      icon('shield', 14),
      'You pay at the hotel. Larger bookings ask for your approval on your phone first.',
    ),
  )

  const rates = html('div', {}, price(hotel, wording))
  const heading = html('h2', { class: 'detail-name', tabindex: -1 }, hotel.name)
  const element = html(
    'section',
    { class: 'detail' },
    html(
      'button',
      { type: 'button', class: 'link back', click: () => setting.back() },
      icon('back', 14),
      'All hotels',
    ),
    html(
      'div',
      { class: 'detail-columns' },
      html(
        'div',
        { class: 'detail-hotel' },
        html('div', { class: 'detail-picture' }, hotelPicture(hotel.id, setting.cityName, hotel.stars)),
        heading,
        html('p', { class: 'card-place' }, placeLine(hotel)),
        html('p', { class: 'card-facts' }, ratingLine(hotel, wording)),
        hotel.description === undefined ? undefined : html('p', { class: 'description' }, hotel.description),
        html(
          'ul',
          { class: 'chips', 'aria-label': 'Amenities' },
          ...hotel.amenities.map((name) => html('li', {}, name)),
        ),
        rates,
      ),
      form,
    ),
  )
  refresh()

  return {
    element,
    focus: () => heading.focus({ preventScroll: true }),
    setHotel(next) {
      hotel = next
      rates.replaceChildren(price(hotel, wording))
      refresh()
    },
    isBusy: () => busy,
    setBusy(next, words = 'Booking…') {
      busy = next
      busyWords = words
      submit.disabled = next
      submit.classList.toggle('busy', next)
      if (next) problem.hidden = true
      refresh()
    },
    showProblem(title, words, way) {
      const told = html('div', {}, html('b', {}, title), html('p', {}, words))
      if (way !== undefined) {
        told.append(html('button', { type: 'button', class: 'link', click: way.act }, way.label))
      }
      problem.replaceChildren(icon('stop', 18), told)
      problem.hidden = false
      problem.focus()
    },
  }
}
