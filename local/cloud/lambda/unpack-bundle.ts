import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve, sep } from 'node:path'
import { unzipSync } from 'fflate'
import { CloudError } from '../cloud-error.ts'

/**
 * Unpacks the zip archive of a function below `root`, once for each content.
 *
 * @returns where the bundle lies
 * @throws {CloudError} when the archive cannot be read or leads out of its directory
 */
export function unpackBundle(archive: Uint8Array, root: string): string {
  const directory = resolve(root, createHash('sha256').update(archive).digest('hex').slice(0, 32))
  if (existsSync(directory)) return directory
  const draft = `${directory}.draft`
  rmSync(draft, { recursive: true, force: true })
  for (const [name, content] of Object.entries(filesOf(archive))) {
    const file = join(draft, name)
    if (!file.startsWith(`${draft}${sep}`))
      throw new CloudError(`A bundle holds a file outside itself: ${name}.`)
    if (name.endsWith('/')) continue
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
  }
  renameSync(draft, directory)
  return directory
}

function filesOf(archive: Uint8Array): Record<string, Uint8Array> {
  try {
    return unzipSync(archive)
  } catch (cause) {
    throw new CloudError('Could not unzip uploaded file. Please check your file, then try to upload again.', {
      cause,
    })
  }
}
