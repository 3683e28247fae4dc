// Runs in the phone page: looks for the chosen person's mail every second, opens the links in it, and remembers their
// password for this phone (this browser profile) as a password manager would. Text from outside becomes text nodes only.
const everyMs = 1000
const byId = (id) => document.getElementById(id)
const person = byId('person')
const frame = byId('frame')
const shown = new Map()
let known = new Set()
let first = true
/** The address of PingOne, whose links the phone's browser opens. */
let pingOne = ''

function element(name, attributes, ...children) {
  const node = document.createElement(name)
  for (const [attribute, value] of Object.entries(attributes)) node.setAttribute(attribute, value)
  node.append(...children)
  return node
}

const clock = (time) => new Date(time).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })

function announce(text) {
  byId('news').textContent = text
}

// The mail.

function letter(message) {
  const heading = `message-${message.id}`
  const body = element('iframe', { title: `Email: ${message.subject}`, src: `/messages/${message.id}/body` })
  body.addEventListener('load', () => {
    const page = body.contentDocument
    body.style.height = '0'
    body.style.height = `${page.documentElement.scrollHeight}px`
    page.addEventListener('click', (event) => {
      const link = event.target.closest('a[href]')
      if (link === null) return
      event.preventDefault()
      openLink(link.href)
    })
  })
  return element(
    'li',
    { class: 'message', 'data-id': message.id, 'aria-labelledby': heading },
    element(
      'div',
      { class: 'head' },
      element(
        'p',
        { class: 'from' },
        element('span', {}, message.from),
        element('span', {}, clock(message.sentAt)),
      ),
      element('h3', { id: heading }, message.subject),
    ),
    body,
    element('p', { class: 'left' }),
  )
}

function past(message) {
  return element(
    'li',
    { class: 'done', 'data-id': message.id, 'data-status': message.status },
    element(
      'div',
      {},
      element('strong', {}, message.subject),
      element('p', {}, `${message.from} · ${clock(message.sentAt)}`),
    ),
    element('span', { class: `badge ${message.status}` }, message.status),
  )
}

