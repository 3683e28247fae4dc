// A discrete-event simulation of functions that run on many machines: virtual time, random latencies, and faults that
// are injected at outside actions by their number. Code under test is the real code; only its outside is simulated.

/** How the outside fails at one action. */
export type FaultKind =
  /** The function's machine dies before the action has its effect. */
  | 'crash before'
  /** It dies after the effect, without the answer. */
  | 'crash after'
  /** The action fails without effect. */
  | 'fail before'
  /** The effect happens, the answer is lost. */
  | 'fail after'
  /** The action takes seconds. */
  | 'slow'
  /** The function freezes after the effect and goes on much later, perhaps when its caller has long given it up. */
  | 'freeze'
  /** The other side answers nonsense; where that cannot be, the answer is lost. */
  | 'garbage'

export type Fault = { at: number; kind: FaultKind }

/** One run of a function. A crashed one never comes back from the action at which it died. */
export class Invocation {
  readonly name: string
  readonly startedAt: number
  ended = false
  crashed = false
  frozen = false
  /** Its caller was told that it has failed, and it goes on all the same. */
  abandoned = false
  readonly #onCrash: (reason: string) => void

  constructor(name: string, startedAt: number, onCrash: (reason: string) => void) {
    this.name = name
    this.startedAt = startedAt
    this.#onCrash = onCrash
  }

  crash(reason: string): void {
    if (this.ended || this.crashed) return
    const isKnown = this.abandoned
    if (this.frozen) this.abandoned = true
    else this.crashed = true
    if (!isKnown) this.#onCrash(reason)
  }
}

export class InjectedFailure extends Error {
  override readonly name = 'InjectedFailure'
}

type Event = { at: number; order: number; run: () => void | Promise<void> }

const never = new Promise<never>(() => {})
const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

export class Simulation {
  now: number
  /** The number of the next outside action. */
  actions = 0
  injected = 0
  /** A function froze, so that what it had decided may be written late. */
  froze = false
  faultsOn = true
  readonly trace: string[] = []
  readonly #keepTrace: boolean
  readonly #random: () => number
  readonly #faults: Map<number, FaultKind>
  #events: Event[] = []
  #order = 0
  #activity = 0
  #busy = 0

  constructor(options: { now: number; seed: number; faults: readonly Fault[]; trace?: boolean }) {
    this.now = options.now
    this.#random = mulberry32(options.seed)
    this.#faults = new Map(options.faults.map(({ at, kind }) => [at, kind]))
    this.#keepTrace = options.trace ?? false
  }

  readonly clock = (): number => this.now
  readonly random = (): number => this.#random()

