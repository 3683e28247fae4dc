// A web page as a person reads it, without a browser: its words, its fields, its buttons, its links.

export class WebPage {
  readonly url: URL
  readonly status: number
  readonly html: string

  constructor(url: URL, status: number, html: string) {
    this.url = url
    this.status = status
    this.html = html
  }

  /** The words, for messages. */
  get words(): string {
    return decodeEntities(
      this.html.replaceAll(/<(style|script|title)[\s\S]*?<\/\1>/gi, ' ').replaceAll(/<[^>]*>/g, ' '),
    )
      .replaceAll(/\s+/g, ' ')
      .trim()
  }

  get title(): string {
    return decodeEntities(/<title>([\s\S]*?)<\/title>/i.exec(this.html)?.[1] ?? '').replace(
      / – MyHotels$/,
      '',
    )
  }

  get asksForPassword(): boolean {
    return this.#inputs.some((input) => attribute(input, 'type') === 'password')
  }

  get buttons(): { label: string; name: string | undefined; value: string }[] {
    return [...this.html.matchAll(/<button\b([^>]*)>([\s\S]*?)<\/button>/gi)].map(
      ([, tag = '', label = '']) => ({
        label: label.replaceAll(/<[^>]*>/g, '').trim(),
        name: attribute(tag, 'name'),
        value: attribute(tag, 'value') ?? '',
      }),
    )
  }

  /** What a page that wants a passkey asks the browser for, and the field that it comes back in. */
  get passkey(): { field: string; options: string } | undefined {
    const tag = /<button\b[^>]*\bdata-passkey[^>]*>/i.exec(this.html)?.[0] ?? ''
    const [field, options] = [attribute(tag, 'data-passkey'), attribute(tag, 'data-options')]
    return field === undefined || options === undefined ? undefined : { field, options }
  }

  get links(): string[] {
    return [...this.html.matchAll(/<a\b([^>]*)>/gi)].flatMap(([, tag = '']) => attribute(tag, 'href') ?? [])
  }

  /** Where the form goes, and what it sends when these are typed and the first button with this label is pressed. */
  fill(person: { username: string; password: string }, label?: RegExp): { url: URL; form: URLSearchParams } {
    const tag = /<form\b[^>]*>/i.exec(this.html)?.[0]
    if (tag === undefined) throw new PageError(`${this.status} without a form: ${this.words.slice(0, 300)}`)
    const form = new URLSearchParams()
    for (const input of this.#inputs) {
      const name = attribute(input, 'name')
      if (name === undefined) continue
      const type = attribute(input, 'type') ?? 'text'
      if (type === 'password') form.set(name, person.password)
      else if (type === 'text' || type === 'email') form.set(name, person.username)
      else if (type === 'hidden') form.set(name, attribute(input, 'value') ?? '')
    }
    const button = this.buttons.find((each) => label === undefined || label.test(each.label))
    if (label !== undefined && button === undefined)
      throw new PageError(`There is no button ${label}: ${this.words.slice(0, 300)}`)
    if (button?.name !== undefined) form.set(button.name, button.value)
    return { url: new URL(attribute(tag, 'action') ?? '', this.url), form }
  }

  get #inputs(): string[] {
    return [...this.html.matchAll(/<input\b[^>]*>/gi)].map(([tag]) => tag)
  }
}

/** A page did not have what a person would look for. */
export class PageError extends Error {
  override readonly name = 'PageError'
}

function decodeEntities(text: string): string {
  return text
    .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}

function attribute(tag: string, name: string): string | undefined {
  const match = new RegExp(`\\b${name}\\s*=\\s*"([^"]*)"`, 'i').exec(tag)
  return match?.[1] === undefined ? undefined : decodeEntities(match[1])
}
