// A booking from the form to its end: filled in, sent, perhaps lost on the way, waiting for approval, decided.

import { addDays, dayIn, dayLabel } from '../format/calendar.ts'
import { money } from '../format/money.ts'
import { type Booking, continued, isFinal } from '../model/booking.ts'
import { isSameId } from '../model/read-value.ts'
import type { Hotel, SearchResult } from '../model/search-result.ts'
import type { ToolResult } from '../model/tool-result.ts'
import type { Stage } from '../screen/stage.ts'
import { isShort } from '../view/appearance.ts'
import { type BookingForm, createBookingForm } from '../view/booking-form.ts'
import { type BookingScreen, createBookingScreen, statusSentence } from '../view/booking-screen.ts'
import type { Explorer } from '../view/explorer.ts'
import type { Wording } from '../view/hotel-card.ts'
import { createMessage } from '../view/message.ts'
import { type BookingRequest, type HotelDay, newRequestId } from './booking-request.ts'
import { type Poll, pollBooking } from './poll-booking.ts'
import type { SentBooking, StoredState } from './stored-state.ts'

/** The hotels that a booking starts from, and where the person returns to. */
export type Hotels = {
  search(): SearchResult | undefined
  explorer(): Explorer | undefined
  wording(): Wording
  show(): void
}

export type BookingFlow = {
  /** Opens the form; `sent` is a request that an earlier mount had. */
  open(hotel: Hotel, request?: BookingRequest, sent?: SentBooking): void
  showBooking(booking: Booking): void
  /** Looks up what an earlier mount had sent. */
  resumeSent(sent: SentBooking): void
  /** Gives the open form the rates of a later search. */
  renewRates(search: SearchResult): void
  /** Leaves the form as the person would. False when there is none to leave. */
  closeForm(): boolean
  /** Ends whatever goes on here. */
  leave(): void
  /** Whether somebody can see it. */
  setVisible(visible: boolean): void
}

type Open = { hotel: Hotel; city: string; requestId: string; form: BookingForm }

const slow = 10_000

