// What CloudFormation knows of a stack.
import type { Declaration, Existing, StackIdentity } from '../resources/resource-kind.ts'

/** Milliseconds since the epoch. */
export type Time = number

export type StackResource = Declaration &
  Existing & {
    /** The resource as its template describes it, parameters filled in: a change of this is a change of the resource. */
    source: string
    /** The logical ids of the resources that it needs. */
    needs: string[]
    /** Kept when the stack is deleted or no longer holds the resource. */
    retained: boolean
    /** Kept when another one takes its place. */
    retainedOnReplace: boolean
    /** How many there were under this logical id. */
    generation: number
    status: string
    statusReason?: string
    changedAt: Time
  }

export type StackEvent = {
  id: string
  logicalId: string
  physicalId: string
  type: string
  status: string
  reason?: string
  at: Time
}

/** `value` is what was given; `resolved` what it stands for, where it names a parameter of Systems Manager. */
export type StackParameter = { name: string; value: string; resolved?: string; isSecret: boolean }

export type StackOutput = { name: string; value: string; description?: string; exportName?: string }

/** What somebody wants a stack to become. */
export type Target = {
  /** As it was written. */
  template: string
  description?: string
  parameters: StackParameter[]
  tags: Record<string, string>
}

export type Change = {
  action: 'Add' | 'Modify' | 'Remove'
  logicalId: string
  physicalId?: string
  type: string
  /** Whether a new resource takes the place of the old one. */
  replacement?: 'True' | 'False' | 'Conditional'
  scope: ('Properties' | 'Tags')[]
  details: {
    attribute: 'Properties' | 'Tags'
    name?: string
    requiresRecreation: 'Never' | 'Always' | 'Conditionally'
    /** `Dynamic` where only the deployment tells whether the value differs. */
    evaluation: 'Static' | 'Dynamic'
    causedBy?: string
  }[]
}

export type ChangeSet = {
  arn: string
  name: string
  type: 'CREATE' | 'UPDATE'
  status: 'CREATE_COMPLETE' | 'FAILED'
  statusReason?: string
  executionStatus: 'AVAILABLE' | 'UNAVAILABLE' | 'EXECUTE_IN_PROGRESS'
  description?: string
  createdAt: Time
  target: Target
  changes: Change[]
}

/**
 * What was touched, in the order of the touching: the resource as it was before (none, when it was created), and the
 * properties that it was to get and did not.
 */
export type Journal = Record<string, { before?: StackResource; attempted?: Record<string, unknown> }>

export type Stack = StackIdentity & {
  status: string
  statusReason?: string
  createdAt: Time
  updatedAt?: Time
  deletedAt?: Time
  /** What was deployed last. */
  current: Target
  resources: Record<string, StackResource>
  /** Resources that are no longer part of the stack and have not been deleted yet. */
  leftovers: StackResource[]
  outputs: StackOutput[]
  /** The names of exports of other stacks that this one uses. */
  imports: string[]
  /** The oldest first. */
  events: StackEvent[]
  changeSets: ChangeSet[]
  /** After a failure that has not been rolled back, or not wholly: what there is to go back to. */
  undone?: { before: Pick<Stack, 'current' | 'outputs' | 'imports'>; journal: Journal }
  terminationProtection: boolean
  disableRollback: boolean
}

export const isInProgress = ({ status }: Stack): boolean =>
  status.endsWith('_IN_PROGRESS') && status !== 'REVIEW_IN_PROGRESS'
