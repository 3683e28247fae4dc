// The chat page.
import * as z from 'zod'
import { html } from '../../../widget/dom/element.ts'
import { icon } from '../../../widget/dom/icon.ts'
import { readSession, type SessionInfo, signOut } from './backend.ts'
import { createConversation } from './conversation.ts'

// The page's policy forbids compiling code, and the SDK's schemas need not.
z.config({ jitless: true })

const channelName = 'myhotels-sign-in'
const suggestions = [
  'Show me hotels in Milan',
  'Member rates in Rome',
  'Show me hotels in Chicago',
  'What is the status of my booking?',
]

const isSignInWindow = window.opener !== null || window.name === 'myhotels-sign-in'

if (document.body.dataset.page === 'signed-in') {
  new BroadcastChannel(channelName).postMessage({ signedIn: true })
  if (isSignInWindow) window.close()
  else location.replace('/')
} else if (document.body.dataset.page === 'not-signed-in') {
  // The conversation says it; in a window of its own the page has nothing left to do.
  if (isSignInWindow) {
    const words = document.querySelector('[data-words]')?.textContent ?? ''
    new BroadcastChannel(channelName).postMessage({ signedIn: false, words })
    window.close()
  }
} else if (document.body.dataset.page === 'chat') {
  startPage()
}

