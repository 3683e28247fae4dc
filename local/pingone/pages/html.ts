// Text into HTML, escaped wherever it comes from.

/** Markup that may stand in a page as it is. */
export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

type Part = Html | string | number | undefined | readonly Part[]

/** @example html`<p>${'<b>'}</p>` // <p>&lt;b&gt;</p> */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  return new Html(strings.map((text, index) => text + write(parts[index])).join(''))
}

function write(part: Part): string {
  if (part === undefined) return ''
  if (part instanceof Html) return part.text
  if (Array.isArray(part)) return part.map(write).join('')
  return String(part).replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** A whole document; nothing is fetched from elsewhere and no script runs unless `scriptUrl` names one of ours. */
export function page(options: {
  title: string
  style: string
  body: Html
  status?: number
  scriptUrl?: string
  /** Lets the page show other pages of its own origin in frames. */
  framesFromHere?: boolean
}): Response {
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${options.title}</title>
<link rel="icon" href="data:,">
<style>${new Html(options.style)}</style>
${options.scriptUrl === undefined ? '' : html`<script src="${options.scriptUrl}" defer></script>`}
</head>
<body>
${options.body}
</body>
</html>
`
  return new Response(document.text, {
    status: options.status ?? 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      // No form-action: browsers apply it to the redirect that ends the sign-in as well.
      'content-security-policy': [
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        'img-src data:',
        "base-uri 'none'",
        "frame-ancestors 'none'",
        ...(options.framesFromHere ? ["frame-src 'self'"] : []),
        ...(options.scriptUrl === undefined ? [] : ["script-src 'self'", "connect-src 'self'"]),
      ].join('; '),
    },
  })
}
