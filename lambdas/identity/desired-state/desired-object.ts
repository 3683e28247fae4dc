// The vocabulary of the desired state: objects as data, and the few kinds of values that are known only when the
// state is applied.

export type KindName =
  | 'role'
  | 'customRole'
  | 'group'
  | 'resource'
  | 'scope'
  | 'claim'
  | 'application'
  | 'grant'
  | 'roleAssignment'
  | 'attribute'
  | 'service'
  | 'statement'
  | 'policy'
  | 'taggedVersion'
  | 'decisionEndpoint'
  | 'signOnPolicy'
  | 'signOnAction'
  | 'notificationTemplate'
  | 'notificationPolicy'
  | 'form'
  | 'connectorInstance'
  | 'flow'
  | 'davinciApplication'
  | 'flowPolicy'
  | 'signOnPolicyAssignment'
  | 'flowPolicyAssignment'

/** The id of another object of the desired state, by its key. */
export type Reference = { readonly $ref: string }
/** The secret of a resource or an application, by its key. */
export type SecretReference = { readonly $secret: string }
/** Text with references in it. */
export type TextWithReferences = { readonly $text: readonly (string | Reference | Digest)[] }
/** The first of these values that PingOne takes; each of them is right. */
export type Either = { readonly $either: readonly string[] }
/** A hash over the applied content of all objects whose key starts so. */
export type Digest = { readonly $digest: string }

export type Wanted =
  | string
  | number
  | boolean
  | Reference
  | SecretReference
  | TextWithReferences
  | Either
  | readonly Wanted[]
  | { readonly [member: string]: Wanted }

/** Products or interfaces that a tenant may be without; see reconcile/preflight. */
export type Need = 'authorizeEditor' | 'approvals'

export type DesiredObject = {
  /** Unique in the desired state; what references name. */
  key: string
  kind: KindName
  /** What people read in a plan. */
  name: string
  /** The key of the object that this one lives under. */
  parent?: string
  /** The members that matter. Members that are not named here are left as they are. */
  wanted: { readonly [member: string]: Wanted }
  /** PingOne brings it along: it is looked up, never made, changed or deleted. */
  builtIn?: true
  /** Used as it is where there is one, whoever made it; made where there is none. */
  adopted?: true
  need?: Need
}

export const ref = (key: string): Reference => ({ $ref: key })
export const secretOf = (key: string): SecretReference => ({ $secret: key })
export const either = (...values: string[]): Either => ({ $either: values })

/** Text in which references are replaced when it is applied: text`token={{${ref('…')}}}`. */
export function text(
  literals: TemplateStringsArray,
  ...values: (string | number | Reference | Digest)[]
): TextWithReferences {
  const parts: (string | Reference | Digest)[] = []
  literals.forEach((literal, index) => {
    parts.push(literal)
    const value = values[index]
    if (value !== undefined) parts.push(typeof value === 'number' ? String(value) : value)
  })
  return { $text: parts.filter((part) => part !== '') }
}
