// Stacks, resources, events and change sets as CloudFormation describes them.
import type { AwsJson } from '../aws/aws-error.ts'
import type { Change, ChangeSet, Stack, StackEvent, StackParameter, StackResource } from './stack.ts'

export function describeStack(stack: Stack): AwsJson {
  return {
    StackId: stack.arn,
    StackName: stack.name,
    ChangeSetId: stack.changeSets.at(-1)?.arn,
    Description: stack.current.description,
    Parameters: stack.current.parameters.map(describeParameter),
    CreationTime: new Date(stack.createdAt),
    LastUpdatedTime: dated(stack.updatedAt),
    DeletionTime: dated(stack.deletedAt),
    RollbackConfiguration: {},
    StackStatus: stack.status,
    StackStatusReason: stack.statusReason,
    DisableRollback: stack.disableRollback,
    NotificationARNs: [],
    Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'],
    Outputs: stack.outputs.map(({ name, value, description, exportName }) => ({
      OutputKey: name,
      OutputValue: value,
      Description: description,
      ExportName: exportName,
    })),
    Tags: describeTags(stack.current.tags),
    EnableTerminationProtection: stack.terminationProtection,
    DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
  }
}

export function describeResource(stack: Stack, resource: StackResource): AwsJson {
  return {
    StackId: stack.arn,
    StackName: stack.name,
    LogicalResourceId: resource.logicalId,
    PhysicalResourceId: resource.ref,
    ResourceType: resource.type,
    // The one name in lists, the other in descriptions.
    LastUpdatedTimestamp: new Date(resource.changedAt),
    Timestamp: new Date(resource.changedAt),
    ResourceStatus: resource.status,
    ResourceStatusReason: resource.statusReason,
    DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' },
  }
}

export function describeEvent(stack: Stack, event: StackEvent): AwsJson {
  return {
    StackId: stack.arn,
    EventId: event.id,
    StackName: stack.name,
    LogicalResourceId: event.logicalId,
    PhysicalResourceId: event.physicalId,
    ResourceType: event.type,
    Timestamp: new Date(event.at),
    ResourceStatus: event.status,
    ResourceStatusReason: event.reason,
  }
}

export function describeChangeSet(stack: Stack, changeSet: ChangeSet, withValues: boolean): AwsJson {
  return {
    ChangeSetName: changeSet.name,
    ChangeSetId: changeSet.arn,
    StackId: stack.arn,
    StackName: stack.name,
    Description: changeSet.description,
    Parameters: changeSet.target.parameters.map(describeParameter),
    CreationTime: new Date(changeSet.createdAt),
    ExecutionStatus: changeSet.executionStatus,
    Status: changeSet.status,
    StatusReason: changeSet.statusReason,
    NotificationARNs: [],
    RollbackConfiguration: {},
    Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'],
    Tags: describeTags(changeSet.target.tags),
    Changes: changeSet.changes.map((change) => describeChange(change, withValues)),
    IncludeNestedStacks: false,
  }
}

function describeChange(change: Change, withValues: boolean): AwsJson {
  const { action, logicalId, physicalId, type, replacement, scope, details } = change
  return {
    Type: 'Resource',
    ResourceChange: {
      Action: action,
      LogicalResourceId: logicalId,
      PhysicalResourceId: physicalId,
      ResourceType: type,
      Replacement: replacement,
      Scope: scope,
      Details: details.map(({ attribute, name, requiresRecreation, evaluation, causedBy }) => ({
        Target: {
          Attribute: attribute,
          Name: name,
          RequiresRecreation: requiresRecreation,
          ...(withValues && name !== undefined ? { Path: `/Properties/${name}` } : {}),
        },
        Evaluation: evaluation,
        ChangeSource: causedBy === undefined ? 'DirectModification' : 'ResourceReference',
        CausingEntity: causedBy,
      })),
    },
  }
}

const describeParameter = ({ name, value, resolved, isSecret }: StackParameter) => ({
  ParameterKey: name,
  ParameterValue: isSecret ? '****' : value,
  ResolvedValue: resolved,
})

const describeTags = (tags: Record<string, string>) =>
  Object.entries(tags).map(([key, value]) => ({ Key: key, Value: value }))

const dated = (time: number | undefined) => (time === undefined ? undefined : new Date(time))
