// Who a passkey is for: the pages of this PingOne. WebAuthn knows names and no addresses, so the loopback address goes
// by its name.

/** As the FIDO policy of the environment would name it. */
export const relyingParty = { id: 'localhost', name: 'PingOne' } as const

/** The origin that a browser signs for a page at this address. */
export function originOf(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined
  const url = new URL(address)
  if (url.hostname === '127.0.0.1') url.hostname = relyingParty.id
  return url.origin
}
