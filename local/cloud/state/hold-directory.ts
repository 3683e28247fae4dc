import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'

const held = new Set<string>()

/**
 * Makes this process the only one that uses a directory, until the returned function is called. The mark of a
 * process that has died does not count.
 *
 * @throws {Error} one sentence that names the process which uses it.
 */
export function holdDirectory(directory: string): () => void {
  mkdirSync(directory, { recursive: true })
  const file = resolve(directory, 'in-use-by')
  const holder = readHolder(file)
  if (held.has(file) || (holder !== undefined && holder !== process.pid && isAlive(holder))) {
    throw new Error(
      `${directory} is in use by process ${holder ?? process.pid}: end that process, or delete ${file} if it is something else.`,
    )
  }
  writeFileSync(file, String(process.pid))
  held.add(file)
  return () => {
    held.delete(file)
    rmSync(file, { force: true })
  }
}

function readHolder(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8')) || undefined
  } catch {
    return undefined
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
