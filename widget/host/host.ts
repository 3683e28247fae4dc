// The chat that shows the widget, as the widget sees it, whichever of the two interfaces it speaks.
import type { Fields } from '../model/read-value.ts'
import type { HostContext } from './host-context.ts'

export type DisplayMode = 'inline' | 'fullscreen' | 'pip'

/** What the chat lets a widget do; everything else must not be tried. */
export type HostAbilities = {
  callTools: boolean
  sendMessages: boolean
  updateModelContext: boolean
}

export type Host = {
  interface: 'mcp-apps' | 'window.openai'
  /** As they are now: some hosts add functions later. */
  abilities(): HostAbilities
  context(): HostContext
  /** @returns the tool's result, not yet checked; rejects when the host or the server refuses the call. */
  callTool(name: string, args: Fields): Promise<unknown>
  /** Says something in the conversation as the person; resolves to whether the host took it. */
  sendMessage(words: string): Promise<boolean>
  /** Tells the model what is on the screen, without a turn. */
  updateModelContext(words: string): void
  requestDisplayMode(mode: DisplayMode): Promise<void>
  reportSize(width: number, height: number): void
}

/** Where a widget keeps what it needs when it is mounted again. */
export type StateStore = {
  /** What an earlier mount of this widget stored, not yet checked. */
  restoredState(): unknown
  storeState(state: Fields): void
}

/** What happens at the host. Results may come before the host is connected, more than once, and from both interfaces. */
export type HostListener = {
  toolInput(args: Fields): void
  /** The result is not yet checked. */
  toolResult(result: unknown): void
  toolCancelled(): void
  /** The context or what the host can do has changed. */
  contextChanged(context: HostContext): void
  /** The widget is about to be removed. */
  teardown(): void
}
