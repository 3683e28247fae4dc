// The conversation: what was said, which tools were called, what came back. Everything that others wrote is text.

import { cities } from '../../../lambdas/hotel-api/catalogue/cities.ts'
import { html } from '../../../widget/dom/element.ts'
import { icon } from '../../../widget/dom/icon.ts'
import { type HotelReference, resolveHotel } from '../intent/find-hotel.ts'
import { applyWishes, isWish, type ListedHotel, noWishes, type Wishes } from '../intent/find-wishes.ts'
import { type Intent, type Pending, parseIntent } from '../intent/parse-intent.ts'
import {
  type CallAnswer,
  callTool,
  readWidget,
  type SessionInfo,
  type SignInNeeded,
  signInUrl,
} from './backend.ts'
import { type MountedWidget, mountWidget, type WidgetHost } from './mount-widget.ts'

export type ConversationSetting = {
  log: HTMLElement
  session(): SessionInfo
  theme(): 'light' | 'dark'
  likeChatGpt(): boolean
  /** Reads the session again, after a sign-in. */
  refresh(): Promise<void>
  confirmLink(url: string): Promise<boolean>
  setFullscreen(on: boolean): void
  busy(on: boolean): void
}

export type Conversation = {
  say(words: string): Promise<void>
  setTheme(): void
  clear(): Promise<void>
  leaveFullscreen(): void
  /** Shows again what was there before the page was loaded anew. */
  restore(): Promise<void>
  signIn(): void
  signedIn(): void
  /** The sign-in window ended without a sign-in; the person may try again or leave it. */
  notSignedIn(words: string): void
}

type Call = { name: string; arguments: Record<string, unknown> }
/** A call, and what became of its widget since: the booking that it began, the state that it asked to be kept. */
type CallEntry = {
  kind: 'call'
  call: Call
  answer: CallAnswer
  booking?: string
  /** What was said of the booking last; its status may have changed since the call. */
  words?: string
  widgetState?: unknown
}
type Entry =
  | { kind: 'person'; words: string; fromWidget: boolean }
  | { kind: 'assistant'; words: string }
  | CallEntry
  /** A call that waited for a sign-in when the page was left. */
  | { kind: 'waiting'; call: Call }

type SignInOutcome = 'signed in' | 'left' | 'replaced'

const cityNames = cities.map(({ name }) => name)
const storageKey = 'myhotels-conversation'
const examples = [
  'Show me hotels in Milan',
  'Member rates in Rome',
  'Book La Ringhiera in Milan for 2 nights from tomorrow',
]

const signInOffered: SignInNeeded = {
  words: 'Sign in to see member rates and to book.',
  shape: 'HTTP 401',
}
const help =
  'I am a host, as ChatGPT is one: I turn what you say into calls of MyHotels. Searching needs no sign-in. For member rates you sign in with PingOne, and MyHotels sees what you may do, never your password. Before a booking a policy decides: it lets it through, asks you for approval on your phone, or refuses. What you approve there is exactly what is booked. Try: “Show me hotels in Milan”.'

const fields = (value: unknown): Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

/** A block of content may say whom it is for; the person sees no block that is for the model alone. */
const isForPeople = (block: Record<string, unknown>): boolean => {
  const { audience } = fields(block.annotations)
  return !Array.isArray(audience) || audience.includes('user')
}

