/** RFC 6749 section 2.3.1: id and secret are form-encoded before they are joined. */
export function basicCredentials(client: { clientId: string; clientSecret: string }): string {
  const encode = (text: string) => new URLSearchParams({ t: text }).toString().slice(2)
  return `Basic ${Buffer.from(`${encode(client.clientId)}:${encode(client.clientSecret)}`).toString('base64')}`
}
