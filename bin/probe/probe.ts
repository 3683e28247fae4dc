// One thing that only a real tenant or account can tell.
import type { Answer, Token } from './answer.ts'
import type { Deployed } from './deployed.ts'
import type { Person } from './person.ts'
import type { PingOne } from './pingone.ts'
import type { Playground } from './playground.ts'
import type { Scratch } from './scratch.ts'

export type Probe = {
  /** Stays the same: `--only`, the list in `docs/probe.md` and recordings use it. */
  id: string
  about: 'PingOne' | 'AWS'
  /** What is asked, as a question. */
  asks: string
  /** The answer that MyHotels builds on. */
  expects: string
  /** What any other answer means for MyHotels, and where to change it. */
  otherwise: { means: string; change: string }
  /** A person has to do something; asked only with `--with-person`. */
  needsPerson?: true
  /**
   * Asks, harmlessly.
   *
   * @throws {NotAskedError} when the question cannot be asked here
   */
  ask(tools: Tools): Promise<Seen>
}

export type Seen = {
  asExpected: boolean
  /** What came back, in one clause, without ids, secrets or anything about a person. */
  saw: string
}

export type Tools = {
  pingOne: PingOne
  /** Makes things that are taken away again. */
  scratch: Scratch
  /** Clients, resources and a user of the probe's own, made when they are first needed. */
  playground: Playground
  deployed: Deployed
  person: Person | undefined
  /** Keeps an answer's shape, or a token's, for `--record`. */
  record(label: string, seen: Answer | Token): void
}

export type Finding = {
  probe: Probe
  outcome: 'as expected' | 'differs' | 'not asked'
  /** What came back, or why it was not asked. */
  words: string
}
