// Screens of words alone, and the shapes that stand in until something comes.
import { html } from '../dom/element.ts'
import { icon } from '../dom/icon.ts'

export type MessageButton = { label: string; act(): void }

export type Message = {
  element: HTMLElement
  /** A line under the words, for what came of a button. */
  setNote(words: string | undefined): void
  setBusy(busy: boolean): void
  focus(): void
}

export function createMessage(
  kind: 'info' | 'stop',
  title: string,
  words: string,
  buttons: readonly MessageButton[] = [],
): Message {
  const note = html('p', { class: 'message-note', role: 'status' })
  const heading = html('h1', { tabindex: -1 }, title)
  const made = buttons.map(({ label, act }, index) =>
    html(
      'button',
      { type: 'button', class: index === 0 ? 'button' : 'button button-quiet', click: act },
      label,
    ),
  )
  const element = html(
    'section',
    { class: `message message-${kind}` },
    html('span', { class: 'seal' }, icon(kind, 24)),
    html(
      'div',
      {},
      heading,
      html('p', { class: 'message-words' }, words),
      note,
      html('div', { class: 'buttons' }, ...made),
    ),
  )
  return {
    element,
    setNote: (text) => {
      note.textContent = text ?? ''
    },
    setBusy(busy) {
      for (const button of made) button.disabled = busy
      made[0]?.classList.toggle('busy', busy)
    },
    focus: () => heading.focus({ preventScroll: true }),
  }
}

export function createLoading(): HTMLElement {
  const bar = (kind: string) => html('span', { class: `bone ${kind}` })
  return html(
    'section',
    { class: 'loading', 'aria-busy': 'true' },
    html('h1', { class: 'unseen' }, 'Loading'),
    bar('bone-title'),
    bar('bone-map'),
    html('div', { class: 'bones' }, bar('bone-card'), bar('bone-card'), bar('bone-card')),
  )
}
