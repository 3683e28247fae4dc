// Runs in the phone page: asks for the approvals of the chosen person every second and shows them. Text from a
// request becomes text nodes only.
const everyMs = 1000
const byId = (id) => document.getElementById(id)
const person = byId('person')
const shown = new Map()
let known = new Set()
let first = true

function element(name, attributes, ...children) {
  const node = document.createElement(name)
  for (const [attribute, value] of Object.entries(attributes)) node.setAttribute(attribute, value)
  node.append(...children.filter((child) => child !== null && child !== undefined))
  return node
}

const dateFormat = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  timeZone: 'UTC',
})

function date(text) {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text ?? '') ? Date.parse(text) : Number.NaN
  return Number.isNaN(time) ? text : dateFormat.format(time)
}

function money(approval) {
  if (approval.amount === null) return null
  try {
    return new Intl.NumberFormat('en-IE', { style: 'currency', currency: approval.currency ?? 'EUR' }).format(
      approval.amount,
    )
  } catch {
    return `${approval.amount} ${approval.currency}`
  }
}

function stay(approval) {
  if (approval.checkIn === null) return null
  const days = [approval.checkIn, approval.checkOut].filter((day) => day !== null)
  return `${days.map(date).join(' – ')} ${/^\d{4}/.exec(days.at(-1))?.[0] ?? ''}`.trim()
}

function title(approval) {
  return approval.hotelName ?? approval.application
}

function row(name, value, className) {
  if (value === null || value === undefined) return []
  return [element('dt', {}, name), element('dd', className ? { class: className } : {}, String(value))]
}

function request(approval) {
  const heading = `approval-${approval.id}`
  const approve = element(
    'button',
    { type: 'button', class: 'approve', 'aria-describedby': heading },
    'Approve',
  )
  const deny = element('button', { type: 'button', class: 'deny', 'aria-describedby': heading }, 'Deny')
  const item = element(
    'li',
    { class: 'request', 'data-id': approval.id, 'aria-labelledby': heading },
    element('h3', { id: heading }, `Book ${title(approval)}?`),
    element('p', { class: 'place' }, approval.city ?? `Asked by ${approval.application}`),
    element(
      'dl',
      {},
      ...row('Dates', stay(approval)),
      ...row('Nights', approval.nights),
      ...row('Amount', money(approval), 'amount'),
    ),
    approval.bindingMessage === null
      ? null
      : element(
          'div',
          { class: 'code' },
          element('span', {}, 'Must be the code that you see in the chat'),
          element('strong', {}, approval.bindingMessage),
        ),
    element('div', { class: 'buttons' }, deny, approve),
    element('p', { class: 'left' }),
  )
  const decide = async (action) => {
    approve.disabled = true
    deny.disabled = true
    const response = await fetch(`/approvals/${encodeURIComponent(approval.id)}/${action}`, {
      method: 'POST',
    })
    const answer = await response.json()
    byId('notice').textContent = response.ok ? '' : answer.message
    if (response.ok) announce(`${title(approval)}: ${answer.status}`)
    await refresh()
    person.focus({ preventScroll: true })
  }
  approve.addEventListener('click', () => decide('approve'))
  deny.addEventListener('click', () => decide('deny'))
  return item
}

function past(approval) {
  return element(
    'li',
    { class: 'done', 'data-id': approval.id, 'data-status': approval.status },
    element(
      'div',
      {},
      element('strong', {}, title(approval)),
      element(
        'p',
        {},
        [stay(approval), money(approval), approval.bindingMessage].filter(Boolean).join(' · '),
      ),
    ),
    element('span', { class: `badge ${approval.status}` }, approval.status),
  )
}

function announce(text) {
  byId('news').textContent = text
}

function tellRemaining(approval, item) {
  const seconds = Math.max(0, Math.round((Date.parse(approval.expiresAt) - Date.now()) / 1000))
  item.querySelector('.left').textContent =
    `Expires in ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

function show(approvals) {
  const waiting = approvals.filter(({ status }) => status === 'pending')
  const done = approvals.filter(({ status }) => status !== 'pending').slice(0, 20)
  // Items that stay keep their elements, so that a focused button is not taken away.
  for (const [id, item] of shown) {
    if (waiting.some((approval) => approval.id === id)) continue
    item.remove()
    shown.delete(id)
  }
  for (const approval of waiting) {
    let item = shown.get(approval.id)
    if (item === undefined) {
      item = request(approval)
      shown.set(approval.id, item)
      byId('waiting').prepend(item)
      if (!first && !known.has(approval.id)) announce(`${title(approval)} waits for your approval`)
    }
    tellRemaining(approval, item)
  }
  known = new Set(approvals.map(({ id }) => id))
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
  byId('time').textContent = new Date().toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
  try {
    await showPeople()
    if (person.value === '') return
    const response = await fetch(`/approvals?user=${encodeURIComponent(person.value)}`)
    const answer = await response.json()
    if (response.ok) show(answer.approvals)
    byId('notice').textContent = response.ok ? '' : answer.message
  } catch {
    byId('notice').textContent = 'The local PingOne does not answer. Is it still running?'
  }
}

async function showPeople() {
  const { people } = await (await fetch('/people')).json()
  const state = people.map(({ username, name }) => `${username}:${name}`).join()
  if (person.dataset.state === state) return
  const wanted = person.value || new URLSearchParams(location.search).get('user')
  person.dataset.state = state
  person.replaceChildren(...people.map(({ username, name }) => element('option', { value: username }, name)))
  if (people.some(({ username }) => username === wanted)) person.value = wanted
}

person.addEventListener('change', () => {
  const url = new URL(location.href)
  url.searchParams.set('user', person.value)
  window.history.replaceState(null, '', url)
  for (const item of shown.values()) item.remove()
  shown.clear()
  first = true
  refresh()
})

async function run() {
  await refresh()
  setTimeout(run, everyMs)
}
run()
