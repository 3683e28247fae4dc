// Tells the host how tall the widget is, once per calm moment.
import type { Host } from './host.ts'

const calm = 60

/** @returns a function that ends the reports. */
export function reportSize(root: HTMLElement, host: () => Host | undefined): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let reported = ''
  const report = () => {
    const current = host()
    if (current === undefined) return
    const { displayMode, height: fixed } = current.context()
    // In a fixed or full-screen frame the content follows the frame; a report would chase its own tail.
    if (displayMode === 'fullscreen' || fixed !== undefined) return
    const width = Math.ceil(root.getBoundingClientRect().width)
    const height = Math.ceil(root.getBoundingClientRect().height)
    if (height === 0 || `${width}x${height}` === reported) return
    reported = `${width}x${height}`
    current.reportSize(width, height)
  }
  const observer = new ResizeObserver(() => {
    clearTimeout(timer)
    timer = setTimeout(report, calm)
  })
  observer.observe(root)
  return () => {
    clearTimeout(timer)
    observer.disconnect()
  }
}
