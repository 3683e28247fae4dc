import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { ContractFile, Provenance } from './contract-file.ts'
import { offeredOperations, shapeOf } from './offered-operations.ts'
import { type Document, type Json, reduceDocument } from './reduce-document.ts'

/** Where each document comes from. The first that describes an operation decides. */
export const sources: Omit<Provenance, 'sha256' | 'version'>[] = [
  {
    name: 'management',
    source: 'github.com/patrickcping/pingone-go-sdk-v2 management/api/openapi.yaml',
    commit: '4a884deb5b2812afdea4475d71e55913b36cf2a5',
    licence: 'BSD-3-Clause',
    copyright: 'Patrick Cowland',
  },
  {
    name: 'mfa',
    source: 'github.com/patrickcping/pingone-go-sdk-v2 mfa/api/openapi.yaml',
    commit: '4a884deb5b2812afdea4475d71e55913b36cf2a5',
    licence: 'BSD-3-Clause',
    copyright: 'Patrick Cowland',
  },
  {
    name: 'authorize',
    source: 'github.com/patrickcping/pingone-go-sdk-v2 authorize/api/openapi.yaml',
    commit: '4a884deb5b2812afdea4475d71e55913b36cf2a5',
    licence: 'BSD-3-Clause',
    copyright: 'Patrick Cowland',
  },
  {
    name: 'authorize-editor',
    source:
      'github.com/patrickcping/pingone-go-sdk-v2 authorizeeditor/api/openapi.yaml (branch support-authorize-editor-202407)',
    commit: 'ae08661b10fe3ea449c36ae31d4e8d8f524ac47f',
    licence: 'BSD-3-Clause',
    copyright: 'Patrick Cowland',
  },
  {
    name: 'go-client',
    source: 'github.com/pingidentity/pingone-go-client pingone/api/openapi.yaml',
    commit: '9fe4108548398ab5af48d4574af14324b87a8c6d',
    licence: 'Apache-2.0',
    copyright: 'Ping Identity Corporation',
  },
]

export const documentFile = (name: string): string => `pingone-${name}.openapi.yaml`

/**
 * The contract from the whole documents.
 *
 * @param directory a path or URL that holds `pingone-<name>.openapi.yaml` for each of `sources`
 */
export function deriveContract(directory: string): ContractFile {
  const offered = offeredOperations().map(({ method, path }) => ({
    name: `${method} ${path}`,
    key: `${method} ${shapeOf(path)}`,
    plain: `${method} ${shapeOf(path.split('#')[0] ?? '')}`,
    mediaType: path.includes('#'),
  }))
  const described = new Set<string>()
  const documents = sources.map((source) => {
    const text = readFileSync(`${directory}/${documentFile(source.name)}`)
    const document = parse(text.toString('utf8'), {
      maxAliasCount: -1,
      uniqueKeys: false,
    }) as Document & { info: { version: unknown } }
    const found: string[] = []
    const reduced = reduceDocument(document, (method, path) => {
      const key = `${method} ${shapeOf(path)}`
      const names = offered
        .filter(
          (operation) =>
            operation.key === key ||
            (operation.mediaType &&
              operation.plain === key &&
              takesAction(document.paths[path]?.[method.toLowerCase()], operation.name)),
        )
        .map(({ name }) => name)
        .filter((name) => !described.has(name))
      found.push(...names)
      return names.length > 0
    })
    for (const name of found) described.add(name)
    const provenance: Provenance = {
      ...source,
      version: String(document.info.version),
      sha256: createHash('sha256').update(text).digest('hex'),
    }
    return { provenance, ...reduced }
  })
  return {
    documents,
    undescribed: offered.map(({ name }) => name).filter((name) => !described.has(name)),
  }
}

/** Some actions are a media type of the plain path. */
function takesAction(operation: Json | undefined, name: string): boolean {
  const action = name.split('#')[1]
  const { content = {} } = (operation?.requestBody ?? {}) as { content?: object }
  return Object.keys(content).some((mediaType) => mediaType.endsWith(`.${action}`))
}