function tellRemaining(message, item) {
  const seconds = Math.max(0, Math.round((Date.parse(message.expiresAt) - Date.now()) / 1000))
  item.querySelector('.left').textContent =
    `The link ends in ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

function show(messages) {
  const waiting = messages.filter(({ status }) => status === 'pending')
  const done = messages.filter(({ status }) => status !== 'pending').slice(0, 20)
  // Items that stay keep their elements, so that the focus in them is not taken away.
  for (const [id, item] of shown) {
    if (waiting.some((message) => message.id === id)) continue
    item.remove()
    shown.delete(id)
  }
  for (const message of waiting.toReversed()) {
    let item = shown.get(message.id)
    if (item === undefined) {
      item = letter(message)
      shown.set(message.id, item)
      byId('waiting').prepend(item)
      if (!first && !known.has(message.id)) announce(`New email from ${message.from}: ${message.subject}`)
    }
    tellRemaining(message, item)
  }
  known = new Set(messages.map(({ id }) => id))
  first = false
  byId('nothing').hidden = waiting.length > 0
  byId('history-title').hidden = done.length === 0
  const state = done.map(({ id, status }) => `${id}${status}`).join()
  const history = byId('history')
  if (history.dataset.state !== state) {
    history.dataset.state = state
    history.replaceChildren(...done.map(past))
  }
  document.title = waiting.length > 0 ? `(${waiting.length}) Phone – MyHotels` : 'Phone – MyHotels'
}

async function refresh() {
  byId('time').textContent = clock(Date.now())
  try {
    await showPeople()
    if (person.value === '') return
    const response = await fetch(`/messages?user=${encodeURIComponent(person.value)}`)
    const answer = await response.json()
    if (response.ok) show(answer.messages)
    byId('notice').textContent = response.ok ? '' : answer.message
  } catch {
    byId('notice').textContent = 'The local PingOne does not answer. Is it still running?'
  }
}

async function showPeople() {
  const answer = await (await fetch('/people')).json()
  pingOne = answer.pingOne
  const state = answer.people.map(({ username, name }) => `${username}:${name}`).join()
  if (person.dataset.state === state) return
  const wanted = person.value || new URLSearchParams(location.search).get('user')
  person.dataset.state = state
  person.replaceChildren(
    ...answer.people.map(({ username, name }) => element('option', { value: username }, name)),
  )
  if (answer.people.some(({ username }) => username === wanted)) person.value = wanted
  await showMemory()
}

// The browser.

/** What the password manager knows of the page that is open: what was typed, and whether it has filled in already. */
let typed
let hasFilledIn = false

function openLink(address) {
  const link = new URL(address)
  if (link.origin !== pingOne) {
    window.open(link.href, '_blank', 'noopener')
    return
  }
  typed = undefined
  hasFilledIn = false
  byId('address').textContent = link.host
  byId('keys').textContent = ''
  byId('browser').hidden = false
  byId('mail').inert = true
  frame.src = `/browser${link.pathname}${link.search}`
}

function closeBrowser() {
  byId('browser').hidden = true
  byId('mail').inert = false
  frame.removeAttribute('src')
  person.focus({ preventScroll: true })
  refresh()
}

frame.addEventListener('load', async () => {
  const page = frame.contentDocument
  if (!frame.hasAttribute('src') || page === null) return
  frame.title = page.title || 'The page that the link opened'
  page.addEventListener('keydown', closeOnEscape)
  const form = page.querySelector('form')
  const password = form?.querySelector('input[type=password]')
  if (password) await helpToSignIn(page, form, password)
  else if (form && typed !== undefined) await keepWhatWasTyped()
  page.querySelector('[autofocus],button')?.focus({ preventScroll: true })
})

async function helpToSignIn(page, form, password) {
  typed = undefined
  const isRefused = page.querySelector('[role=alert]') !== null
  const remembered = await recall(person.value)
  if (remembered !== undefined && isRefused && hasFilledIn) {
    await forget(person.value)
    byId('keys').textContent = 'The password that this phone remembered is no longer right. Type the new one.'
  } else if (remembered !== undefined && !hasFilledIn) {
    hasFilledIn = true
    byId('keys').textContent = 'Signing in with the password that this phone remembers.'
    password.value = remembered
    form.requestSubmit(form.querySelector('button[name=button]'))
    return
  } else {
    byId('keys').textContent = 'This phone asks for the password once, and remembers it for you.'
  }
  form.addEventListener('submit', () => {
    typed = password.value
  })
}

async function keepWhatWasTyped() {
  await remember(person.value, typed)
  typed = undefined
  byId('keys').textContent = 'This phone remembers the password from now on.'
}

// The password manager: one sealed password per person, with a key that this page can use but not read.

const keyOf = (username) => `password of ${username}`

function openStore() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('phone', 1)
    request.addEventListener('upgradeneeded', () => request.result.createObjectStore('passwords'))
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error))
  })
}

async function inStore(mode, use) {
  const store = await openStore()
  try {
    const request = use(store.transaction('passwords', mode).objectStore('passwords'))
    return await new Promise((resolve, reject) => {
      request.addEventListener('success', () => resolve(request.result))
      request.addEventListener('error', () => reject(request.error))
    })
  } finally {
    store.close()
  }
}

async function remember(username, password) {
  const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, new TextEncoder().encode(password))
  await inStore('readwrite', (store) => store.put({ key, iv, sealed }, keyOf(username)))
  await showMemory()
}

async function recall(username) {
  const kept = await inStore('readonly', (store) => store.get(keyOf(username)))
  if (kept === undefined) return undefined
  const { key, iv, sealed } = kept
  return new TextDecoder().decode(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, sealed))
}

async function forget(username) {
  await inStore('readwrite', (store) => store.delete(keyOf(username)))
  await showMemory()
}

async function showMemory() {
  const kept = await inStore('readonly', (store) => store.count(keyOf(person.value)))
  const name = person.selectedOptions[0]?.textContent ?? ''
  byId('memory').hidden = kept === 0
  byId('memory-text').textContent = `This phone remembers the password of ${name} and fills it in.`
}

// What the person does.

function closeOnEscape(event) {
  if (event.key === 'Escape' && !byId('browser').hidden) closeBrowser()
}

document.addEventListener('keydown', closeOnEscape)
byId('close').addEventListener('click', closeBrowser)
byId('forget').addEventListener('click', async () => {
  await forget(person.value)
  announce('This phone has forgotten the password.')
  person.focus({ preventScroll: true })
})
person.addEventListener('change', async () => {
  const url = new URL(location.href)
  url.searchParams.set('user', person.value)
  window.history.replaceState(null, '', url)
  for (const item of shown.values()) item.remove()
  shown.clear()
  first = true
  await showMemory()
  refresh()
})

async function run() {
  await refresh()
  setTimeout(run, everyMs)
}
run()
