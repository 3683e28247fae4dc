// Processors pick values apart: JSON paths, chains, and the same for each item of a collection.
import { JSONPath } from 'jsonpath-plus'
import type { Framework, Processor } from './model.ts'
import { convert, EvaluationFailure } from './values.ts'

const deepestChain = 20

/**
 * Applies a processor. Undefined means that there is nothing at the path.
 *
 * @throws {EvaluationFailure} for expressions that cannot be read and for kinds that are not offered here
 */
export function processValue(
  framework: Framework,
  processor: Processor | undefined,
  raw: unknown,
  depth = 0,
): unknown {
  if (processor === undefined || raw === undefined || raw === null) return raw
  if (depth > deepestChain) throw new EvaluationFailure('PROCESSING_ERROR', 'Processors refer to each other')
  switch (processor.type) {
    case 'JSON_PATH': {
      const found = readPath(processor.expression, raw)
      return found === undefined || found === null
        ? undefined
        : convert(found, processor.valueType.type).value
    }
    case 'CHAIN':
      return processor.processors.reduce<unknown>(
        (value, each) => processValue(framework, each, value, depth + 1),
        raw,
      )
    case 'COLLECTION_FILTER':
      return items(raw).filter((item) => {
        const verdict = processValue(framework, processor.predicate, item, depth + 1)
        return verdict !== undefined && convert(verdict, 'BOOLEAN').value === true
      })
    case 'COLLECTION_TRANSFORM':
      return items(raw).map((item) => processValue(framework, processor.processor, item, depth + 1) ?? null)
    case 'REFERENCE': {
      const shared = framework.processors.get(processor.processor.id)
      if (!shared?.processor) {
        throw new EvaluationFailure('PROCESSING_ERROR', `There is no processor ${processor.processor.id}`)
      }
      return processValue(framework, shared.processor, raw, depth + 1)
    }
    default:
      throw new EvaluationFailure(
        'PROCESSING_ERROR',
        `Processors of type ${processor.type} are not offered here`,
      )
  }
}

const items = (raw: unknown): unknown[] => convert(raw, 'COLLECTION').value as unknown[]

/** A path that names one place gives the value there; a path that may name several gives a list. */
function readPath(path: string, raw: unknown): unknown {
  const json = typeof raw === 'string' ? convert(raw, 'JSON').value : raw
  if (json === null || typeof json !== 'object') return path === '$' ? json : undefined
  let found: unknown[]
  let definite: boolean
  try {
    const parts = JSONPath.toPathArray(path) as string[]
    definite = parts.every((part) => !/^(\*|\.\.|\^|~|[?(].*)$/.test(part) && !/[,:]/.test(part))
    // `safe` reads filter expressions with an interpreter of its own: nothing is handed to the engine to run.
    found = JSONPath({ path, json: json as object, eval: 'safe', wrap: true }) as unknown[]
  } catch (error) {
    throw new EvaluationFailure('PROCESSING_ERROR', `The JSON path ${path} cannot be read: ${String(error)}`)
  }
  return definite ? found[0] : found
}
