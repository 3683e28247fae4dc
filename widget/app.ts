// The widget's one screen and what moves it: results from the host, and what the person does.
import { type BookingRequest, newRequestId } from './booking/booking-request.ts'
import { type Poll, pollBooking } from './booking/poll-booking.ts'
import { html } from './dom/element.ts'
import { icon } from './dom/icon.ts'
import { addDays, today } from './format/calendar.ts'
import { money } from './format/money.ts'
import { connectHost } from './host/connect-host.ts'
import type { Host } from './host/host.ts'
import { initialContext } from './host/host-context.ts'
import { reportSize } from './host/report-size.ts'
import type { Booking } from './model/booking.ts'
import { type Fields, fields, text } from './model/read-value.ts'
import type { Hotel, SearchResult } from './model/search-result.ts'
import { isSignInRejection, readToolResult, type ToolResult } from './model/tool-result.ts'
import { applyAppearance } from './view/appearance.ts'
import { type BookingForm, createBookingForm } from './view/booking-form.ts'
import { type BookingScreen, createBookingScreen, statusSentence } from './view/booking-screen.ts'
import { createExplorer, type Explorer } from './view/explorer.ts'
import type { Wording } from './view/hotel-card.ts'

type OpenForm = { hotel: Hotel; requestId: string; form: BookingForm; request: BookingRequest }

