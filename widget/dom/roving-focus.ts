// One tab stop for a group of buttons; arrow keys go from one to the next (WAI-ARIA Authoring Practices, roving tabindex).

const steps: Record<string, (at: number, count: number) => number> = {
  ArrowRight: (at, count) => (at + 1) % count,
  ArrowDown: (at, count) => (at + 1) % count,
  ArrowLeft: (at, count) => (at + count - 1) % count,
  ArrowUp: (at, count) => (at + count - 1) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
}

/** @returns a function to call when the group has other buttons; `entry` is the one that Tab reaches. */
export function roveFocus(
  group: HTMLElement,
  items: () => readonly HTMLElement[],
): (entry?: HTMLElement) => void {
  const setEntry = (entry = items()[0]) => {
    for (const item of items()) item.tabIndex = item === entry ? 0 : -1
  }
  group.addEventListener('focusin', ({ target }) => setEntry(target as HTMLElement))
  group.addEventListener('keydown', (event) => {
    const all = items()
    const at = all.indexOf(event.target as HTMLElement)
    const step = steps[event.key]
    if (step === undefined || at < 0 || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    // Scrolling to it would move the map under the pins.
    all[step(at, all.length)]?.focus({ preventScroll: true })
  })
  setEntry()
  return setEntry
}