  note(text: string): void {
    if (this.#keepTrace) this.trace.push(`${((this.now % 86_400_000) / 1000).toFixed(3)} ${text}`)
  }

  /** Runs something at a time, or as soon as possible when that has passed. */
  at(time: number, run: Event['run']): void {
    this.#activity++
    // Clocks count whole milliseconds.
    const event = { at: Math.ceil(time), order: this.#order++, run }
    let index = this.#events.length
    while (index > 0 && isBefore(event, this.#events[index - 1] as Event)) index--
    this.#events.splice(index, 0, event)
  }

  after(milliseconds: number, run: Event['run']): void {
    this.at(this.now + milliseconds, run)
  }

  /** A new invocation of a function that is stopped after `limit` milliseconds. */
  start(
    name: string,
    limit: number,
    work: (invocation: Invocation) => Promise<unknown>,
    onEnd: (end: { ok: true; value: unknown } | { ok: false; error: unknown; crashed: boolean }) => void,
  ): Invocation {
    this.#activity++
    const invocation = new Invocation(name, this.now, (reason) => {
      this.note(`${name} crashed: ${reason}`)
      this.#activity++
      onEnd({ ok: false, error: new Error(reason), crashed: true })
    })
    this.after(limit, () => invocation.crash('time limit'))
    work(invocation).then(
      (value) => {
        this.#activity++
        if (invocation.crashed || invocation.abandoned) return
        invocation.ended = true
        onEnd({ ok: true, value })
      },
      (error: unknown) => {
        this.#activity++
        if (invocation.crashed || invocation.abandoned) return
        invocation.ended = true
        this.note(`${name} threw ${error instanceof Error ? `${error.name}: ${error.message}` : error}`)
        onEnd({ ok: false, error, crashed: false })
      },
    )
    return invocation
  }

  /**
   * One outside action: takes its time, has its effect at one moment, and may be hit by the fault of its number. After
   * `patience` milliseconds without effect it fails.
   */
  async act<T>(
    invocation: Invocation,
    what: string,
    effect: () => T | Promise<T>,
    garble?: (value: T) => T,
    patience = Number.POSITIVE_INFINITY,
  ): Promise<T> {
    if (invocation.crashed) return never
    const askedAt = this.now
    const number = this.actions++
    const fault = this.faultsOn ? this.#faults.get(number) : undefined
    if (fault !== undefined) this.injected++
    const latency = 1 + this.#random() * 30 + (fault === 'slow' ? 1000 + this.#random() * 4900 : 0)
    return new Promise<T>((resolve, reject) => {
      this.after(latency, async () => {
        if (invocation.crashed) return
        const said = `${invocation.name} #${number} ${what}`
        this.note(fault === undefined ? said : `${said} !! ${fault}`)
        if (fault === 'crash before') return invocation.crash(what)
        // Time leapt meanwhile: the request was given up before it was on its way.
        if (this.now - askedAt > patience) return reject(new InjectedFailure(`${what} timed out`))
        if (fault === 'fail before') return reject(new InjectedFailure(what))
        let value: T
        try {
          value = await effect()
        } catch (error) {
          if (fault === 'crash after') return invocation.crash(what)
          return reject(error)
        }
        if (fault === 'crash after') return invocation.crash(what)
        if (fault === 'freeze') {
          this.froze = true
          invocation.frozen = true
          return this.after(5000 + this.#random() * 85_000, () => {
            this.note(`${invocation.name} thaws`)
            invocation.frozen = false
            resolve(value)
          })
        }
        if (fault === 'fail after') return reject(new InjectedFailure(what))
        if (fault !== 'garbage') return resolve(value)
        if (garble === undefined) return reject(new InjectedFailure(what))
        resolve(garble(value))
      })
    })
  }

  /** Time that passes inside an invocation. */
  sleep(invocation: Invocation, milliseconds: number): Promise<void> {
    if (invocation.crashed) return never
    return new Promise((resolve) => {
      this.after(milliseconds, () => {
        if (!invocation.crashed) resolve()
      })
    })
  }

  /** Work that takes real time but no virtual time. */
  async track<T>(work: Promise<T>): Promise<T> {
    this.#busy++
    try {
      return await work
    } finally {
      this.#busy--
      this.#activity++
    }
  }

  /** Runs events until there are none, or none before `until`. @returns false when it gave up */
  async run(until = Number.POSITIVE_INFINITY, limit = 50_000): Promise<boolean> {
    await this.#settle()
    for (let count = 0; count < limit; count++) {
      const [event] = this.#events
      if (event === undefined || event.at > until) {
        if (Number.isFinite(until)) this.now = Math.max(this.now, until)
        return true
      }
      this.#events.shift()
      this.now = Math.max(this.now, event.at)
      await event.run()
      await this.#settle()
    }
    return false
  }

  /** Time leaps: what was due meanwhile is late. */
  leap(milliseconds: number): void {
    this.note(`time leaps by ${milliseconds} ms`)
    this.now += milliseconds
  }

  /** Lets code run until all of it waits for the outside again. */
  async #settle(): Promise<void> {
    let before: number
    do {
      before = this.#activity
      await turn()
      while (this.#busy > 0) await turn()
    } while (before !== this.#activity)
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}

/** A small, fast generator with a 32-bit seed; not for secrets. */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
