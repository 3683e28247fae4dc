// Runs in the phone page: looks for the chosen person's mail and notifications every second, opens the links in the mail,
// and remembers their password for this phone (this browser profile) as a password manager would. Text from outside becomes
// text nodes only.
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
    if (response.ok) await showNotifications()
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
  await showDevices()
}

// What PingOne asks this phone.

/** The notification that is on the screen. */
let notified

async function showNotifications() {
  const answer = await (await fetch(`/notifications?user=${encodeURIComponent(person.value)}`)).json()
  const ids = answer.notifications.map(({ id }) => id)
  if (notified !== undefined && !ids.includes(notified)) closeSheet()
  if (notified === undefined && ids.length > 0) tellNotification(ids[0])
}

async function tellNotification(id) {
  notified = id
  const isConfirmed = await ask({
    title: 'Is it you?',
    text: 'Somebody opened a link that was mailed to you, to approve a booking in your name. Confirm only if that is you, now.',
    yes: 'Yes, it is me',
    no: 'No',
  })
  notified = undefined
  if (isConfirmed === undefined) return
  const response = await send('POST', `/notifications/${id}`, { isConfirmed })
  announce(response.ok ? (isConfirmed ? 'Confirmed.' : 'You said that it is not you.') : response.message)
}

let answerSheet = () => {}

/** Asks on top of everything. Gives undefined when the question has gone before it was answered. */
function ask({ title, text, yes, no }) {
  closeSheet()
  byId('sheet-title').textContent = title
  byId('sheet-text').textContent = text
  byId('sheet-yes').textContent = yes
  byId('sheet-no').textContent = no
  byId('sheet').hidden = false
  byId('sheet').focus({ preventScroll: true })
  return new Promise((resolve) => {
    answerSheet = (answer) => {
      byId('sheet').hidden = true
      answerSheet = () => {}
      resolve(answer)
    }
  })
}

function closeSheet() {
  answerSheet(undefined)
}

async function send(method, path, body) {
  const response = await fetch(path, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { ok: response.ok, ...(await response.json()) }
}

const kinds = { MOBILE: 'with a notification', FIDO2: 'for the passkey of this phone' }

async function showDevices() {
  const { devices } = await (await fetch(`/devices?user=${encodeURIComponent(person.value)}`)).json()
  tellDevices(devices)
}

function tellDevices(devices) {
  const [first] = devices
  byId('devices-text').textContent =
    first === undefined
      ? 'This phone is not paired. Pair it where approvals ask for a notification or a passkey.'
      : `Approvals that want a device ask you ${kinds[first.type]}.`
  byId('forget-devices').hidden = first === undefined
}

async function useAs(type) {
  tellDevices((await send('POST', '/devices', { user: person.value, type })).devices)
}

/** A page asks for the passkey: the phone asks its owner, signs, and sends the page. */
async function usePasskey(form, button) {
  const isWanted = await ask({
    title: 'Use your passkey?',
    text: `PingOne at ${byId('address').textContent} asks for it.`,
    yes: 'Use the passkey',
    no: 'Cancel',
  })
  if (isWanted !== true) return
  const { ok, message, ...assertion } = await send('POST', '/assertions', {
    user: person.value,
    options: button.dataset.options,
  })
  byId('keys').textContent = ok ? '' : message
  if (!ok) return
  form.elements[button.dataset.passkey].value = JSON.stringify(assertion)
  delete button.dataset.passkey
  form.requestSubmit(button)
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
  form?.addEventListener('submit', (event) => {
    if (event.submitter?.dataset.passkey === undefined) return
    event.preventDefault()
    usePasskey(form, event.submitter)
  })
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
byId('sheet-yes').addEventListener('click', () => answerSheet(true))
byId('sheet-no').addEventListener('click', () => answerSheet(false))
byId('use-push').addEventListener('click', () => useAs('MOBILE'))
byId('use-passkey').addEventListener('click', () => useAs('FIDO2'))
byId('forget-devices').addEventListener('click', async () => {
  tellDevices((await send('DELETE', `/devices?user=${encodeURIComponent(person.value)}`)).devices)
})
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
  closeSheet()
  await showMemory()
  await showDevices()
  refresh()
})

async function run() {
  await refresh()
  setTimeout(run, everyMs)
}
run()
