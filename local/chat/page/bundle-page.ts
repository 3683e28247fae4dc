import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build, stop } from 'esbuild'

export type PageAssets = { pageScript: string; pageStyle: string; sandboxScript: string }

const source = (name: string) => fileURLToPath(new URL(name, import.meta.url))

let bundled: Promise<PageAssets> | undefined

/**
 * Bundles the browser's half: the page with the reference host SDK, and the relay that lives in the sandbox. Once
 * for the life of the process.
 */
export function bundlePage(): Promise<PageAssets> {
  bundled ??= bundle().catch((error) => {
    bundled = undefined
    throw error
  })
  return bundled
}

async function bundle(): Promise<PageAssets> {
  const script = async (entry: string) => {
    const { outputFiles } = await build({
      entryPoints: [source(entry)],
      bundle: true,
      write: false,
      format: 'iife',
      target: 'es2022',
      platform: 'browser',
      minify: true,
      charset: 'utf8',
      legalComments: 'none',
      logLevel: 'silent',
    })
    return outputFiles[0]?.text ?? ''
  }
  const [pageScript, sandboxScript, pageStyle] = await Promise.all([
    script('./main.ts'),
    script('../sandbox/relay.ts'),
    readFile(source('./chat.css'), 'utf8'),
  ])
  // The bundler's own process is not needed any more.
  await stop()
  return { pageScript, sandboxScript, pageStyle }
}
