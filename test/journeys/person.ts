// A person at a browser, without the browser: follows redirects, keeps cookies, fills in the sign-in form.
import { PageError, WebPage } from './web-page.ts'

/**
 * Opens the authorization URL, signs in, and returns the parameters of the redirect to `redirectUri`.
 *
 * @throws {PageError} with what the page said instead
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
    const { url, form } = page.fill(person)
    page = await open(url, form)
  }
  if (page instanceof URLSearchParams) return page
  throw new PageError(`No redirect came after four pages; the last one says: ${page.words.slice(0, 300)}`)

  async function open(start: URL, form?: URLSearchParams): Promise<WebPage | URLSearchParams> {
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
      if (location === null) return new WebPage(url, response.status, await response.text())
      url = new URL(location, url)
      body = undefined
      if (url.href.startsWith(redirectUri)) return url.searchParams
    }
    throw new PageError(`More than ten redirects, the last to ${url.origin}${url.pathname}`)
  }
}
