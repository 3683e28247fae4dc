import { type Configuration, pingOneDomains } from './configuration.ts'

/**
 * Where a PingOne environment answers.
 *
 * @example pingOneAddresses({ region: 'EU', environmentId: '5b1f…' }) // apiUrl https://api.pingone.eu/v1, …
 */
export function pingOneAddresses(
  pingOne: Pick<Configuration['pingOne'], 'region' | 'environmentId' | 'customDomain' | 'hosts'>,
): { apiUrl: string; authUrl: string; issuer: string } {
  const { environmentId, customDomain, hosts } = pingOne
  const domain = pingOneDomains[pingOne.region]
  const authUrl = hosts?.auth ?? `https://auth.pingone.${domain}`
  return {
    apiUrl: `${hosts?.api ?? `https://api.pingone.${domain}`}/v1`,
    authUrl,
    // PingOne's custom domains carry no environment id in their paths, so the issuer has none either.
    issuer: customDomain ? `https://${customDomain}/as` : `${authUrl}/${environmentId}/as`,
  }
}
