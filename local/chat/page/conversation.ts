// The conversation: what was said, which tools were called, what came back. Everything that others wrote is text.
import { html } from '../../../widget/dom/element.ts'
import { icon } from '../../../widget/dom/icon.ts'
import { findHotel, type KnownHotel } from '../intent/find-hotel.ts'
import { type Intent, parseIntent } from '../intent/parse-intent.ts'
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
  widgetState?: unknown
}
type Entry =
  | { kind: 'person'; words: string; fromWidget: boolean }
  | { kind: 'assistant'; words: string }
  | CallEntry
  /** A call that waited for a sign-in when the page was left. */
  | { kind: 'waiting'; call: Call }

const storageKey = 'myhotels-conversation'
const examples = [
  'Show me hotels in Milan',
  'Member rates in Rome',
  'Book La Ringhiera in Milan for 2 nights from tomorrow',
]

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
  const hotels = new Map<string, KnownHotel>()
  let lastCity: string | undefined
  let lastBooking: string | undefined
  const hints = new Map<string, { message: string; settle(): void }>()
  /** One card for however many calls wait for the same sign-in. */
  let openSignIn:
    | { need: SignInNeeded; done: Promise<boolean>; settle(done: boolean): void; say(words: string): void }
    | undefined

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

  function showAssistant(words: string) {
    add(html('article', { class: 'turn turn-assistant', 'aria-label': 'MyHotels' }, html('p', {}, words)))
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
  ): Promise<boolean> {
    if (openSignIn !== undefined && openSignIn.need.scope === need.scope) return openSignIn.done
    openSignIn?.settle(false)
    let settle: (done: boolean) => void = () => {}
    const done = new Promise<boolean>((resolve) => {
      settle = resolve
    })
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
              { type: 'button', class: 'quiet', click: () => openSignIn?.settle(false) },
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
      need,
      done,
      say(words) {
        note.textContent = words
        bringIntoView(card, 'nearest')
        start.focus({ preventScroll: true })
      },
      settle(signedIn) {
        openSignIn = undefined
        card.replaceChildren(
          html('span', { class: 'card-icon' }, icon(signedIn ? 'check' : 'cross', 18)),
          html('p', {}, signedIn ? `Signed in as ${setting.session().user ?? 'a member'}` : 'Not signed in'),
        )
        card.classList.add('card-settled')
        card.removeAttribute('aria-label')
        settle(signedIn)
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
      for (const hotel of content.hotels.map(fields)) {
        if (isText(hotel.id) && isText(hotel.name)) {
          hotels.set(hotel.id, { id: hotel.id, name: hotel.name, city: city.name })
        }
      }
    }
    const booking = fields(content.booking)
    if (isText(booking.transactionId)) lastBooking = booking.transactionId
    if (isText(booking.transactionId) && booking.status !== 'pending')
      hints.get(booking.transactionId)?.settle()
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
          html('h3', {}, 'Approval is waiting on the phone'),
          html(
            'p',
            {},
            'Approve only if the phone shows ',
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
      if (!(await signIn(answer.signIn, call))) {
        tell('You are not signed in, so this could not be done.')
        return answer
      }
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
    if (isText(city) && Array.isArray(content.hotels)) {
      const member = content.memberRates === true
      showAssistant(
        member
          ? `These are your member rates in ${city}. Choose a hotel above, or write for example “Book ${String(fields(content.hotels[0]).name ?? 'a hotel')} for 2 nights from tomorrow”.`
          : `Here are hotels in ${city} at standard rates. Ask for member rates to pay less.`,
      )
    } else if (words !== '') showAssistant(words)
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
        if (!(await signIn(answer.signIn, undefined, activity))) throw new Error('Sign-in required')
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
      await act(parseIntent(text, { today: today(), lastCity }))
    } finally {
      setting.busy(false)
    }
  }

  async function act(intent: Intent): Promise<void> {
    switch (intent.kind) {
      case 'search':
        await run({ name: 'search_hotels', arguments: { city: intent.city } })
        return
      case 'member-rates':
        await run({ name: 'search_hotels_member_rates', arguments: { city: intent.city } })
        return
      case 'status': {
        const transactionId = intent.transactionId ?? lastBooking
        if (transactionId === undefined) return tell('There is no booking in this conversation yet.')
        await run({ name: 'finalize_booking', arguments: { transactionId } })
        return
      }
      case 'book':
        return await book(intent)
      case 'question':
        return tell(intent.words)
      case 'unknown':
        return tell(
          `I am no language model; I understand a few things: “${examples.join('”, “')}”, “What is the status of my booking?”.`,
        )
    }
  }

  async function book({ hotel: name, city, nights, startDate }: Extract<Intent, { kind: 'book' }>) {
    let hotel = findHotel(name, [...hotels.values()])
    if (hotel === undefined && city !== undefined) {
      // Its id is the server's to know.
      const answer = await run({ name: 'search_hotels', arguments: { city } })
      if (answer.error !== undefined || answer.signIn !== undefined) return
      hotel = findHotel(name, [...hotels.values()])
    }
    if (hotel === undefined) {
      return tell(
        city === undefined
          ? `In which city is ${name}? For example: Book ${name} in Milan for ${nights} nights from ${startDate}.`
          : `There is no hotel named “${name}” in ${city}.`,
      )
    }
    const requestId = crypto.randomUUID()
    await run({ name: 'prepare_booking', arguments: { hotelId: hotel.id, startDate, nights, requestId } })
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
      openSignIn?.settle(false)
      await Promise.all(widgets.map((widget) => widget.remove()))
      widgets = []
      entries = []
      hints.clear()
      log.style.minHeight = ''
      hotels.clear()
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
      void signIn({ words: 'Sign in to see member rates and to book.', shape: 'HTTP 401' }, undefined)
    },
    signedIn: () => openSignIn?.settle(true),
    notSignedIn: (words) => openSignIn?.say(words),
  }
}
