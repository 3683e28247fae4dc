import type { FlowPart } from './graph.ts'

/** How the flow makes sure who opened the link, before it shows anything of the booking. */
export type SignIn = {
  /** What it proves, as RFC 8176 names it; the approval's token says so. */
  method: string
  /** The node that it begins with. */
  entry: string
  /**
   * @param next the node that runs for the right person, and for nobody else
   * @param page.origin where the page is served from
   */
  part(next: string, page: { origin: string }): FlowPart
}
