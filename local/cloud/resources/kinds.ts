// Every type of resource that the local cloud acts on.
import { managedPolicy, policy, role } from './access.ts'
import { bucket } from './bucket.ts'
import { customResource } from './custom-resources.ts'
import { lambdaFunction, lambdaPermission } from './functions.ts'
import { httpApi, integration, route, stage } from './http-api.ts'
import { alias, key } from './key.ts'
import { logGroup } from './log-group.ts'
import type { ResourceKind } from './resource-kind.ts'
import { secret } from './secret.ts'
import { ssmParameter } from './ssm-parameter.ts'
import { stateMachine } from './state-machine.ts'
import { globalTable, table } from './table.ts'

export const kinds: Record<string, ResourceKind | undefined> = {
  'AWS::ApiGatewayV2::Api': httpApi,
  'AWS::ApiGatewayV2::Integration': integration,
  'AWS::ApiGatewayV2::Route': route,
  'AWS::ApiGatewayV2::Stage': stage,
  'AWS::CloudFormation::CustomResource': customResource,
  'AWS::DynamoDB::GlobalTable': globalTable,
  'AWS::DynamoDB::Table': table,
  'AWS::IAM::ManagedPolicy': managedPolicy,
  'AWS::IAM::Policy': policy,
  'AWS::IAM::Role': role,
  'AWS::KMS::Alias': alias,
  'AWS::KMS::Key': key,
  'AWS::Lambda::Function': lambdaFunction,
  'AWS::Lambda::Permission': lambdaPermission,
  'AWS::Logs::LogGroup': logGroup,
  'AWS::S3::Bucket': bucket,
  'AWS::SSM::Parameter': ssmParameter,
  'AWS::SecretsManager::Secret': secret,
  'AWS::StepFunctions::StateMachine': stateMachine,
}

export const kindOf = (type: string): ResourceKind | undefined =>
  type.startsWith('Custom::') ? customResource : kinds[type]
