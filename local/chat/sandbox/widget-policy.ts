// The Content Security Policy of a widget's frame, from what its resource declares and never looser.
import * as z from 'zod'

const domains = z.array(z.string()).max(50).catch([])

const declaration = z
  .object({
    connectDomains: domains.default([]),
    resourceDomains: domains.default([]),
    frameDomains: domains.default([]),
    baseUriDomains: domains.default([]),
  })
  .catch({ connectDomains: [], resourceDomains: [], frameDomains: [], baseUriDomains: [] })

/** An origin, perhaps with a wildcard for subdomains; nothing that could end a directive or open it to everything. */
const source = /^(https?|wss?):\/\/(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?$/i

const sources = (values: readonly string[]) => {
  const usable = values.filter((value) => source.test(value))
  return usable.length === 0 ? "'none'" : usable.join(' ')
}

/**
 * The policy's text for a resource's `_meta.ui.csp`; anything unreadable declares nothing. Inline script and style
 * are what a widget is made of; everything else is closed unless it was declared.
 */
export function widgetPolicy(csp: unknown): string {
  const { connectDomains, resourceDomains, frameDomains, baseUriDomains } = declaration.parse(csp ?? {})
  const assets = resourceDomains.filter((value) => source.test(value)).join(' ')
  const inline = `'unsafe-inline'${assets === '' ? '' : ` ${assets}`}`
  return [
    "default-src 'none'",
    `script-src ${inline}`,
    `style-src ${inline}`,
    `img-src ${sources(resourceDomains)}`,
    `font-src ${sources(resourceDomains)}`,
    `media-src ${sources(resourceDomains)}`,
    `connect-src ${sources(connectDomains)}`,
    `frame-src ${sources(frameDomains)}`,
    `base-uri ${sources(baseUriDomains)}`,
    "object-src 'none'",
    "worker-src 'none'",
    "form-action 'none'",
  ].join('; ')
}