function today(): string {
  const now = new Date()
  const two = (value: number) => String(value).padStart(2, '0')
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`
}

export function createConversation(setting: ConversationSetting): Conversation {
  const { log } = setting
  let entries: Entry[] = []
  let widgets: MountedWidget[] = []
  let fullscreen: MountedWidget | undefined
  const hotels = new Map<string, ListedHotel>()
  /** The hotels of the last list, in its order, and the one that was spoken of last. */
  let listed: ListedHotel[] = []
  let spokenOf: ListedHotel | undefined
  let lastCity: string | undefined
  /** What was asked or offered last. */
  let pending: Pending | undefined
  /** The words that stand under a booking, to be brought up to date with its status. */
  const bookingWords = new Map<string, { node: HTMLElement; entry: CallEntry }>()
  let lastBooking: string | undefined
  const hints = new Map<string, { message: string; settle(): void }>()
  /** One call at a time waits for a sign-in: the newest. A sign-in that released older ones too would book them all. */
  let openSignIn: { settle(outcome: SignInOutcome): void; say(words: string): void } | undefined

  // --- the log ---------------------------------------------------------------------------------------------------

  const bringIntoView = (node: Element, block: ScrollLogicalPosition) => {
    const behavior = matchMedia('(prefers-reduced-motion: reduce)').matches ? 'instant' : 'smooth'
    requestAnimationFrame(() => node.scrollIntoView({ block, behavior }))
  }
  /** At the end of the conversation, or right below a widget: what happens on its behalf belongs to it. */
  const add = (node: HTMLElement, belowWidget?: HTMLElement) => {
    if (belowWidget === undefined) log.append(node)
    else belowWidget.prepend(node)
    return node
  }
  const remember = (entry: Entry) => {
    entries = [...entries, entry].slice(-40)
    store()
  }
  const store = () => {
    try {
      sessionStorage.setItem(storageKey, JSON.stringify(entries))
    } catch {
      // A full or forbidden storage costs the memory of the conversation, nothing else.
    }
  }

  function showPerson(words: string, fromWidget: boolean) {
    const turn = add(
      html(
        'article',
        { class: 'turn turn-person', 'aria-label': fromWidget ? 'You, through the widget' : 'You' },
        html('p', { class: 'bubble' }, words),
        fromWidget && html('p', { class: 'origin' }, 'sent by the widget'),
      ),
    )
    // The question goes to the top, and there is room for the whole answer below it.
    const room = (log.parentElement?.clientHeight ?? 0) - 40
    log.style.minHeight = `${turn.offsetTop - log.offsetTop + room}px`
    bringIntoView(turn, 'start')
  }

  function showAssistant(words: string): HTMLElement {
    const said = html('p', {}, words)
    add(html('article', { class: 'turn turn-assistant', 'aria-label': 'MyHotels' }, said))
    return said
  }
  function tell(words: string) {
    remember({ kind: 'assistant', words })
    showAssistant(words)
  }

  function showCall(call: Call, title: string, belowWidget?: HTMLElement) {
    const state = html('span', { class: 'call-state' }, 'running')
    const body = html('div', { class: 'call-body' })
    const summary = html(
      'summary',
      {},
      html('span', { class: 'call-dot', 'aria-hidden': 'true' }),
      html('span', { class: 'call-title' }, title),
      html('code', {}, call.name),
      belowWidget !== undefined && html('span', { class: 'call-by' }, 'by the widget'),
      state,
    )
    const element = html('details', { class: 'call call-running' }, summary, body)
    const block = (label: string, value: unknown) =>
      html(
        'div',
        { class: 'call-part' },
        html('h3', {}, label),
        html('pre', { tabindex: 0 }, JSON.stringify(value, null, 2)?.slice(0, 20_000) ?? ''),
      )
    const args = block('Arguments', call.arguments)
    body.append(args)
    add(element, belowWidget)
    let times = 0
    return {
      element,
      finish(answer: CallAnswer) {
        times += 1
        body.replaceChildren(args)
        const failed = answer.error !== undefined || fields(answer.result).isError === true
        const outcome = answer.signIn !== undefined ? 'asks for sign-in' : failed ? 'refused' : 'done'
        element.className = `call call-${answer.signIn !== undefined ? 'waits' : failed ? 'failed' : 'done'}`
        const often = times > 1 ? `${times} times, last ` : ''
        state.textContent = `${often}${outcome}, ${answer.milliseconds} ms`
        if (answer.signIn !== undefined)
          body.append(block(`Sign-in asked for by ${answer.signIn.shape}`, answer.signIn))
        if (answer.result !== undefined) body.append(block('Result', answer.result))
        if (answer.error !== undefined) body.append(block('Error', answer.error))
      },
    }
  }

  // --- sign-in ---------------------------------------------------------------------------------------------------

  /** Shows the card and resolves when the person has signed in, or does not want to. */
  function signIn(
    need: SignInNeeded,
    waitingCall: Call | undefined,
    belowWidget?: HTMLElement,
  ): Promise<SignInOutcome> {
    openSignIn?.settle('replaced')
    const { promise: done, resolve: settle } = Promise.withResolvers<SignInOutcome>()
    const { users } = setting.session()
    const note = html('p', { class: 'card-note', role: 'status' })
    const start = html(
      'button',
      {
        type: 'button',
        class: 'primary',
        click: () => {
          const url = signInUrl(need)
          // No noopener: the window must be one that this page may close.
          const popup = window.open(url, 'myhotels-sign-in', 'popup,width=480,height=720')
          if (popup === null) {
            if (waitingCall !== undefined) remember({ kind: 'waiting', call: waitingCall })
            location.assign(url)
            return
          }
          note.textContent = 'Continue in the window that has opened.'
        },
      },
      'Sign in',
    )
    const card = add(
      html(
        'section',
        { class: 'card', 'aria-label': 'Sign in' },
        html('span', { class: 'card-icon' }, icon('shield', 22)),
        html(
          'div',
          { class: 'card-words' },
          html('h3', {}, 'Sign in to MyHotels'),
          html('p', {}, need.words),
          need.scope === undefined
            ? undefined
            : html(
                'p',
                { class: 'small' },
                'Asked for: ',
                ...need.scope.split(' ').flatMap((scope) => [html('code', {}, scope), ' ']),
              ),
          users.length > 0 &&
            html(
              'ul',
              { class: 'people', 'aria-label': 'People of this machine' },
              ...users.map(({ username, password, inGroup }) =>
                html(
                  'li',
                  {},
                  html('b', {}, username),
                  ' ',
                  html('code', {}, password),
                  inGroup === false ? html('span', { class: 'small' }, ' not a member of the group') : '',
                ),
              ),
            ),
          html(
            'div',
            { class: 'card-buttons' },
            start,
            html(
              'button',
              { type: 'button', class: 'quiet', click: () => openSignIn?.settle('left') },
              'Not now',
            ),
          ),
          note,
        ),
      ),
      belowWidget,
    )
    bringIntoView(card, 'nearest')
    start.focus({ preventScroll: true })
    openSignIn = {
      say(words) {
        note.textContent = words
        bringIntoView(card, 'nearest')
        start.focus({ preventScroll: true })
      },
      settle(outcome) {
        openSignIn = undefined
        const words = {
          'signed in': `Signed in as ${setting.session().user ?? 'a member'}`,
          left: 'Not signed in',
          replaced: 'Given up for a newer request',
        }
        card.replaceChildren(
          html('span', { class: 'card-icon' }, icon(outcome === 'signed in' ? 'check' : 'cross', 18)),
          html('p', {}, words[outcome]),
        )
        card.classList.add('card-settled')
        card.removeAttribute('aria-label')
        settle(outcome)
      },
    }
    return done
  }

  // --- calls -----------------------------------------------------------------------------------------------------

  const request = ({ name, arguments: args }: Call, from: 'model' | 'app') =>
    callTool({ name, arguments: args, from, likeChatGpt: setting.likeChatGpt() })

  function learn(answer: CallAnswer) {
    const content = fields(fields(answer.result).structuredContent)
    const city = fields(content.city)
    if (isText(city.name) && Array.isArray(content.hotels)) {
      lastCity = city.name
      listed = []
      for (const hotel of content.hotels.map(fields)) {
        if (!isText(hotel.id) || !isText(hotel.name)) continue
        const { id, name } = hotel
        const rate = hotel.memberRate ?? hotel.nightlyRate
        const seen: ListedHotel = {
          id,
          name,
          city: city.name,
          ...(typeof rate === 'number' ? { rate } : {}),
          ...(typeof hotel.stars === 'number' ? { stars: hotel.stars } : {}),
          ...(typeof hotel.rating === 'number' ? { rating: hotel.rating } : {}),
          ...(Array.isArray(hotel.amenities) ? { amenities: hotel.amenities.filter(isText) } : {}),
        }
        hotels.set(id, seen)
        listed.push(seen)
      }
    }
    const booking = fields(content.booking)
    if (isText(booking.transactionId)) lastBooking = booking.transactionId
    if (!isText(booking.transactionId)) return
    if (booking.status !== 'pending') hints.get(booking.transactionId)?.settle()
    const said = bookingWords.get(booking.transactionId)
    const words = textOf(answer.result)
    if (said !== undefined && words !== '' && said.node.textContent !== words) {
      said.node.textContent = words
      said.entry.words = words
      store()
    }
  }

  /** Says once for each request where it can be approved. */
  function hintApproval(answer: CallAnswer, belowWidget?: HTMLElement) {
    const booking = fields(fields(fields(answer.result).structuredContent).booking)
    const { phoneUrl } = setting.session()
    const { transactionId, bindingMessage, status } = booking
    if (phoneUrl === undefined || status !== 'pending' || !isText(transactionId) || !isText(bindingMessage))
      return
    const known = hints.get(transactionId)
    if (known?.message === bindingMessage) return
    known?.settle()
    const card = add(
      html(
        'section',
        { class: 'card card-hint', 'aria-label': 'Approval' },
        html('span', { class: 'card-icon' }, icon('phone', 22)),
        html(
          'div',
          { class: 'card-words' },
          html('h3', {}, 'An email on the phone asks for your approval'),
          html(
            'p',
            {},
            'Follow its link and sign in there with your password. Approve only if the phone shows ',
            html('code', {}, String(booking.bindingMessage)),
            '.',
          ),
          html(
            'div',
            { class: 'card-buttons' },
            html(
              'a',
              { class: 'primary', href: phoneUrl, target: '_blank', rel: 'noopener' },
              'Open the phone',
            ),
          ),
        ),
      ),
      belowWidget,
    )
    // The widget itself shows the code and the time that is left: it stays in sight.
    if (belowWidget === undefined) bringIntoView(card, 'nearest')
    hints.set(transactionId, {
      message: bindingMessage,
      settle() {
        card.replaceChildren(
          html('span', { class: 'card-icon' }, icon('phone', 18)),
          html('p', {}, 'The request on the phone has been answered or has ended'),
        )
        card.removeAttribute('aria-label')
        card.classList.add('card-settled')
      },
    })
  }

  const textOf = (result: unknown): string => {
    const content = fields(result).content
    return (Array.isArray(content) ? content : [])
      .map(fields)
      .filter(isForPeople)
      .map((block) => (block.type === 'text' && isText(block.text) ? block.text : ''))
      .join(' ')
      .trim()
      .slice(0, 2000)
  }

  const titleOf = (name: string) => setting.session().tools?.find((tool) => tool.name === name)?.title ?? name

  /** Calls a tool as the model would, with the sign-in and the retry that it may need. */
  async function run(call: Call): Promise<CallAnswer> {
    for (let attempt = 1; ; attempt += 1) {
      const shown = showCall(call, titleOf(call.name))
      const answer = await request(call, 'model')
      shown.finish(answer)
      learn(answer)
      if (answer.signIn === undefined || attempt === 3) {
        const entry: CallEntry = { kind: 'call', call, answer }
        remember(entry)
        await present(entry)
        // The sign-in has pushed the answer down.
        if (attempt > 1) bringIntoView(shown.element, 'start')
        return answer
      }
      const outcome = await signIn(answer.signIn, call)
      if (outcome === 'signed in') continue
      tell(
        outcome === 'left'
          ? 'You are not signed in, so this could not be done.'
          : 'This was given up for your newer request. Say it again if you still want it.',
      )
      return answer
    }
  }

  async function present(entry: CallEntry) {
    const { call, answer } = entry
    if (answer.error !== undefined) return showAssistant(answer.error.message)
    const uri = setting.session().tools?.find(({ name }) => name === call.name)?.widgetUri
    const words = textOf(answer.result)
    const content = fields(fields(answer.result).structuredContent)
    if (uri !== undefined && answer.result !== undefined && answer.signIn === undefined) {
      const problem = await show(uri, entry)
      if (problem !== undefined) showAssistant(problem)
    }
    const city = fields(content.city).name
    const { transactionId } = fields(content.booking)
    if (isText(city) && Array.isArray(content.hotels)) {
      const member = content.memberRates === true
      showAssistant(
        member
          ? `These are your member rates in ${city}. Choose a hotel above, or write for example “Book the cheapest for 2 nights from tomorrow”.`
          : `Here are hotels in ${city} at standard rates. Shall I show your member rates? They are lower.`,
      )
      if (!member) {
        pending = { kind: 'offer', intent: { kind: 'member-rates', city, wishes: noWishes } }
      }
    } else if (words !== '') {
      const node = showAssistant(entry.words ?? words)
      if (isText(transactionId)) bookingWords.set(transactionId, { node, entry })
    }
    hintApproval(answer)
  }

  async function show(uri: string, entry: CallEntry): Promise<string | undefined> {
    const source = await readWidget(uri).catch(() => undefined)
    if (source === undefined) return 'The widget cannot be loaded just now.'
    if ('error' in source) return source.error.message
    if (!('html' in source)) return undefined
    const calls = new Map<string, ShownCall>()
    const activity = html('div', { class: 'activity' })
    const widget: MountedWidget = mountWidget(
      source,
      { ...entry.call, result: entry.answer.result },
      hostFor(
        () => widget,
        () => calls,
        activity,
        entry,
      ),
    )
    widgets.push(widget)
    add(widget.element)
    add(activity)
    // Old widgets would go on living out of sight.
    const [oldest] = widgets
    if (widgets.length > 6 && oldest !== undefined) {
      widgets = widgets.slice(1)
      oldest.element.before(html('p', { class: 'small gone' }, 'This view was closed. Ask again to see it.'))
      void oldest.remove()
    }
    return undefined
  }

  type ShownCall = ReturnType<typeof showCall>
  const hostFor = (
    widget: () => MountedWidget,
    calls: () => Map<string, ShownCall>,
    activity: HTMLElement,
    entry: CallEntry,
  ): WidgetHost => ({
    theme: setting.theme,
    async callTool(name, args) {
      const call = { name, arguments: args }
      const key = JSON.stringify(call)
      const mine = calls()
      for (let attempt = 1; ; attempt += 1) {
        // A widget that polls fills one line, not the conversation.
        const shown = mine.get(key) ?? showCall(call, titleOf(name), activity)
        mine.set(key, shown)
        const answer = await request(call, 'app')
        shown.finish(answer)
        learn(answer)
        const { transactionId } = fields(fields(fields(answer.result).structuredContent).booking)
        if (isText(transactionId) && entry.booking !== transactionId) {
          entry.booking = transactionId
          store()
        }
        hintApproval(answer, activity)
        if (answer.result !== undefined) {
          if (attempt > 1) bringIntoView(widget().element, 'nearest')
          return answer.result
        }
        if (answer.error !== undefined) throw new Error(answer.error.message)
        if (answer.signIn === undefined || attempt === 3) throw new Error('Sign-in required')
        // An HTTP challenge is the host's to answer: sign in, then make the same call again.
        if ((await signIn(answer.signIn, undefined, activity)) !== 'signed in')
          throw new Error('Sign-in required')
      }
    },
    message: (words) => void say(words, true),
    openLink: setting.confirmLink,
    modelContext: () => {},
    widgetState: () => entry.widgetState,
    keepWidgetState(state) {
      entry.widgetState = state
      store()
    },
    displayMode(mode) {
      fullscreen?.setDisplayMode('inline')
      fullscreen = mode === 'fullscreen' ? widget() : undefined
      // The size is known once the frame has it.
      setting.setFullscreen(fullscreen !== undefined)
      widget().setDisplayMode(mode)
    },
  })

  // --- turns -----------------------------------------------------------------------------------------------------

  async function say(words: string, fromWidget: boolean) {
    const text = words.trim().slice(0, 500)
    if (text === '') return
    leaveFullscreen()
    remember({ kind: 'person', words: text, fromWidget })
    showPerson(text, fromWidget)
    setting.busy(true)
    try {
      const asked = pending
      pending = undefined
      await act(parseIntent(text, { today: today(), lastCity, cities: cityNames, pending: asked }))
    } finally {
      setting.busy(false)
    }
  }

  async function act(intent: Intent): Promise<void> {
    switch (intent.kind) {
      case 'search':
      case 'member-rates': {
        const name = intent.kind === 'search' ? 'search_hotels' : 'search_hotels_member_rates'
        const { result } = await run({ name, arguments: { city: intent.city } })
        if (result !== undefined && fields(result).isError !== true && isWish(intent.wishes))
          narrow(intent.wishes)
        return
      }
      case 'narrow':
        return narrow(intent.wishes)
      case 'status': {
        const transactionId = intent.transactionId ?? lastBooking
        if (transactionId === undefined) return tell('There is no booking in this conversation yet.')
        await run({ name: 'finalize_booking', arguments: { transactionId } })
        return
      }
      case 'book':
        return await book(intent)
      case 'sign-in': {
        const { user } = setting.session()
        if (user !== undefined) return tell(`You are signed in as ${user}.`)
        void signIn(signInOffered, undefined)
        return
      }
      case 'help':
        return tell(help)
      case 'thanks':
        return tell('You are welcome.')
      case 'leave':
        return tell('All right, nothing was done.')
      case 'question':
        pending = intent.about
        return tell(intent.words)
      case 'unknown':
        return tell(
          `I am no language model; I understand a few things: “${examples.join('”, “')}”, “What is the status of my booking?”, “How does this work?”.`,
        )
    }
  }

  /** Says which hotels of the last list are as wished, and what nobody can tell from it. */
  function narrow(wishes: Wishes): void {
    const left = applyWishes(wishes, listed)
    const wished = [
      ...wishes.must.map(({ words }) => words),
      ...(wishes.order === undefined ? [] : [wishes.order]),
    ]
    const rate = ({ rate }: ListedHotel) => (rate === undefined ? '' : ` (${rate} EUR)`)
    const words: string[] = []
    if (wished.length > 0 && left.length === 0) {
      words.push(`None of the ${listed.length} hotels in ${lastCity} has this: ${wished.join(', ')}.`)
    } else if (wished.length > 0) {
      const shown = left.slice(0, wishes.must.length === 0 ? 1 : 5)
      const more =
        wishes.must.length > 0 && left.length > shown.length ? ` and ${left.length - shown.length} more` : ''
      words.push(
        `${wished.join(', ')}, in ${lastCity}: ${shown.map((hotel) => `${hotel.name}${rate(hotel)}`).join(', ')}${more}.`,
      )
      spokenOf = shown[0]
    }
    if (wishes.unknown.length > 0) {
      words.push(`I cannot choose by ${wishes.unknown.join(' or ')}: the hotels do not say it.`)
    }
    tell(words.map((sentence) => sentence.charAt(0).toUpperCase() + sentence.slice(1)).join(' '))
  }

  async function book({ hotel: reference, city, nights, startDate }: Extract<Intent, { kind: 'book' }>) {
    const resolve = () => resolveHotel(reference, [...hotels.values()], listed, spokenOf)
    const isElsewhere = city !== undefined && city !== lastCity
    let hotel = isElsewhere && reference.by !== 'name' ? undefined : resolve()
    if (hotel === undefined && city !== undefined) {
      // Its id is the server's to know.
      const answer = await run({ name: 'search_hotels', arguments: { city } })
      pending = undefined
      if (answer.error !== undefined || answer.signIn !== undefined) return
      hotel = resolve()
    }
    if (hotel === undefined) return tell(notFound(reference, city, nights, startDate))
    spokenOf = hotel
    const requestId = crypto.randomUUID()
    await run({ name: 'prepare_booking', arguments: { hotelId: hotel.id, startDate, nights, requestId } })
  }

  function notFound(reference: HotelReference, city: string | undefined, nights: number, startDate: string) {
    if (reference.by !== 'name') {
      return city === undefined
        ? 'Of which hotels? Search a city first, for example: hotels in Milan.'
        : `The list of ${city} does not have that one. Say the hotel's name.`
    }
    return city === undefined
      ? `In which city is ${reference.name}? For example: Book ${reference.name} in Milan for ${nights} nights from ${startDate}.`
      : `There is no hotel named “${reference.name}” in ${city}.`
  }

  function leaveFullscreen() {
    if (fullscreen === undefined) return
    const widget = fullscreen
    fullscreen = undefined
    setting.setFullscreen(false)
    widget.setDisplayMode('inline')
  }

  return {
    say: (words) => say(words, false),
    setTheme: () => {
      for (const widget of widgets) widget.setTheme()
    },
    async clear() {
      leaveFullscreen()
      openSignIn?.settle('left')
      await Promise.all(widgets.map((widget) => widget.remove()))
      widgets = []
      entries = []
      hints.clear()
      log.style.minHeight = ''
      hotels.clear()
      bookingWords.clear()
      listed = []
      spokenOf = undefined
      pending = undefined
      lastCity = undefined
      lastBooking = undefined
      sessionStorage.removeItem(storageKey)
      log.replaceChildren()
    },
    leaveFullscreen,
    async restore() {
      let stored: Entry[] = []
      try {
        stored = JSON.parse(sessionStorage.getItem(storageKey) ?? '[]') as Entry[]
      } catch {
        return
      }
      entries = stored.filter((entry) => entry.kind !== 'waiting')
      for (const entry of stored) {
        if (entry.kind === 'person') showPerson(entry.words, entry.fromWidget)
        else if (entry.kind === 'assistant') showAssistant(entry.words)
        else if (entry.kind === 'call') {
          showCall(entry.call, titleOf(entry.call.name)).finish(entry.answer)
          learn(entry.answer)
          if (isText(entry.booking)) lastBooking = entry.booking
          await present(entry)
        } else if (setting.session().user !== undefined) await run(entry.call)
      }
    },
    signIn: () => {
      void signIn(signInOffered, undefined)
    },
    signedIn: () => openSignIn?.settle('signed in'),
    notSignedIn: (words) => openSignIn?.say(words),
  }
}
