// The widget's one screen and what moves it: results from the host, and what the person does.
import { createBookingFlow } from './booking/booking-flow.ts'
import { readStoredState, type StoredState, storedFields } from './booking/stored-state.ts'
import { html } from './dom/element.ts'
import { money } from './format/money.ts'
import { callTool } from './host/call-tool.ts'
import { connectHost } from './host/connect-host.ts'
import { initialContext } from './host/host-context.ts'
import { reportSize } from './host/report-size.ts'
import { transactionIn } from './model/booking-text.ts'
import { type Fields, text } from './model/read-value.ts'
import type { SearchResult } from './model/search-result.ts'
import { readToolResult, type ToolResult } from './model/tool-result.ts'
import { placeResult } from './screen/place-result.ts'
import type { Screen } from './screen/screen.ts'
import { createNotices, type Stage } from './screen/stage.ts'
import { applyAppearance } from './view/appearance.ts'
import { statusSentence } from './view/booking-screen.ts'
import { createExplorer, type Explorer } from './view/explorer.ts'
import type { Wording } from './view/hotel-card.ts'
import { createLoading, createMessage, type MessageButton } from './view/message.ts'

/** After so long without a result the widget says so. */
const silence = 8000

/** Starts the widget in `root` and keeps it going until the host takes it down. */
export async function startWidget(view: Window, root: HTMLElement): Promise<void> {
  const place = html('main', { class: 'stage' })
  const spoken = html('div', { class: 'unseen', role: 'status', 'aria-live': 'polite' })
  const notices = createNotices()
  root.replaceChildren(notices.element, place, spoken)

  let screen: Screen = { name: 'waiting' }
  let search: SearchResult | undefined
  let explorer: Explorer | undefined
  let waiting: unknown[] | undefined = []
  /** The arguments of the call that the chat made. */
  let input: Fields = {}
  const seen = new Set<string>()
  let restored: StoredState | undefined
  let silent: number | undefined
  let stopSizeReports = () => {}

  const connection = connectHost(view, {
    toolInput: (args) => {
      input = args
    },
    toolResult: (result) => {
      if (waiting === undefined) arrive(result)
      else waiting.push(result)
    },
    toolCancelled: () => {
      if (screen.name !== 'waiting') return
      showMessage('info', 'Cancelled', 'The request was cancelled. Ask again whenever you like.')
    },
    contextChanged: (context) => {
      applyAppearance(root, context)
      renewAbilities()
    },
    teardown: () => {
      view.clearTimeout(silent)
      flow.leave()
      explorer?.destroy()
      stopSizeReports()
      connection.close()
    },
  })
  const { host } = connection
  const store = (state: StoredState) => connection.state.storeState(storedFields(state))
  const abilities = () => host()?.abilities() ?? { callTools: false, sendMessages: false }
  const locale = () => host()?.context().locale

  const stage: Stage = {
    host,
    call: (name, args, late) =>
      callTool(host(), name, args, {
        setTimeout: (work, wait) => view.setTimeout(work, wait),
        ...(late === undefined ? {} : { late }),
      }),
    screen: () => screen,
    show(next, element) {
      screen = next
      view.clearTimeout(silent)
      if (place.firstElementChild !== element) place.replaceChildren(element)
    },
    say: (words) => {
      spoken.textContent = words
    },
    locale,
  }
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
  const flow = createBookingFlow(
    stage,
    { search: () => search, explorer: () => explorer, wording, show: showHotels },
    { view, store, offer: notices.offer },
  )

  // --- nothing yet -----------------------------------------------------------------------------------------------

  function showLoading() {
    stage.show({ name: 'waiting' }, createLoading())
    silent = view.setTimeout(showSilence, silence)
  }

  function showSilence() {
    const sentence = text(input.city, 80)
    const message = createMessage(
      'info',
      'Nothing has come from the chat yet',
      'If the chat asks you to allow this, do that first. Otherwise look again.',
      [{ label: 'Look again', act: () => void lookAgain() }],
    )
    if (sentence === undefined && !abilities().callTools) message.setNote('Or ask once more in the chat.')
    stage.show({ name: 'waiting' }, message.element)
    stage.say('Nothing has come from the chat yet.')
  }

  /** Reads what the chat may have put down meanwhile; asks the server itself where asking changes nothing. */
  async function lookAgain() {
    showLoading()
    connection.lookAgain()
    const call = repeatableCall()
    if (call === undefined || !abilities().callTools) return
    const answer = await stage.call(call.name, call.args)
    if (screen.name !== 'waiting') return
    if (answer.kind === 'lost') showSilence()
    else showResult(answer)
  }

  /** The chat's call once more, if it may be repeated: a search or the state of a booking, never a booking. */
  function repeatableCall(): { name: string; args: Fields } | undefined {
    if (typeof input.transactionId === 'string')
      return { name: 'finalize_booking', args: { transactionId: input.transactionId } }
    if (typeof input.city !== 'string') return undefined
    const isForMembers = host()?.context().tool === memberRatesTool
    return { name: isForMembers ? memberRatesTool : 'search_hotels', args: { city: input.city } }
  }

  // --- words alone -----------------------------------------------------------------------------------------------

  function showMessage(
    kind: 'info' | 'stop',
    title: string,
    words: string,
    buttons: readonly MessageButton[] = [],
  ) {
    flow.leave()
    const message = createMessage(kind, title, words, buttons)
    stage.show({ name: 'message' }, message.element)
    stage.say(`${title}. ${words}`)
    return message
  }

  /** A success of which only text has come. What it is about can often be asked again, and then comes whole. */
  async function showWords(words: string) {
    const transactionId = transactionIn(words)
    const call =
      transactionId === undefined
        ? repeatableCall()
        : { name: 'finalize_booking', args: { transactionId } as Fields }
    const title = input.city !== undefined ? 'Hotels' : isAboutBooking() ? 'Your booking' : 'MyHotels'
    const again = async () => {
      if (call === undefined) return
      message.setBusy(true)
      const answer = await stage.call(call.name, call.args)
      if (!message.element.isConnected) return
      message.setBusy(false)
      if (answer.kind === 'search' || answer.kind === 'booking') showResult(answer)
      else if (answer.kind === 'words' && answer.words !== words) message.setNote(answer.words)
    }
    const canAsk = call !== undefined && abilities().callTools
    const message = showMessage('info', title, words, [
      ...(canAsk ? [{ label: 'Look again', act: () => void again() }] : []),
      ...(explorer === undefined ? [] : [{ label: 'Back to the hotels', act: showHotels }]),
    ])
    if (canAsk) await again()
  }

  const isAboutBooking = () => input.hotelId !== undefined || input.transactionId !== undefined

  // --- hotels ----------------------------------------------------------------------------------------------------

  function showSearch(next: SearchResult) {
    const isSameCity = search?.city.name === next.city.name
    search = next
    if (explorer === undefined || !isSameCity) {
      flow.leave()
      explorer?.destroy()
      explorer = createExplorer(next, {
        wording: wording(),
        book: (hotel) => flow.open(hotel),
        memberRates: () => void showMemberRates(),
        expand: () => {
          const isFull = host()?.context().displayMode === 'fullscreen'
          void host()?.requestDisplayMode(isFull ? 'inline' : 'fullscreen')
        },
      })
    } else explorer.update(next)
    explorer.setNotice(undefined)
    renewAbilities()
    showHotels()
    stage.say(
      `${next.hotels.length} hotels in ${next.city.name}${next.memberRates ? `, with member rates${next.memberName === undefined ? '' : ` for ${next.memberName}`}` : ''}.`,
    )
    goOn()
  }

  /** Renews the hotels behind a form or a booking. */
  function renewSearch(next: SearchResult) {
    search = next
    explorer?.update(next)
    flow.renewRates(next)
  }

  function showHotels() {
    flow.leave()
    if (explorer === undefined || search === undefined) return
    stage.show({ name: 'hotels', city: search.city.name }, explorer.element)
  }

  function renewAbilities() {
    const { callTools, sendMessages } = abilities()
    const context = host()?.context()
    explorer?.setFullscreen(context?.displayMode === 'fullscreen')
    explorer?.setAbilities({
      book: callTools || sendMessages,
      expand: context?.availableDisplayModes.includes('fullscreen') === true,
    })
  }

  async function showMemberRates() {
    const city = search?.city.name
    if (city === undefined) return
    const sentence = `Show me the member rates for hotels in ${city}`
    const ask = async () => {
      const sent = abilities().sendMessages && (await host()?.sendMessage(sentence)) === true
      explorer?.setMemberOffer(sent ? 'asked' : 'offered')
      if (!sent) explorer?.setNotice(`Sign in first. Write in the chat: “${sentence}”`)
    }
    if (!abilities().callTools) return await ask()
    explorer?.setNotice(undefined)
    explorer?.setMemberOffer('fetching')
    const answer = await stage.call(memberRatesTool, { city })
    if (search?.city.name !== city) return
    if (answer.kind === 'sign-in') return await ask()
    explorer?.setMemberOffer('offered')
    if (answer.kind === 'search') {
      if (screen.name === 'hotels') showSearch(answer.search)
      else renewSearch(answer.search)
    } else if (answer.kind === 'refusal' || answer.kind === 'words') explorer?.setNotice(answer.words)
    else explorer?.setNotice('The member rates did not come. Please try again.')
  }

  // --- results ---------------------------------------------------------------------------------------------------

  /** A result that the chat delivers. */
  function arrive(value: unknown) {
    const result = readToolResult(value)
    const content = JSON.stringify(result)
    const isRepeated = seen.has(content)
    seen.add(content)
    switch (
      placeResult(screen, { result, isRepeated, isOurs: input.city !== undefined || isAboutBooking() })
    ) {
      case 'show':
        return showResult(result)
      case 'beneath':
        return result.kind === 'search' ? renewSearch(result.search) : undefined
      case 'note':
        return explorer?.setNotice(wordsOf(result))
      case 'offer':
        return notices.offer(
          result.kind === 'search' ? `The chat has hotels in ${result.search.city.name}.` : wordsOf(result),
          'Show',
          () => showResult(result),
        )
    }
  }

  function showResult(result: ToolResult) {
    notices.clear()
    switch (result.kind) {
      case 'search':
        return showSearch(result.search)
      case 'booking':
        return flow.showBooking(result.booking)
      case 'words':
        return void showWords(result.words)
      case 'sign-in':
        return void showMessage('info', 'Sign in to continue', wordsOf(result))
      case 'refusal':
        return void showMessage('stop', isAboutBooking() ? 'Not booked' : 'No result', result.words)
    }
  }

  /** A widget that was mounted again goes on with what it had: a booking at once, a form when its hotel is there. */
  async function restore() {
    restored = readStoredState(connection.state.restoredState())
    if (restored?.screen !== 'booking' || restored.transactionId === '') return
    if (!abilities().callTools) return
    const answer = await stage.call('finalize_booking', { transactionId: restored.transactionId })
    if (answer.kind === 'booking' && screen.name !== 'form') flow.showBooking(answer.booking)
  }

  function goOn() {
    const state = restored
    restored = undefined
    if (state?.screen === 'sent') return flow.resumeSent(state)
    const hotel = state?.screen === 'form' && search?.hotels.find(({ id }) => id === state.hotelId)
    if (hotel) flow.open(hotel, state, state)
  }

  applyAppearance(root, initialContext)
  showLoading()
  view.document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !event.defaultPrevented && flow.closeForm()) event.preventDefault()
  })
  await connection.connected
  const connected = host()
  if (connected === undefined) return
  applyAppearance(root, connected.context())
  stopSizeReports = reportSize(root, host)
  // Read first: what is shown now stores a state of its own.
  const restoring = restore()
  const arrived = waiting ?? []
  waiting = undefined
  for (const result of arrived) arrive(result)
  void restoring

  let isIntersecting = true
  const see = () => flow.setVisible(isIntersecting && !view.document.hidden)
  new IntersectionObserver(([entry]) => {
    isIntersecting = entry?.isIntersecting !== false
    see()
  }).observe(root)
  view.document.addEventListener('visibilitychange', see)
}

const memberRatesTool = 'search_hotels_member_rates'

/** What a result says in a line. */
function wordsOf(result: ToolResult): string {
  switch (result.kind) {
    case 'booking':
      return statusSentence(result.booking)
    case 'refusal':
    case 'words':
      return result.words
    default:
      return (
        (result.kind === 'sign-in' ? result.words : undefined) ??
        'Use the sign-in that the chat offers; the answer then appears in the chat.'
      )
  }
}
