// A row of the tables: what somebody tries, and what stops it.
import type { World } from './world/world.ts'

export type Row = {
  /** Reads on from the table's name: "the model … books above the limit". */
  tries: string
  /**
   * How it ends: status, code and, after a colon, the check that refused, as the answering side's own log names it. What
   * else must be so follows after a semicolon.
   */
  stoppedBy: string
  attack(world: World): Promise<string>
}

/** What an attacker who has taken over a party tries. */
export type Party = {
  /** @example 'the model' */
  party: string
  /** What the attacker has in hand. */
  holds: string
  rows: readonly Row[]
}

/** Attacks of one kind, whoever makes them. */
export type Kind = { kind: string; rows: readonly Row[] }
