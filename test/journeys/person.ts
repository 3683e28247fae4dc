// A person at a browser, without the browser: follows redirects, keeps cookies, fills in the sign-in form.

/** The page did not do what a person would expect of it. */
export class SignInFailedError extends Error {
  override readonly name = 'SignInFailedError'
}

const decodeEntities = (text: string) =>
  text.replaceAll('&amp;', '&').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&#x27;', "'")

const attribute = (tag: string, name: string) => {
  const match = new RegExp(`\\b${name}\\s*=\\s*"([^"]*)"`, 'i').exec(tag)
  return match?.[1] === undefined ? undefined : decodeEntities(match[1])
}

type Page = { url: URL; status: number; html: string }

/**
 * Opens the authorization URL, signs in, and returns the parameters of the redirect to `redirectUri`.
 *
 * @throws {SignInFailedError} with what the page said instead
 */
export async function signIn(
  authorizationUrl: URL,
  person: { username: string; password: string },
  redirectUri: string,
): Promise<URLSearchParams> {
  const cookies = new Map<string, string>()
  let page = await open(authorizationUrl)
  for (let step = 0; step < 4; step += 1) {
    if (page instanceof URLSearchParams) return page
    page = await submit(page)
  }
  if (page instanceof URLSearchParams) return page
  throw new SignInFailedError(`No redirect came after four pages; the last one says: ${readable(page.html)}`)

  async function submit({ url, html, status }: Page): Promise<Page | URLSearchParams> {
    const form = /<form\b[^>]*>/i.exec(html)?.[0]
    if (form === undefined) throw new SignInFailedError(`${status} without a form: ${readable(html)}`)
    const fields = new URLSearchParams()
    for (const [input] of html.matchAll(/<input\b[^>]*>/gi)) {
      const name = attribute(input, 'name')
      if (name === undefined) continue
      const type = attribute(input, 'type') ?? 'text'
      if (type === 'password') fields.set(name, person.password)
      else if (type === 'text' || type === 'email') fields.set(name, person.username)
      else if (type === 'hidden') fields.set(name, attribute(input, 'value') ?? '')
    }
    return open(new URL(attribute(form, 'action') ?? '', url), fields)
  }

  async function open(start: URL, form?: URLSearchParams): Promise<Page | URLSearchParams> {
    let url = start
    let body = form
    for (let redirects = 0; redirects < 10; redirects += 1) {
      const response = await fetch(url, {
        method: body ? 'POST' : 'GET',
        redirect: 'manual',
        headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
        ...(body ? { body } : {}),
      })
      for (const line of response.headers.getSetCookie()) {
        const [name = '', value = ''] = line.split(';', 1)[0]?.split('=', 2) ?? []
        if (value === '') cookies.delete(name)
        else cookies.set(name, value)
      }
      const location = response.headers.get('location')
      if (location === null) return { url, status: response.status, html: await response.text() }
      url = new URL(location, url)
      body = undefined
      if (url.href.startsWith(redirectUri)) return url.searchParams
    }
    throw new SignInFailedError(`More than ten redirects, the last to ${url.origin}${url.pathname}`)
  }
}

const readable = (html: string) =>
  html
    .replaceAll(/<(style|script)[\s\S]*?<\/\1>/gi, ' ')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 300)
