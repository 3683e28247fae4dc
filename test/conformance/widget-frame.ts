import type { Frame, Page } from 'playwright-core'

/** The frame that the widget runs in, however deep the host nests it. */
export async function widgetFrame(page: Page, timeout = 20_000): Promise<Frame> {
  const until = Date.now() + timeout
  for (;;) {
    for (const frame of page.frames()) {
      const heading = frame.getByRole('heading', { name: 'Hotels in Milan' })
      if ((await heading.count().catch(() => 0)) > 0) return frame
    }
    if (Date.now() > until) throw new Error('No frame shows the widget')
    await page.waitForTimeout(100)
  }
}
