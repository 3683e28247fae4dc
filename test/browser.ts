// A Chromium for tests: the one that CHROMIUM_PATH names, one that is installed, or the one that npm brings.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Browser, chromium } from 'playwright-core'

const run = promisify(execFile)
const root = dirname(dirname(fileURLToPath(import.meta.url)))

const installed: Partial<Record<NodeJS.Platform, string[]>> = {
  linux: [
    '/usr/bin/google-chrome-stable',
    '/usr/bin/google-chrome',
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/opt/google/chrome/chrome',
  ],
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  win32: [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  ],
}

type Executable = { path: string; environment?: Record<string, string>; libraries?: string }

/** There is no browser to test with; the message says how to get one. */
export class BrowserMissing extends Error {
  override readonly name = 'BrowserMissing'
}

/** Finds the package's font first and the machine's fonts after it, so that pages look alike everywhere. */
const fontConfiguration = (home: string) => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(home, 'fonts')}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${join(home, 'font-cache')}</cachedir>
  <alias binding="strong"><family>system-ui</family><prefer><family>Open Sans</family></prefer></alias>
  <alias binding="strong"><family>sans-serif</family><prefer><family>Open Sans</family></prefer></alias>
</fontconfig>
`

const extract = `
import chromium from '@sparticuz/chromium'
await chromium.executablePath()
`

/**
 * Unpacks the npm package once per version. It goes to a directory of its own that is renamed into place when it is
 * complete: test files run at the same time, and the package's own place in /tmp is taken as ready while it is
 * still being written.
 */
async function packagedChromium(): Promise<Executable> {
  const manifest = createRequire(import.meta.url).resolve('@sparticuz/chromium')
  const { version } = JSON.parse(await readFile(join(dirname(dirname(manifest)), 'package.json'), 'utf8'))
  const home = join(root, 'node_modules', '.cache', `chromium-${version}`)
  if (!existsSync(home)) {
    const draft = `${home}.${process.pid}.${Date.now()}`
    await mkdir(draft, { recursive: true })
    await run(process.execPath, ['--input-type=module', '--eval', extract], {
      cwd: root,
      // The package unpacks its shared libraries only where it believes to be in Lambda.
      env: { ...process.env, TMPDIR: draft, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' },
    })
    await writeFile(join(draft, 'fonts.conf'), fontConfiguration(home))
    await rename(draft, home).catch(async (error) => {
      await rm(draft, { recursive: true, force: true })
      if (!existsSync(home)) throw error
    })
  }
  return {
    path: join(home, 'chromium'),
    environment: { FONTCONFIG_FILE: join(home, 'fonts.conf') },
    libraries: join(home, 'al2023', 'lib'),
  }
}

async function findChromium(): Promise<Executable> {
  const named = process.env.CHROMIUM_PATH
  if (named) {
    if (existsSync(named)) return { path: named }
    throw new BrowserMissing(`CHROMIUM_PATH names ${named}, but there is no such file.`)
  }
  const found = installed[process.platform]?.find((path) => existsSync(path))
  if (found) return { path: found }
  if (process.platform === 'linux' && process.arch === 'x64') return await packagedChromium()
  throw new BrowserMissing(
    'The browser tests need Chrome or Chromium: install one, or set CHROMIUM_PATH to its executable.',
  )
}

/** Milliseconds for anything that a page does, also on a busy machine. */
const patience = 60_000

/** Starts a headless Chromium that reaches this machine alone. Keep one per test file and close it. */
export async function launchBrowser(): Promise<Browser> {
  const executable = await findChromium()
  const launch = async (libraries?: string) => {
    const browser = await chromium.launch({
      executablePath: executable.path,
      headless: true,
      args: [
        '--no-sandbox',
        '--disable-dev-shm-usage',
        '--disable-gpu',
        '--font-render-hinting=none',
        '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
      ],
      env: {
        ...(process.env as Record<string, string>),
        ...executable.environment,
        ...(libraries ? { LD_LIBRARY_PATH: libraries } : {}),
      },
      timeout: patience,
    })
    browser.on('context', (context) => context.setDefaultTimeout(patience))
    return browser
  }
  try {
    return await launch()
  } catch (error) {
    const missingLibrary = /error while loading shared libraries/.test(String(error))
    if (!missingLibrary || executable.libraries === undefined) throw error
    return await launch(executable.libraries)
  }
}