/** Starts the widget in `root` and keeps it going until the host takes it down. */
export async function startWidget(view: Window, root: HTMLElement): Promise<void> {
  const stage = html('div', { class: 'stage' })
  const spoken = html('div', { class: 'unseen', role: 'status', 'aria-live': 'polite' })
  root.replaceChildren(stage, spoken)

  let host: Host | undefined
  let waiting: unknown[] = []
  let search: SearchResult | undefined
  let explorer: Explorer | undefined
  let open: OpenForm | undefined
  let screen: BookingScreen | undefined
  let poll: Poll | undefined
  let input: Fields = {}
  let stopSizeReports = () => {}
  let onScreen = true
  let lastShown = ''

  const say = (words: string) => {
    spoken.textContent = words
  }
  const locale = () => host?.context().locale
  const wording = (): Wording => {
    const currency = search?.currency ?? 'EUR'
    return {
      money: (amount) => money(amount, currency, locale()),
      number: (value) => {
        try {
          return new Intl.NumberFormat(locale()).format(value)
        } catch {
          return String(value)
        }
      },
    }
  }

  const connected = connectHost(view, {
    toolInput: (args) => {
      input = args
    },
    toolResult: (result) => {
      if (host === undefined) waiting.push(result)
      else showResult(result)
    },
    toolCancelled: () =>
      showMessage('info', 'Cancelled', 'The request was cancelled. Ask again whenever you like.'),
    contextChanged: (context) => {
      applyAppearance(root, context)
      explorer?.setFullscreen(context.displayMode === 'fullscreen')
    },
    teardown: () => {
      poll?.stop()
      screen?.destroy()
      explorer?.destroy()
      stopSizeReports()
    },
  })

  // --- screens ---------------------------------------------------------------------------------------------------

  function show(element: HTMLElement) {
    if (stage.firstElementChild !== element) stage.replaceChildren(element)
  }

  function showLoading() {
    const bar = (kind: string) => html('span', { class: `bone ${kind}` })
    show(
      html(
        'section',
        { class: 'loading', 'aria-busy': 'true' },
        html('p', { class: 'unseen' }, 'Loading'),
        bar('bone-title'),
        bar('bone-map'),
        html('div', { class: 'bones' }, bar('bone-card'), bar('bone-card'), bar('bone-card')),
      ),
    )
  }

  function showMessage(kind: 'info' | 'stop', title: string, words: string, ...buttons: HTMLElement[]) {
    leaveBooking()
    show(
      html(
        'section',
        { class: `message message-${kind}` },
        html('span', { class: 'seal' }, icon(kind, 24)),
        html(
          'div',
          {},
          html('h2', {}, title),
          html('p', {}, words),
          html('div', { class: 'buttons' }, ...buttons),
        ),
      ),
    )
    say(`${title}. ${words}`)
  }

  function leaveBooking() {
    poll?.stop()
    poll = undefined
    screen?.destroy()
    screen = undefined
  }

  function showSearch(next: SearchResult) {
    leaveBooking()
    closeForm()
    const sameCity = search?.city.name === next.city.name
    search = next
    if (explorer === undefined || !sameCity) {
      explorer?.destroy()
      const connectedHost = host
      explorer = createExplorer(next, {
        wording: wording(),
        canBook:
          connectedHost?.abilities.callTools === true || connectedHost?.abilities.sendMessages === true,
        canExpand: connectedHost?.context().availableDisplayModes.includes('fullscreen') === true,
        book: (hotel) => openForm(hotel),
        memberRates: () => void showMemberRates(),
        expand: () => {
          const full = connectedHost?.context().displayMode === 'fullscreen'
          void connectedHost?.requestDisplayMode(full ? 'inline' : 'fullscreen')
        },
      })
      explorer.setFullscreen(connectedHost?.context().displayMode === 'fullscreen')
    } else explorer.update(next)
    explorer.setNotice(undefined)
    offerMemberRates()
    show(explorer.element)
    say(
      `${next.hotels.length} hotels in ${next.city.name}${next.memberRates ? `, with member rates${next.memberName === undefined ? '' : ` for ${next.memberName}`}` : ''}.`,
    )
  }

  function offerMemberRates() {
    const able = host?.abilities.callTools === true || host?.abilities.sendMessages === true
    explorer?.setMemberOffer(able ? 'offered' : 'not-offered')
    if (!able && search?.memberRates === false)
      explorer?.setNotice('Ask in the chat for member rates or to book.')
  }

  function showBooking(booking: Booking) {
    closeForm()
    const known = `${booking.transactionId} ${booking.status} ${booking.bindingMessage ?? ''}`
    const changed = screen === undefined || known !== lastShown
    lastShown = known
    if (screen !== undefined) {
      const before = screen
      before.update(booking)
    } else {
      const hotel = search?.hotels.find(({ id }) => id === booking.hotelId)
      const canCall = host?.abilities.callTools === true
      screen = createBookingScreen(booking, {
        money: (amount, currency) => money(amount, currency, locale()),
        locale: locale(),
        now: () => Date.now(),
        actions: {
          checkNow: canCall
            ? () => {
                poll?.pause()
                poll?.resume()
              }
            : undefined,
          again: again(booking, hotel),
          hotels: search === undefined ? undefined : () => backToHotels(),
          signIn:
            host?.abilities.sendMessages === true
              ? () => void host?.sendMessage(`What is the status of my booking ${booking.transactionId}?`)
              : undefined,
        },
      })
      show(screen.element)
      screen.focus()
    }
    if (booking.status === 'pending' && poll === undefined) follow(booking)
    // A poll that brings no news is told to nobody.
    if (!changed) return
    say(statusSentence(booking))
    store(booking)
    host?.updateModelContext(
      `The MyHotels widget shows the booking of ${booking.hotelName} (transaction ${booking.transactionId}): ${booking.status}.`,
    )
  }

  /** How the person may ask for the same stay again: in the form when the hotel is at hand, else in the chat. */
  function again(booking: Booking, hotel: Hotel | undefined): (() => void) | undefined {
    if (hotel !== undefined) {
      return () => {
        backToHotels()
        openForm(hotel, {
          startDate: booking.startDate ?? '',
          nights: booking.nights ?? 1,
        })
      }
    }
    if (host?.abilities.sendMessages !== true || booking.startDate === undefined) return undefined
    const words = bookingSentence(booking.hotelName, booking.city, {
      startDate: booking.startDate,
      nights: booking.nights ?? 1,
    })
    return () => void host?.sendMessage(words)
  }

  function backToHotels() {
    leaveBooking()
    if (explorer !== undefined && search !== undefined) {
      explorer.showDetail(undefined)
      show(explorer.element)
    }
  }

  // --- booking ---------------------------------------------------------------------------------------------------

  function openForm(hotel: Hotel, request?: BookingRequest) {
    const now = today(new Date(), host?.context().timeZone)
    const start = request ?? { startDate: addDays(now, 1), nights: 1 }
    const form = createBookingForm({
      hotel,
      cityName: search?.city.name ?? '',
      today: now,
      locale: locale(),
      wording: wording(),
      start,
      submit: (asked) => void submitBooking(asked),
      back: () => {
        closeForm()
        explorer?.focusHotel(hotel.id)
      },
    })
    // One key for as long as the form is open: however often it is sent, it is one booking.
    open = { hotel, requestId: newRequestId(), form, request: start }
    explorer?.showDetail(form.element, hotel.id)
    form.focus()
    say(`Book ${hotel.name}`)
  }

  function closeForm() {
    if (open === undefined) return
    open = undefined
    explorer?.showDetail(undefined)
  }

  async function submitBooking(request: BookingRequest) {
    const current = open
    if (current === undefined || host === undefined) return
    const sentence = bookingSentence(current.hotel.name, search?.city.name, request)
    if (!host.abilities.callTools) {
      await askInChat(sentence, current.form)
      return
    }
    current.form.setBusy(true)
    say('Booking')
    const result = await call('prepare_booking', {
      hotelId: current.hotel.id,
      startDate: request.startDate,
      nights: request.nights,
      requestId: current.requestId,
    })
    current.form.setBusy(false)
    if (open !== current) return
    switch (result.kind) {
      case 'booking':
        if (result.booking.status === 'refused') {
          current.form.showProblem(
            'This booking cannot be made',
            result.booking.message ?? 'Choose another stay.',
          )
        } else showBooking(result.booking)
        return
      case 'sign-in':
        await askInChat(sentence, current.form)
        return
      case 'refusal':
        current.form.showProblem('Not booked', result.words)
        return
      case 'search':
        current.form.showProblem('Not booked', 'The answer was not about a booking. Please try again.')
    }
  }

  /** The widget cannot sign anybody in; the chat can, when the model calls the tool. */
  async function askInChat(sentence: string, form: BookingForm) {
    const sent = host?.abilities.sendMessages === true && (await host.sendMessage(sentence))
    form.showProblem(
      'Sign in to book',
      sent
        ? 'Continue in the chat: it asks you to sign in and then books.'
        : `Write in the chat: “${sentence}”`,
    )
  }

  function follow(booking: Booking) {
    if (host?.abilities.callTools !== true) {
      screen?.setTrouble('Ask in the chat how the booking stands.')
      return
    }
    poll = pollBooking(
      booking,
      (transactionId) => call('finalize_booking', { transactionId }),
      {
        booking: showBooking,
        signIn: () => screen?.setTrouble('Your sign-in has ended, so this page cannot follow the booking.'),
        problem: (words, goesOn) =>
          screen?.setTrouble(goesOn ? `${words} Trying again.` : `${words} Press “Check now” to try again.`),
      },
      {
        setTimeout: (work, wait) => view.setTimeout(work, wait),
        clearTimeout: (timer) => view.clearTimeout(timer),
      },
    )
    if (!onScreen) poll.pause()
  }

  function store(booking: Booking) {
    host?.storeState({ version: 1, transactionId: booking.transactionId, status: booking.status })
  }

  // --- member rates ----------------------------------------------------------------------------------------------

  async function showMemberRates() {
    const city = search?.city.name
    if (host === undefined || city === undefined) return
    const sentence = `Show me the member rates for hotels in ${city}`
    const ask = async () => {
      const sent = host?.abilities.sendMessages === true && (await host.sendMessage(sentence))
      explorer?.setMemberOffer(sent ? 'asked' : 'offered')
      if (!sent) explorer?.setNotice(`Sign in first. Write in the chat: “${sentence}”`)
    }
    if (!host.abilities.callTools) return await ask()
    explorer?.setNotice(undefined)
    explorer?.setMemberOffer('fetching')
    const result = await call('search_hotels_member_rates', { city })
    if (search?.city.name !== city) return
    switch (result.kind) {
      case 'search':
        showSearch(result.search)
        return
      case 'sign-in':
        return await ask()
      case 'refusal':
        explorer?.setMemberOffer('offered')
        explorer?.setNotice(result.words)
        return
      case 'booking':
        explorer?.setMemberOffer('offered')
    }
  }

  // --- results ---------------------------------------------------------------------------------------------------

  async function call(name: string, args: Fields): Promise<ToolResult> {
    try {
      return readToolResult(await host?.callTool(name, args))
    } catch (error) {
      if (isSignInRejection(error)) return { kind: 'sign-in', words: undefined }
      return {
        kind: 'refusal',
        words: text(fields(error).message, 300) ?? 'That did not work. Please try again.',
      }
    }
  }

  function showResult(value: unknown) {
    const result = readToolResult(value)
    switch (result.kind) {
      case 'search':
        return showSearch(result.search)
      case 'booking':
        leaveBooking()
        return showBooking(result.booking)
      case 'sign-in':
        return showMessage(
          'info',
          'Sign in to continue',
          result.words ?? 'Use the sign-in that the chat offers; the answer then appears in the chat.',
        )
      case 'refusal':
        return showMessage('stop', input.hotelId === undefined ? 'No result' : 'Not booked', result.words)
    }
  }

  /** A widget that was mounted again goes on with the booking that it had. */
  async function restore(connectedHost: Host, restored: unknown) {
    const state = fields(restored)
    const transactionId = text(state.transactionId, 100)
    if (state.version !== 1 || state.status !== 'pending' || transactionId === undefined) return
    if (!connectedHost.abilities.callTools) return
    const result = await call('finalize_booking', { transactionId })
    if (result.kind === 'booking') showBooking(result.booking)
  }

  showLoading()
  applyAppearance(root, initialContext)
  host = await connected
  applyAppearance(root, host.context())
  stopSizeReports = reportSize(root, host)
  // Read first: what is shown now stores a state of its own, which is no reason to ask again at once.
  const restored = host.restoredState()
  for (const result of waiting) showResult(result)
  waiting = []
  void restore(host, restored)

  const see = (visible: boolean) => {
    onScreen = visible
    if (visible) poll?.resume()
    else poll?.pause()
  }
  let intersecting = true
  new IntersectionObserver(([entry]) => {
    intersecting = entry?.isIntersecting !== false
    see(intersecting && !view.document.hidden)
  }).observe(root)
  view.document.addEventListener('visibilitychange', () => see(intersecting && !view.document.hidden))
}

const bookingSentence = (
  hotelName: string,
  city: string | undefined,
  { startDate, nights }: BookingRequest,
) =>
  `Book ${hotelName}${city === undefined ? '' : ` in ${city}`} for ${nights} ${nights === 1 ? 'night' : 'nights'} from ${startDate}`
