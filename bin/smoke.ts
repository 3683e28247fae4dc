// `npm run smoke`: asks a running MyHotels, deployed or local, the questions that tell whether its wiring is right.
import { readFileSync } from 'node:fs'
import { createProgram, runProgram } from './program.ts'
import { outputsFile, readStageOutputs } from './stage-outputs.ts'

type Check = {
  what: string
  /** @param outputs what the stacks of a deployed stage gave out */
  run(mcpUrl: URL, outputs?: Record<string, string>): Promise<void>
}

class SmokeError extends Error {
  override readonly name = 'SmokeError'
}

function expect(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new SmokeError(otherwise)
}

const rpc = (url: URL, method: string, params: object, userAgent = 'myhotels-smoke') =>
  fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2025-11-25',
      'user-agent': userAgent,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    signal: AbortSignal.timeout(20_000),
  })

const checks: Check[] = [
  {
    what: 'the protected resource metadata is at both places and names PingOne',
    async run(url) {
      for (const path of [
        '/.well-known/oauth-protected-resource',
        '/.well-known/oauth-protected-resource/mcp',
      ]) {
        const answer = await fetch(new URL(path, url))
        expect(answer.ok, `${path} answers ${answer.status}`)
        const metadata = (await answer.json()) as { resource?: string; authorization_servers?: string[] }
        expect(
          metadata.resource === url.href,
          `${path} names ${metadata.resource} as the resource, not ${url.href}`,
        )
        expect((metadata.authorization_servers ?? []).length === 1, `${path} names no authorization server`)
      }
    },
  },
  {
    what: 'the authorization server answers under the issuer that the metadata names',
    async run(url, outputs) {
      const metadata = (await (
        await fetch(new URL('/.well-known/oauth-protected-resource', url))
      ).json()) as {
        authorization_servers: [string]
      }
      const [issuer] = metadata.authorization_servers
      expect(
        outputs?.Issuer === undefined || outputs.Issuer === issuer,
        `the functions work with ${issuer}, the stage was deployed for ${outputs?.Issuer}: run "npm run deploy" once more, it did not reach every stack`,
      )
      const answer = await fetch(`${issuer}/.well-known/openid-configuration`)
      expect(answer.ok, `${issuer} answers ${answer.status}: is the PingOne environment id right?`)
      const discovery = (await answer.json()) as { issuer?: string }
      expect(
        discovery.issuer === issuer,
        `the server calls itself ${discovery.issuer}, the metadata ${issuer}`,
      )
    },
  },
  {
    what: 'the four tools are listed',
    async run(url) {
      const answer = await rpc(url, 'tools/list', {})
      expect(answer.ok, `tools/list answers ${answer.status}`)
      const { result } = (await answer.json()) as { result?: { tools?: { name: string }[] } }
      const names = (result?.tools ?? []).map(({ name }) => name)
      for (const name of [
        'search_hotels',
        'search_hotels_member_rates',
        'prepare_booking',
        'finalize_booking',
      ]) {
        expect(names.includes(name), `${name} is missing; there are ${names.join(', ') || 'no tools'}`)
      }
    },
  },
  {
    what: 'a public search is decided by PingOne Authorize and answered',
    async run(url) {
      const answer = await rpc(url, 'tools/call', { name: 'search_hotels', arguments: { city: 'Chicago' } })
      expect(answer.ok, `tools/call answers ${answer.status}`)
      const { result } = (await answer.json()) as {
        result?: { isError?: boolean; content?: { text?: string }[] }
      }
      expect(result?.isError !== true, `the tool says: ${result?.content?.[0]?.text}`)
      expect((result?.content?.[0]?.text ?? '').includes('Chicago'), 'the answer does not speak of Chicago')
    },
  },
  {
    what: 'a protected tool asks for sign-in, and the challenge arrives under its own name',
    async run(url) {
      const answer = await rpc(url, 'tools/call', {
        name: 'search_hotels_member_rates',
        arguments: { city: 'Chicago' },
      })
      expect(answer.status === 401, `the call answers ${answer.status} instead of 401`)
      const challenge = answer.headers.get('www-authenticate')
      const renamed = answer.headers.get('x-amzn-remapped-www-authenticate')
      expect(
        challenge !== null,
        renamed === null
          ? 'there is no WWW-Authenticate'
          : 'the front door renames WWW-Authenticate: sign-in still works through the well-known documents, step-up does not',
      )
      expect(challenge.includes('resource_metadata='), 'the challenge names no resource_metadata')
    },
  },
]

async function smoke(url: URL, outputs?: Record<string, string>): Promise<void> {
  console.log(`Checking ${url.href}`)
  let failed = 0
  for (const { what, run } of checks) {
    try {
      await run(url, outputs)
      console.log(`  ✔ ${what}`)
    } catch (error) {
      failed += 1
      console.log(`  ✘ ${what}\n    ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  console.log(`${checks.length - failed} passed, ${failed} failed`)
  process.exitCode = failed === 0 ? 0 : 1
}

function addressIn(addresses: Record<string, unknown> | undefined, name: string, file: string): URL {
  const address = addresses?.[name]
  if (typeof address === 'string' && URL.canParse(address)) return new URL(address)
  throw new SmokeError(`${file} tells no address. Start the local run, deploy first, or give --url.`)
}

function localEndpoints(file: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

await runProgram(
  createProgram(
    'npm run smoke',
    'Checks a running MyHotels from outside, without signing in and without leaving anything behind.',
  )
    .option('--directory <path>', 'where the local run keeps its state', '.local')
    .option('--stage <name>', 'what "npm run deploy" deployed, by cdk.out/outputs-<name>.json')
    .option('--url <address>', 'any MCP endpoint of MyHotels, for example https://example.com/mcp')
    .action(({ directory, stage, url }) => {
      const outputs = stage === undefined ? undefined : readStageOutputs(stage)
      if (url !== undefined) return smoke(new URL(url), outputs)
      if (stage !== undefined) return smoke(addressIn(outputs, 'McpUrl', outputsFile(stage)), outputs)
      const file = `${directory}/endpoints.json`
      return smoke(addressIn(localEndpoints(file), 'mcp', file))
    }),
  [SmokeError],
)