export function createBookingFlow(
  stage: Stage,
  hotels: Hotels,
  setting: {
    view: Window
    store(state: StoredState): void
    offer(words: string, label: string, act: () => void): void
  },
): BookingFlow {
  const { view, store } = setting
  let open: Open | undefined
  let screen: { shown: BookingScreen; booking: Booking } | undefined
  let poll: Poll | undefined
  let isVisible = true

  const abilities = () =>
    stage.host()?.abilities() ?? { callTools: false, sendMessages: false, updateModelContext: false }
  const cityName = () => hotels.search()?.city.name ?? ''

  function today(): HotelDay {
    const city = hotels.search()?.city
    const day = dayIn(city?.timeZone ?? stage.host()?.context().timeZone, Date.now())
    return { day, words: `${dayLabel(day, stage.locale())} in ${city?.name ?? 'the hotel’s city'}` }
  }

  // --- the form --------------------------------------------------------------------------------------------------

  function openForm(hotel: Hotel, request?: BookingRequest, sent?: SentBooking) {
    const start = request ?? { startDate: addDays(today().day, 1), nights: 1 }
    // One key for as long as the form is open: however often it is sent, it is one booking.
    const requestId = sent?.requestId ?? newRequestId()
    const keep = ({ startDate, nights }: BookingRequest) =>
      store({ screen: 'form', hotelId: hotel.id, requestId, startDate, nights })
    const form = createBookingForm({
      hotel,
      cityName: cityName(),
      today,
      readersDay: () => dayIn(undefined, Date.now()),
      locale: stage.locale(),
      wording: hotels.wording(),
      start,
      submit: (asked) => void submit(asked),
      changed: keep,
      back: () => closeForm(),
    })
    open = { hotel, city: cityName(), requestId, form }
    const explorer = hotels.explorer()
    explorer?.showDetail(form.element, hotel.id)
    if (explorer !== undefined) stage.show(formScreen(open), explorer.element)
    giveRoom()
    keep(start)
    form.focus()
    stage.say(`Book ${hotel.name}`)
  }

  const formScreen = ({ hotel, city }: Pick<Open, 'hotel' | 'city'>) =>
    ({ name: 'form', hotelId: hotel.id, hotelName: hotel.name, city }) as const

  /** A form does not fit into a low frame. */
  function giveRoom() {
    const context = stage.host()?.context()
    if (context === undefined || !isShort(context)) return
    if (context.availableDisplayModes.includes('fullscreen'))
      void stage.host()?.requestDisplayMode('fullscreen')
  }

  function dropForm() {
    open = undefined
    hotels.explorer()?.showDetail(undefined)
  }

  function closeForm(): boolean {
    if (open === undefined) return false
    const { id } = open.hotel
    dropForm()
    hotels.show()
    hotels.explorer()?.focusHotel(id)
    store({ screen: 'hotels' })
    return true
  }

  async function submit(request: BookingRequest) {
    const current = open
    if (current === undefined) return
    const sent = { hotelId: current.hotel.id, requestId: current.requestId, ...request }
    if (!abilities().callTools) {
      await askInChat(bookingSentence(current.hotel.name, current.city, request), current.form)
      return
    }
    await send(current, sent)
  }

  async function send(current: Open, sent: SentBooking) {
    const { form, hotel, city } = current
    form.setBusy(true)
    stage.say('Booking')
    store({ screen: 'sent', ...sent })
    const timer = view.setTimeout(() => form.setBusy(true, 'Still booking…'), slow)
    const answer = await stage.call('prepare_booking', sent, (late) => arriveLate(late, sent))
    view.clearTimeout(timer)
    form.setBusy(false)
    const isThere = open === current
    if (answer.kind === 'booking' && answer.booking.status !== 'refused')
      return arrive(answer.booking, isThere)
    const isUnknown =
      answer.kind === 'lost' || answer.kind === 'words' || (answer.kind === 'refusal' && answer.retryable)
    if (isUnknown) {
      const unknown = () => showUnknown(current, sent, answer.words)
      if (isThere) unknown()
      else
        setting.offer(
          `It is not known yet whether ${hotel.name} was booked.`,
          'Look it up',
          () => void unknown().lookUp(),
        )
      return
    }
    // Nothing was booked, and the person has left the form.
    if (!isThere) return
    store({ screen: 'form', ...sent })
    if (answer.kind === 'sign-in') return await askInChat(bookingSentence(hotel.name, city, sent), form)
    if (answer.kind === 'booking') {
      return form.showProblem('This booking cannot be made', answer.booking.message ?? 'Choose another stay.')
    }
    const words = answer.kind === 'refusal' ? answer.words : 'Please try again.'
    const held =
      answer.kind === 'refusal' && answer.code === 'stay_overlaps' ? answer.transactionId : undefined
    form.showProblem(
      'Not booked',
      words,
      held === undefined
        ? undefined
        : {
            label: 'Book another room as well',
            act: () => void send(current, { ...sent, additionalRoomTo: held }),
          },
    )
  }

  function arriveLate(result: ToolResult, sent: SentBooking) {
    const now = stage.screen()
    if (result.kind !== 'booking') return
    arrive(result.booking, now.name === 'unknown' && isSameId(now.hotelId, sent.hotelId))
  }

  /** A booking that was made from here: shown, but not over another form or another booking that waits. */
  function arrive(booking: Booking, isThere: boolean) {
    const now = stage.screen()
    const isOther = now.name === 'booking' && !isSameId(now.transactionId, booking.transactionId)
    const isBusyElsewhere = now.name === 'form' || (isOther && !isFinal(now.status))
    if (isThere || !isBusyElsewhere) showBooking(booking)
    else setting.offer(statusSentence(booking), 'Show it', () => showBooking(booking))
  }

  /** The widget cannot sign anybody in; the chat can, when the model calls the tool. */
  async function askInChat(sentence: string, form: BookingForm) {
    const sent = abilities().sendMessages && (await stage.host()?.sendMessage(sentence)) === true
    form.showProblem(
      abilities().callTools ? 'Sign in to book' : 'Book in the chat',
      sent
        ? 'Continue in the chat: it asks you to sign in and then books.'
        : `Write in the chat: “${sentence}”`,
    )
  }

  // --- a lost answer ---------------------------------------------------------------------------------------------

  function showUnknown(
    current: Pick<Open, 'hotel' | 'city' | 'requestId'>,
    sent: SentBooking,
    said?: string,
  ) {
    const { hotel, city } = current
    if (open !== undefined) dropForm()
    store({ screen: 'sent', ...sent })
    const stay = `${hotel.name}, ${dayLabel(sent.startDate, stage.locale())}, ${nightsIn(sent)}`
    const sentence = `Is my booking made? ${bookingSentence(hotel.name, city, sent)}`
    const message = createMessage(
      'info',
      'It is not known yet whether this was booked',
      `${stay}: the answer was lost on its way. Look it up before you book anything else.${said === undefined ? '' : `\nWhat came instead: ${said}`}`,
      [
        ...(abilities().callTools
          ? [
              { label: 'Look it up', act: () => void lookUp() },
              // The key makes it the same request.
              { label: 'Send the same request again', act: () => void sendAgain() },
            ]
          : []),
        ...(abilities().sendMessages
          ? [{ label: 'Ask in the chat', act: () => void stage.host()?.sendMessage(sentence) }]
          : []),
      ],
    )
    if (!abilities().callTools && !abilities().sendMessages)
      message.setNote(`Write in the chat: “${sentence}”`)
    stage.show({ name: 'unknown', hotelId: hotel.id, hotelName: hotel.name, city }, message.element)
    message.focus()
    stage.say(`It is not known yet whether this was booked. ${stay}.`)
    stage
      .host()
      ?.updateModelContext(
        `The MyHotels widget sent the booking ${stay} and got no answer. It may or may not be booked: look it up before booking again.`,
      )

    const isThere = () => message.element.isConnected
    async function lookUp() {
      message.setBusy(true)
      message.setNote('Looking it up…')
      const answer = await stage.call('finalize_booking', sent, (late) => arriveLate(late, sent))
      if (!isThere()) return
      message.setBusy(false)
      switch (answer.kind) {
        case 'booking':
          return showBooking(answer.booking)
        case 'sign-in':
          return message.setNote(`Sign in first. Write in the chat: “${sentence}”`)
        case 'refusal':
          if (answer.code === 'unknown_booking') return notBooked(answer.words)
          return message.setNote(answer.words)
        case 'words':
          return message.setNote(answer.words)
        default:
          message.setNote('No answer came this time either. Look it up again in a moment.')
      }
    }
    async function sendAgain() {
      openForm(hotel, sent, sent)
      const again = open
      if (again !== undefined) await send(again, sent)
    }
    function notBooked(words: string) {
      openForm(hotel, sent, sent)
      open?.form.showProblem('Nothing was booked', `${words} You can book it now.`)
    }
    return { lookUp }
  }

  // --- a booking -------------------------------------------------------------------------------------------------

  function showBooking(booking: Booking) {
    if (open !== undefined) dropForm()
    const before = screen
    if (before !== undefined && isSameId(before.booking.transactionId, booking.transactionId)) {
      // An ending is never taken back; what says otherwise was sent before it.
      if (isFinal(before.booking.status) && booking.status !== before.booking.status) return
      screen = { shown: before.shown, booking }
      before.shown.update(booking)
    } else {
      leaveScreen()
      const shown = createBookingScreen(booking, {
        money: (amount, currency) => money(amount, currency, stage.locale()),
        locale: stage.locale(),
        now: () => Date.now(),
        actions: actionsFor(booking),
      })
      screen = { shown, booking }
    }
    const { shown } = screen
    const { transactionId, status } = booking
    stage.show({ name: 'booking', transactionId, status }, shown.element)
    if (before?.shown !== shown) shown.focus()
    if (status === 'pending' && poll === undefined) follow(booking)
    // A poll that brings no news is told to nobody.
    const isNews =
      before?.shown !== shown ||
      before.booking.status !== status ||
      before.booking.bindingMessage !== booking.bindingMessage
    if (!isNews) return
    stage.say(statusSentence(booking))
    store({ screen: 'booking', transactionId, status })
    stage
      .host()
      ?.updateModelContext(
        `The MyHotels widget shows the booking of ${booking.hotelName} (transaction ${transactionId}): ${status}.`,
      )
  }

  function actionsFor(booking: Booking) {
    const hotel = hotels
      .search()
      ?.hotels.find(({ id, name }) => isSameId(id, booking.hotelId) || name === booking.hotelName)
    const { transactionId } = booking
    return {
      checkNow: abilities().callTools
        ? () => {
            poll?.pause()
            poll?.resume()
          }
        : undefined,
      again: again(booking, hotel),
      hotels:
        hotels.search() === undefined
          ? undefined
          : () => {
              leaveScreen()
              hotels.show()
              store({ screen: 'hotels' })
            },
      signIn: abilities().sendMessages
        ? () => void stage.host()?.sendMessage(`What is the status of my booking ${transactionId}?`)
        : undefined,
    }
  }

  /** How the person may ask for the same stay again: in the form when the hotel is at hand, else in the chat. */
  function again(booking: Booking, hotel: Hotel | undefined): (() => void) | undefined {
    const { startDate, nights = 1 } = booking
    if (hotel !== undefined) {
      return () => {
        leaveScreen()
        hotels.show()
        openForm(hotel, { startDate: startDate ?? '', nights })
      }
    }
    if (!abilities().sendMessages || startDate === undefined) return undefined
    const words = bookingSentence(booking.hotelName, booking.city, { startDate, nights })
    return () => void stage.host()?.sendMessage(words)
  }

  function follow(booking: Booking) {
    if (!abilities().callTools) {
      screen?.shown.setTrouble('Ask in the chat how the booking stands.')
      return
    }
    poll = pollBooking(
      booking,
      (transactionId) => stage.call('finalize_booking', { transactionId }),
      {
        booking: (news) => {
          // Another booking may have taken the screen, or the chat may have told the end already.
          const known = screen?.booking
          if (known === undefined || isFinal(known.status)) return
          if (news.transactionId !== '' && !isSameId(known.transactionId, news.transactionId)) return
          showBooking(continued(known, news))
        },
        signIn: () =>
          screen?.shown.setTrouble('Your sign-in has ended, so this page cannot follow the booking.'),
        problem: (words, goesOn) =>
          screen?.shown.setTrouble(
            goesOn ? `${words} Trying again.` : `${words} Press “Check now” to try again.`,
          ),
      },
      {
        setTimeout: (work, wait) => view.setTimeout(work, wait),
        clearTimeout: (timer) => view.clearTimeout(timer),
      },
    )
    if (!isVisible) poll.pause()
  }

  function leaveScreen() {
    poll?.stop()
    poll = undefined
    screen?.shown.destroy()
    screen = undefined
  }

  return {
    open: openForm,
    showBooking,
    resumeSent({ hotelId, startDate, nights, requestId }) {
      const sent = { hotelId, startDate, nights, requestId }
      const hotel = hotels.search()?.hotels.find(({ id }) => isSameId(id, sent.hotelId))
      if (hotel === undefined) return
      const { lookUp } = showUnknown({ hotel, city: cityName(), requestId: sent.requestId }, sent)
      if (abilities().callTools) void lookUp()
    },
    renewRates(search) {
      const hotel = search.hotels.find(({ id }) => id === open?.hotel.id)
      if (open === undefined || hotel === undefined) return
      open.hotel = hotel
      open.form.setHotel(hotel)
    },
    closeForm: () => (open === undefined || open.form.isBusy() ? false : closeForm()),
    leave() {
      if (open !== undefined) dropForm()
      leaveScreen()
    },
    setVisible(visible) {
      isVisible = visible
      if (visible) poll?.resume()
      else poll?.pause()
    },
  }
}

const nightsIn = ({ nights }: { nights: number }) => `${nights} ${nights === 1 ? 'night' : 'nights'}`

const bookingSentence = (hotelName: string, city: string | undefined, request: BookingRequest) =>
  `Book ${hotelName}${city === undefined || city === '' ? '' : ` in ${city}`} for ${nightsIn(request)} from ${request.startDate}`
