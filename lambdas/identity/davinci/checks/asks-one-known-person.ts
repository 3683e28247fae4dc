import { callsOf, type FlowCheck, nodeOf } from '../flow.ts'
import { pathsIn } from '../references.ts'

/** Which property says who is meant, by capability. */
const persons: { readonly [capability: string]: string } = {
  sendEmail: 'userId',
  checkPassword: 'identifier',
  createDeviceAuthentication: 'userId',
  returnCibaSuccess: 'userId',
  returnCibaError: 'userId',
}

/** Who is written to, who is authenticated and who approves is the person that was looked up, by id. */
export const asksOneKnownPerson: FlowCheck = (flow) => {
  if (!flow.isCiba) return []
  return Object.entries(persons).flatMap(([capability, property]) =>
    callsOf(flow, capability).flatMap(({ label, properties }) => {
      const [path, ...others] = pathsIn(properties[property])
      const [, source = ''] = /^local\.(\w+)\.payload\.output\.matchedUser\.id$/.exec(path ?? '') ?? []
      if (others.length > 0 || nodeOf(flow, source)?.capability !== 'userLookup') {
        return [`${label}: "${property}" is not the id of the person that was looked up.`]
      }
      return capability === 'checkPassword' && properties.matchAttribute !== 'id'
        ? [`${label} looks the id up as "${String(properties.matchAttribute)}".`]
        : []
    }),
  )
}
