/** Where the audit trail is written, with what key, and for how long. */
export type Trail = {
  table: string
  /** The key of the stage; called on the first entry. */
  key: () => Promise<string>
  retentionDays: number
}

/** Until when an entry of today is kept at least: seconds since the epoch. */
export const keptUntil = ({ retentionDays }: Trail, from: number): number =>
  Math.ceil(from / 1000) + retentionDays * 24 * 60 * 60
