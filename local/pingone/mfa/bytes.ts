// Bytes as PingOne writes them in the options of WebAuthn: lists of signed numbers. Ping's page "PingOne MFA Connector"
// and its JavaScript SDK (ping-javascript-sdk, davinci-client, fido.utils.ts).
export const toSignedBytes = (base64url: string): number[] => [
  ...new Int8Array(Buffer.from(base64url, 'base64url')),
]

export const fromSignedBytes = (numbers: readonly number[]): string =>
  Buffer.from(Int8Array.from(numbers).buffer).toString('base64url')
