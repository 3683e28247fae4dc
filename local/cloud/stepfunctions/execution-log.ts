// Executions on disk: one file each, one line for each thing that happened, appended before anything else happens.
// The files of running executions and of ended ones lie apart, so that a start need not read all of history.
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'

export type Status = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED' | 'TIMED_OUT'

/** `at` is in milliseconds since the epoch. */
export type LogEntry = { at: number } & (
  | { type: 'started'; input: unknown; definition: string }
  | { type: 'entered'; state: string; input: unknown }
  | { type: 'failed'; state: string; error: string; cause: string }
  | { type: 'retried'; state: string }
  | { type: 'caught'; state: string }
  | { type: 'exited'; state: string; output: unknown }
  | { type: 'ended'; status: Exclude<Status, 'RUNNING'>; output?: unknown; error?: string; cause?: string }
)

export type EntryOf<Type extends LogEntry['type']> = Extract<LogEntry, { type: Type }>

export class ExecutionLog {
  readonly #running: string
  readonly #ended: string

  constructor(directory: string) {
    this.#running = join(directory, 'running')
    this.#ended = join(directory, 'ended')
    mkdirSync(this.#running, { recursive: true })
    mkdirSync(this.#ended, { recursive: true })
  }

  append(name: string, entry: LogEntry): void {
    const file = join(this.#running, `${name}.jsonl`)
    appendFileSync(file, `${JSON.stringify(entry)}\n`, { mode: 0o600 })
    if (entry.type === 'ended') renameSync(file, join(this.#ended, `${name}.jsonl`))
  }

  /** What happened in an execution, or undefined when there is none of that name. */
  read(name: string): LogEntry[] | undefined {
    for (const directory of [this.#ended, this.#running]) {
      const file = join(directory, `${name}.jsonl`)
      if (existsSync(file)) return parse(readFileSync(file, 'utf8'))
    }
    return undefined
  }

  runningNames(): string[] {
    return namesIn(this.#running)
  }

  names(): string[] {
    return [...namesIn(this.#running), ...namesIn(this.#ended)]
  }
}

const namesIn = (directory: string) =>
  readdirSync(directory)
    .filter((file) => file.endsWith('.jsonl'))
    .map((file) => file.slice(0, -'.jsonl'.length))

function parse(text: string): LogEntry[] {
  return text.split('\n').flatMap((line) => {
    try {
      return line === '' ? [] : [JSON.parse(line) as LogEntry]
    } catch {
      // The last line of a process that was killed while it wrote.
      return []
    }
  })
}
