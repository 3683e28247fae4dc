import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

export type JsonFile<T> = {
  readonly value: T
  /** Writes the value as it is now: whole or not at all. */
  save(): void
}

/** A value that lives in a file, readable by its owner alone. */
export function openJsonFile<T>(file: string, initial: T): JsonFile<T> {
  const value = read(file) ?? initial
  return {
    value: value as T,
    save() {
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(`${file}.draft`, JSON.stringify(value), { mode: 0o600 })
      renameSync(`${file}.draft`, file)
    },
  }
}

function read(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new Error(`${file} cannot be read. Delete its directory to start anew.`, { cause: error })
  }
}
