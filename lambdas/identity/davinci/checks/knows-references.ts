import { capabilityFacts } from '../connector-facts.ts'
import { ancestors, calls, type Flow, type FlowCheck, type FlowNode, nodeOf } from '../flow.ts'
import { type FlowReference, referencesOf } from '../references.ts'

/**
 * A reference reads what is there by then: an output of a node that ran, or a parameter of the request. DaVinci fills
 * in nothing for any other, and leaves one among other words as it is written.
 */
export const knowsReferences: FlowCheck = (flow) =>
  calls(flow).flatMap((node) => referencesOf(node).flatMap((reference) => problems(flow, node, reference)))

function problems(flow: Flow, node: FlowNode, { path, property, isFilledIn }: FlowReference): string[] {
  const where = `${node.label}, ${property}`
  if (!isFilledIn) return [`${where}: {{${path}}} stands among other words, where it is not filled in.`]
  if (path.startsWith('global.')) return []
  const [, id = '', kind = '', output = ''] =
    /^local\.(\w+)\.payload\.(output|error)\.?(.*)$/.exec(path) ?? []
  const source = nodeOf(flow, id)
  if (source === undefined) return [`${where}: {{${path}}} reads a node that there is not.`]
  if (!ancestors(flow, node.id).has(id))
    return [`${where}: {{${path}}} reads a node that has not run by then.`]
  if (kind === 'error' || puts(flow, source, output)) return []
  return [`${where}: {{${path}}} reads "${output}", which ${source.capability} does not put out.`]
}

function puts(flow: Flow, source: FlowNode, output: string): boolean {
  // What a function or a page of one's own puts out is up to its author.
  if (['customFunction', 'customHTMLTemplate', 'startNode'].includes(source.capability)) return true
  if (source.capability === 'showForm' && output.startsWith('formData.')) {
    const field = output.slice('formData.'.length)
    const fields = [...(flow.forms.get(String(source.properties.form))?.fields ?? [])]
    // A passkey's field holds an object.
    return fields.some((key) => field === key || field.startsWith(`${key}.`))
  }
  return (capabilityFacts(source.connectorId, source.capability)?.outputs ?? []).includes(output)
}
