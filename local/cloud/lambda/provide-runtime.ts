// What surrounds a function's code in Lambda: the AWS SDK for bundles that leave it out, and no package.json above.
import { cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const sdk = fileURLToPath(new URL('../../../node_modules/@aws-sdk', import.meta.url))

/** Where the runtime's own modules lie. */
export const runtimeModules = (stateDirectory: string) => join(stateDirectory, 'runtime', 'node_modules')

export function provideRuntime(stateDirectory: string): void {
  const modules = runtimeModules(stateDirectory)
  mkdirSync(modules, { recursive: true })
  if (!existsSync(join(modules, '@aws-sdk'))) symlinkSync(sdk, join(modules, '@aws-sdk'), 'junction')
  mkdirSync(codeDirectory(stateDirectory), { recursive: true })
  writeFileSync(join(codeDirectory(stateDirectory), 'package.json'), '{}')
}

/** Where code that was uploaded or is written in a template lies. */
export const codeDirectory = (stateDirectory: string) => join(stateDirectory, 'code')

/**
 * The directory of a bundle as the function sees it. A bundle in CommonJS without a package.json would be taken for
 * ECMAScript modules below a package that says so, such as this one: it is copied to where nothing is above it.
 */
export function settleBundle(bundle: string, stateDirectory: string): string {
  const isSettled = ['index.mjs', 'package.json'].some((name) => existsSync(join(bundle, name)))
  if (isSettled || bundle.startsWith(codeDirectory(stateDirectory))) return bundle
  const settled = join(codeDirectory(stateDirectory), basename(bundle))
  if (!existsSync(settled)) cpSync(bundle, settled, { recursive: true })
  return settled
}
