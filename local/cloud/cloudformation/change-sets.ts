// Change sets: what a deployment would do, to be looked at before it is done.
import { randomUUID } from 'node:crypto'
import { AwsError } from '../aws/aws-error.ts'
import type { Template } from '../template/template.ts'
import { compare } from './compare.ts'
import type { ChangeSet, Stack, Target } from './stack.ts'

/** Puts a change set beside the stack; one without changes has failed, and says so. */
export function addChangeSet(options: {
  stack: Stack
  name: string
  type: ChangeSet['type']
  description: string | undefined
  before: Template
  template: Template
  target: Target
  createdAt: number
}): ChangeSet {
  const { stack, name, type, description, target, createdAt } = options
  if (stack.changeSets.some((one) => one.name === name))
    throw new AwsError('AlreadyExistsException', `ChangeSet ${name} already exists`)
  const { changes, isChanged } = compare(stack, options.before, options.template, target)
  const isUsable = isChanged || type === 'CREATE'
  const changeSet: ChangeSet = {
    arn: `arn:aws:cloudformation:${stack.region}:${stack.account}:changeSet/${name}/${randomUUID()}`,
    name,
    type,
    ...(description === undefined ? {} : { description }),
    createdAt,
    target,
    changes,
    ...(isUsable
      ? { status: 'CREATE_COMPLETE', executionStatus: 'AVAILABLE' }
      : {
          status: 'FAILED',
          executionStatus: 'UNAVAILABLE',
          statusReason:
            "The submitted information didn't contain changes. Submit different information to create a change set.",
        }),
  }
  stack.changeSets.push(changeSet)
  return changeSet
}

/** @throws {AwsError} when the stack has no such change set */
export function findChangeSet(stack: Stack, nameOrArn: string): ChangeSet {
  const found = stack.changeSets.find(({ name, arn }) => name === nameOrArn || arn === nameOrArn)
  if (found) return found
  throw new AwsError('ChangeSetNotFound', `ChangeSet [${nameOrArn}] does not exist`, { status: 404 })
}
