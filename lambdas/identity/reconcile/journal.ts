// What a run has made and changed, so that it can be taken back.
import { idOf, type Kind } from './kind.ts'
import type { Live, ManagementClient } from './management-client.ts'
import { putBody } from './put-body.ts'
import { removeLive } from './remove-live.ts'

export type Journal = {
  /** A creation is about to be sent. Its answer may never come. */
  creating(entry: { kind: Kind; parentId: string; recover: () => Promise<Live | undefined> }): {
    made(live: Live): void
    /** PingOne refused: there is nothing to take back. */
    notMade(): void
  }
  updating(entry: { kind: Kind; path: string; before: Live }): void
  /** Last things first. Goes on when a step fails, and throws the first failure in the end. */
  takeBack(client: ManagementClient, report: (kind: Kind, action: 'delete' | 'update') => void): Promise<void>
}

type Entry =
  | {
      type: 'created'
      kind: Kind
      parentId: string
      recover: () => Promise<Live | undefined>
      live?: Live
      isUnmade?: boolean
    }
  | { type: 'updated'; kind: Kind; path: string; before: Live }

export function createJournal(): Journal {
  const entries: Entry[] = []
  return {
    creating({ kind, parentId, recover }) {
      const entry: Entry = { type: 'created', kind, parentId, recover }
      entries.push(entry)
      return {
        made(live) {
          entry.live = live
        },
        notMade() {
          entry.isUnmade = true
        },
      }
    },
    updating(entry) {
      entries.push({ type: 'updated', ...entry })
    },
    async takeBack(client, report) {
      const failures: unknown[] = []
      const gone = new Set<string>()
      const all = entries.splice(0)
      for (const entry of [...all].reverse()) {
        try {
          if (entry.type === 'updated') {
            if (createdIn(all, entry.path)) continue
            const now = await client.get(entry.path)
            await client.put(entry.path, putBody(entry.kind, { ...entry.before, version: now.version }, {}))
            report(entry.kind, 'update')
            continue
          }
          if (entry.isUnmade) continue
          const live = entry.live ?? (await entry.recover())
          if (live === undefined || gone.has(idOf(live))) continue
          await removeLive(client, entry.kind, entry.parentId, live)
          gone.add(idOf(live))
          report(entry.kind, 'delete')
        } catch (error) {
          failures.push(error)
        }
      }
      if (failures.length > 0) throw failures[0]
    },
  }
}

/** An update of something that was made in the same run needs no way back. */
function createdIn(entries: readonly Entry[], path: string): boolean {
  return entries.some((entry) => entry.type === 'created' && entry.live && path.includes(idOf(entry.live)))
}
