// What the screens share: the place where they are shown and the ways out to the chat.
import { html } from '../dom/element.ts'
import type { Answer } from '../host/call-tool.ts'
import type { Host } from '../host/host.ts'
import type { Fields } from '../model/read-value.ts'
import type { ToolResult } from '../model/tool-result.ts'
import type { Screen } from './screen.ts'

export type Stage = {
  /** Undefined until the chat has answered. */
  host(): Host | undefined
  call(name: string, args: Fields, late?: (result: ToolResult) => void): Promise<Answer>
  screen(): Screen
  show(screen: Screen, element: HTMLElement): void
  /** Reads something aloud. */
  say(words: string): void
  locale(): string | undefined
}

export type Notices = {
  element: HTMLElement
  /** One line with a button, until it is used or another takes its place. */
  offer(words: string, label: string, act: () => void): void
  clear(): void
}

/** The lines above the screen. */
export function createNotices(): Notices {
  const element = html('div', { class: 'offers', role: 'status' })
  const clear = () => element.replaceChildren()
  return {
    element,
    clear,
    offer(words, label, act) {
      const take = () => {
        clear()
        act()
      }
      element.replaceChildren(
        html(
          'p',
          { class: 'notice offer' },
          html('span', {}, words),
          html('button', { type: 'button', class: 'link', click: take }, label),
        ),
      )
    },
  }
}
