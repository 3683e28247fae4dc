// Loads the code of MyHotels anew with a text of it replaced: a control is switched off in a copy that lives in memory.
import { registerHooks } from 'node:module'

/** Exactly one place in one file. */
export type Edit = { file: string; find: string; replace: string }

const root = new URL('../../..', import.meta.url).href
const ours = ['lambdas/', 'test/hotel-api/', 'test/mcp/'].map((folder) => root + folder)
const copies: (readonly Edit[])[] = []

/** The number of the copy that a module belongs to. */
const copyOf = (url: string | undefined): string | undefined => /\?copy=(\d+|none)$/.exec(url ?? '')?.[1]

registerHooks({
  resolve(specifier, context, next) {
    const copy = copyOf(context.parentURL)
    const found = next(specifier, context)
    return copy !== undefined && ours.some((folder) => found.url.startsWith(folder))
      ? { ...found, url: `${found.url}?copy=${copy}` }
      : found
  },
  load(url, context, next) {
    const edits =
      copies[Number(copyOf(url) ?? -1)]?.filter(({ file }) => url.startsWith(`${root}${file}?`)) ?? []
    const loaded = next(url, context)
    return edits.length === 0 ? loaded : { ...loaded, source: edits.reduce(edited, String(loaded.source)) }
  },
})

function edited(source: string, { file, find, replace }: Edit): string {
  if (source.split(find).length !== 2) throw new Error(`${file} does not hold exactly once: ${find}`)
  return source.replace(find, () => replace)
}

/**
 * A module with the whole of our code behind it, in a copy with these edits.
 *
 * @param file from the root of the repository
 */
export async function loadCopy<Module>(file: string, edits: readonly Edit[]): Promise<Module> {
  // What is not edited is loaded once.
  const copy = edits.length === 0 ? 'none' : copies.push(edits) - 1
  return (await import(`${root}${file}?copy=${copy}`)) as Module
}
