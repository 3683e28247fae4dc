import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { ConfigurationError } from '../../lib/configuration.ts'
import { synthesize } from '../../local/synthesize.ts'

const root = await mkdtemp(join(tmpdir(), 'synthesize-'))
afterAll(() => rm(root, { recursive: true, force: true }))

const environmentId = '5b1f7f0e-6a52-4d0c-9a37-8f1d8d1b2c3d'
const hosts = { api: 'http://127.0.0.1:4121', auth: 'http://127.0.0.1:4120' }
const redirectUri = 'http://127.0.0.1:4199/callback'

async function templates(name: string, configuration: Record<string, unknown>): Promise<string[]> {
  const directory = join(root, name)
  await synthesize({ directory, configuration })
  return Promise.all(
    ['Identity', 'HotelApi', 'Mcp'].map((stack) =>
      readFile(join(directory, `MyHotels-${stack}.template.json`), 'utf8'),
    ),
  )
}

test('the templates of this machine are those of a deployment, but for where PingOne is and who may call back', async () => {
  const deployed = await templates('deployed', {})

  const local = await templates('local', {
    pingOne: { environmentId, hosts, customDomain: undefined },
    connector: { redirectUris: [redirectUri] },
  })

  const translated = local.map((template) =>
    template
      .replaceAll(environmentId, '00000000-0000-4000-8000-000000000000')
      .replaceAll(hosts.api, 'https://api.pingone.eu')
      .replaceAll(hosts.auth, 'https://auth.pingone.eu')
      .replaceAll(redirectUri, 'https://chatgpt.com/connector_platform_oauth_redirect'),
  )
  expect(translated).toEqual(deployed)
  expect(local).not.toEqual(deployed)
})

test('a configuration that is none is refused before the app is run', async () => {
  const refused = synthesize({ directory: join(root, 'refused'), configuration: { pingOne: { hosts: {} } } })

  await expect(refused).rejects.toThrow(ConfigurationError)
})