function startPage() {
  const root = document.documentElement
  const system = matchMedia('(prefers-color-scheme: dark)')
  let chosen = localStorage.getItem('myhotels-theme')
  const theme = (): 'light' | 'dark' =>
    chosen === 'dark' || chosen === 'light' ? chosen : system.matches ? 'dark' : 'light'
  let session: SessionInfo = { connected: false, mcpUrl: '', sandboxUrl: '', users: [] }

  const log = html('div', { class: 'log', role: 'log', 'aria-label': 'Conversation', 'aria-live': 'polite' })
  const welcome = html('section', { class: 'welcome' })
  const status = html('p', { class: 'connection', role: 'status' })
  const account = html('div', { class: 'account' })
  const phone = html(
    'a',
    { class: 'header-link', target: '_blank', rel: 'noopener', hidden: true },
    icon('phone', 16),
    'Phone',
  )
  const chatGpt = html('input', { type: 'checkbox', id: 'like-chatgpt' })
  const themeButton = html('button', { type: 'button', class: 'header-button' })
  const input = html('textarea', {
    id: 'message',
    rows: 1,
    maxlength: 500,
    placeholder: 'Ask for hotels in a city',
    'aria-label': 'Message',
    enterkeyhint: 'send',
  })
  const send = html('button', { type: 'submit', class: 'send', 'aria-label': 'Send' }, icon('forward', 20))
  const composer = html(
    'form',
    { class: 'composer', submit: (event: SubmitEvent) => submit(event) },
    input,
    send,
  )
  const leave = html(
    'button',
    { type: 'button', class: 'leave', click: () => conversation.leaveFullscreen() },
    icon('collapse', 16),
    'Back to the conversation',
  )
  const scroller = html('main', { class: 'scroller', id: 'conversation', tabindex: -1 }, welcome, log)

  const confirm = html('dialog', { class: 'dialog', 'aria-labelledby': 'link-title' })
  function confirmLink(url: string): Promise<boolean> {
    const target = URL.canParse(url) ? new URL(url) : undefined
    if (target === undefined || !/^https?:$/.test(target.protocol)) return Promise.resolve(false)
    return new Promise((resolve) => {
      const answer = (open: boolean) => () => {
        confirm.close()
        if (open) window.open(target.href, '_blank', 'noopener,noreferrer')
        resolve(open)
      }
      confirm.replaceChildren(
        html('h2', { id: 'link-title' }, 'Open this link?'),
        html('p', {}, 'The widget wants to open ', html('b', {}, target.host), '.'),
        html('p', { class: 'small link-text' }, target.href.slice(0, 300)),
        html(
          'div',
          { class: 'card-buttons' },
          html('button', { type: 'button', class: 'primary', click: answer(true) }, 'Open'),
          html('button', { type: 'button', class: 'quiet', click: answer(false) }, 'Stay here'),
        ),
      )
      confirm.addEventListener('cancel', () => resolve(false), { once: true })
      confirm.showModal()
    })
  }

  let turns = 0
  const conversation = createConversation({
    log,
    session: () => session,
    theme,
    likeChatGpt: () => chatGpt.checked,
    refresh,
    confirmLink,
    setFullscreen: (on) => document.body.classList.toggle('has-fullscreen', on),
    busy(on) {
      turns += on ? 1 : -1
      document.body.classList.toggle('is-busy', turns > 0)
      welcome.hidden = true
    },
  })

  function renderHeader() {
    status.className = session.connected ? 'connection connected' : 'connection'
    status.replaceChildren(
      html('span', { class: 'dot', 'aria-hidden': 'true' }),
      session.connected
        ? `Connected to ${session.server?.name ?? 'the server'}`
        : session.signIn !== undefined
          ? 'Sign in to connect'
          : (session.problem ?? 'Connecting…'),
    )
    status.title = session.connected
      ? `${session.mcpUrl}, MCP ${session.server?.protocolVersion ?? ''}`
      : session.mcpUrl
    account.replaceChildren(
      ...(session.user === undefined
        ? [
            html(
              'button',
              { type: 'button', class: 'header-button wide', click: () => conversation.signIn() },
              'Sign in',
            ),
          ]
        : [
            html(
              'span',
              { class: 'who' },
              html(
                'span',
                { class: 'avatar', 'aria-hidden': 'true' },
                session.user.slice(0, 1).toUpperCase(),
              ),
              session.user,
            ),
            html(
              'button',
              {
                type: 'button',
                class: 'header-button wide',
                click: async () => {
                  await signOut()
                  await refresh()
                },
              },
              'Sign out',
            ),
          ]),
    )
    phone.hidden = session.phoneUrl === undefined
    if (session.phoneUrl !== undefined) phone.href = session.phoneUrl
  }

  async function refresh() {
    session = await readSession().catch(() => ({
      ...session,
      connected: false,
      problem: 'The chat’s backend cannot be reached.',
    }))
    renderHeader()
  }

  function applyTheme() {
    root.dataset.theme = theme()
    themeButton.replaceChildren(icon('moon', 18))
    themeButton.setAttribute('aria-label', theme() === 'dark' ? 'Use the light theme' : 'Use the dark theme')
    conversation.setTheme()
  }

  function submit(event: Event) {
    event.preventDefault()
    const words = input.value
    if (words.trim() === '') return
    input.value = ''
    grow()
    void conversation.say(words)
  }

  const grow = () => {
    input.style.height = 'auto'
    input.style.height = `${Math.min(160, input.scrollHeight)}px`
  }
  input.addEventListener('input', grow)
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) submit(event)
  })
  themeButton.addEventListener('click', () => {
    chosen = theme() === 'dark' ? 'light' : 'dark'
    localStorage.setItem('myhotels-theme', chosen)
    applyTheme()
  })
  system.addEventListener('change', applyTheme)
  new BroadcastChannel(channelName).addEventListener('message', async ({ data }) => {
    if (data?.signedIn !== true) return conversation.notSignedIn(String(data?.words ?? ''))
    await refresh()
    conversation.signedIn()
    input.focus()
  })
  window.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') conversation.leaveFullscreen()
  })

  welcome.replaceChildren(
    html('h1', {}, 'Where would you like to stay?'),
    html('p', {}, 'Search without an account, sign in for member rates, approve on your phone.'),
    html(
      'ul',
      { class: 'suggestions', 'aria-label': 'Suggestions' },
      ...suggestions.map((words) =>
        html('li', {}, html('button', { type: 'button', click: () => void conversation.say(words) }, words)),
      ),
    ),
  )

  document.body.replaceChildren(
    html('a', { class: 'skip', href: '#message' }, 'To the message field'),
    html(
      'header',
      { class: 'header' },
      html('p', { class: 'brand' }, 'MyHotels', html('span', {}, ' chat')),
      status,
      html('span', { class: 'spacer' }),
      html(
        'label',
        {
          class: 'header-toggle',
          title: 'Sends ChatGPT’s hints, so that refusals come as tool results instead of HTTP 401',
        },
        chatGpt,
        'Like ChatGPT',
      ),
      phone,
      html(
        'button',
        {
          type: 'button',
          class: 'header-button',
          'aria-label': 'New conversation',
          click: async () => {
            await conversation.clear()
            welcome.hidden = false
            input.focus()
          },
        },
        icon('plus', 18),
      ),
      themeButton,
      account,
    ),
    scroller,
    html('footer', { class: 'foot' }, leave, composer),
    confirm,
  )
  renderHeader()
  applyTheme()
  input.focus()
  void refresh().then(async () => {
    if (sessionStorage.getItem('myhotels-conversation') !== null) welcome.hidden = true
    await conversation.restore()
  })
}
