// What a request asks for (RFC 9112 section 3.2), brought into the one form that every server here reads.

/**
 * The target in origin form, with the host that an absolute form names; `undefined` for a target that no server here
 * has: `*`, an authority, something malformed.
 *
 * @example readRequestTarget('http://a.example/b?c') // { target: '/b?c', host: 'a.example' }
 */
export function readRequestTarget(text: string): { target: string; host?: string } | undefined {
  const [target = ''] = text.split('#', 1)
  if (target.startsWith('/')) return { target }
  const match = /^https?:\/\/[^/?]+(.*)$/is.exec(target)
  if (match === null || !URL.canParse(target)) return undefined
  const { host, username, password } = new URL(target)
  // RFC 9110 section 4.2.4: a user in a target is there to deceive.
  if (username !== '' || password !== '') return undefined
  const [, path = ''] = match
  return { target: path.startsWith('/') ? path : `/${path}`, host }
}
