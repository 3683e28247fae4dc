// What the authorization server must remember between two requests: sessions, codes, refresh tokens, CIBA
// requests and their approvals. Kept in memory, written whole or not at all before a request is answered.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Clock } from '../../../lambdas/clock.ts'

type Entry = {
  value: Record<string, unknown>
  /** Milliseconds since the epoch; the entry is forgotten afterwards. */
  keepUntil: number
}

type Kinds = Record<string, Record<string, Entry>>

export class ArtifactStore {
  readonly #file: string | undefined
  readonly #clock: Clock
  readonly #kinds: Kinds
  #dirty = false

  /** @throws when the file is there and cannot be read, naming it and what to do */
  constructor(options: { file?: string; clock: Clock }) {
    this.#file = options.file
    this.#clock = options.clock
    this.#kinds = options.file === undefined ? {} : readKinds(options.file)
  }

  get(kind: string, id: string): Record<string, unknown> | undefined {
    const kinds = this.#kinds[kind]
    if (kinds === undefined || !Object.hasOwn(kinds, id)) return undefined
    const entry = kinds[id]
    return entry !== undefined && entry.keepUntil > this.#clock() ? entry.value : undefined
  }

  /** All entries of a kind that are still kept. */
  list(kind: string): [id: string, value: Record<string, unknown>][] {
    const now = this.#clock()
    return Object.entries(this.#kinds[kind] ?? {})
      .filter(([, entry]) => entry.keepUntil > now)
      .map(([id, entry]) => [id, entry.value])
  }

  put(kind: string, id: string, value: Record<string, unknown>, keepUntil: number): void {
    const kinds = this.#kinds[kind] ?? {}
    this.#kinds[kind] = kinds
    kinds[id] = { value, keepUntil }
    this.#dirty = true
  }

  delete(kind: string, id: string): void {
    const kinds = this.#kinds[kind]
    if (kinds === undefined || !Object.hasOwn(kinds, id)) return
    delete kinds[id]
    this.#dirty = true
  }

  /** Writes what changed. Returns when the file has it, so that an answer may be given. */
  flush(): void {
    if (!this.#dirty) return
    this.#dirty = false
    this.#prune()
    if (this.#file === undefined) return
    mkdirSync(dirname(this.#file), { recursive: true })
    const draft = `${this.#file}.draft`
    writeFileSync(draft, JSON.stringify(this.#kinds), { mode: 0o600 })
    renameSync(draft, this.#file)
  }

  #prune(): void {
    const now = this.#clock()
    for (const kinds of Object.values(this.#kinds)) {
      for (const [id, entry] of Object.entries(kinds)) if (entry.keepUntil <= now) delete kinds[id]
    }
  }
}

function readKinds(file: string): Kinds {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Kinds
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw new Error(`${file} cannot be read as the local PingOne's sessions. Delete it to sign in anew.`, {
      cause: error,
    })
  }
}
