import { calls, type FlowCheck, rowsOf } from '../flow.ts'
import { parseSlate } from '../references.ts'

/** Lists of rows, and the members that exports have in each row. */
const lists: { readonly [property: string]: readonly string[] } = {
  accessTokenClaims: ['name', 'value', 'type', 'key', 'label'],
  idTokenClaims: ['name', 'value', 'type', 'key', 'label'],
  claimsNameValuePairs: ['name', 'value', 'type', 'key', 'label'],
  templateVariables: ['name', 'value', 'preferredDataType'],
}

/** PingOne writes these itself. */
const reserved = new Set('acr amr aud auth_time client_id env exp iat iss jti org scope sid sub'.split(' '))

/** Claims and variables are rows with a name of their own and a text. */
export const claimRows: FlowCheck = (flow) =>
  calls(flow).flatMap(({ label, properties }) =>
    Object.entries(lists).flatMap(([property, members]) => {
      const value = properties[property]
      if (value === undefined) return []
      if (!Array.isArray(value)) return [`${label}: "${property}" is no list of rows.`]
      const rows = rowsOf(value)
      return rows.flatMap((row, index) => {
        const at = `${label}, row ${index + 1} of ${property}`
        const missing = members.filter((member) => row[member] === undefined || row[member] === null)
        if (missing.length > 0) return [`${at} has no ${missing.join(', ')}.`]
        const name = String(row.name)
        if (rows.findIndex((other) => other.name === name) !== index) return [`${at} repeats "${name}".`]
        if (property.endsWith('TokenClaims') && (reserved.has(name) || name.startsWith('p1.'))) {
          return [`${at} is called "${name}", which PingOne keeps for itself.`]
        }
        return parseSlate(String(row.value)) ? [] : [`${at} has a value that is no Slate text.`]
      })
    }),
  )
