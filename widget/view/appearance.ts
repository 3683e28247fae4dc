// Dresses the widget in the host's theme, variables, insets and display mode.
import type { HostContext } from '../host/host-context.ts'

/** Whether the host gives an inline widget too little height for a form beside a map. */
export const isShort = ({ displayMode, height, maxHeight }: HostContext): boolean =>
  displayMode === 'inline' && (height ?? maxHeight ?? Number.POSITIVE_INFINITY) < 560

export function applyAppearance(root: HTMLElement, context: HostContext): void {
  const dark =
    context.theme === undefined
      ? matchMedia('(prefers-color-scheme: dark)').matches
      : context.theme === 'dark'
  root.dataset.theme = dark ? 'dark' : 'light'
  root.dataset.mode = context.displayMode
  const room = context.displayMode === 'inline' ? (context.height ?? context.maxHeight) : undefined
  root.dataset.short = String(isShort(context))
  root.style.setProperty('--room', `${room ?? 0}px`)
  root.lang = 'en'
  for (const [name, value] of context.variables) root.style.setProperty(name, value)
  for (const [side, pixels] of Object.entries(context.safeArea))
    root.style.setProperty(`--safe-${side}`, `${pixels}px`)
}
