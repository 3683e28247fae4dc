// The committed contract: what PingOne's published OpenAPI documents say about the operations that MyHotels and its
// local PingOne use.
import { readFileSync } from 'node:fs'
import type { Document } from './reduce-document.ts'

export const contractFile = new URL('./fixtures/pingone-contract.json', import.meta.url)

export type Provenance = {
  name: string
  /** The repository and the path in it. */
  source: string
  commit: string
  version: string
  licence: string
  copyright: string
  /** Of the whole document. */
  sha256: string
}

export type ContractFile = {
  documents: (Document & { provenance: Provenance })[]
  /** Operations that the local PingOne offers and no document describes, as `METHOD path`. */
  undescribed: string[]
}

export const readContractFile = (): ContractFile =>
  JSON.parse(readFileSync(contractFile, 'utf8')) as ContractFile

/** One line for each path and each component, so that a change can be read. */
export function writeContract({ documents, undescribed }: ContractFile): string {
  const lines = (members: object) =>
    Object.entries(members)
      .map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)
      .join(',\n')
  const written = documents.map(({ provenance, paths, components }) => {
    const kinds = Object.entries(components).map(
      ([kind, members]) => `${JSON.stringify(kind)}:{\n${lines(members)}\n}`,
    )
    return `{"provenance":${JSON.stringify(provenance, null, 1)},\n"paths":{\n${lines(paths)}\n},\n"components":{\n${kinds.join(',\n')}\n}}`
  })
  return `{"documents":[\n${written.join(',\n')}\n],\n"undescribed":${JSON.stringify(undescribed, null, 1)}\n}\n`
}
