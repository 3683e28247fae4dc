// The managed policies of AWS that the CDK uses, in its bootstrap stack and for functions, as far as they concern what
// happens here (AWS Managed Policy Reference Guide).
import type { Statement } from './policy.ts'

const allow = (...patterns: string[]): Statement[] => [
  {
    source: 'AWS',
    effect: 'Allow',
    actions: { not: false, patterns },
    resources: { not: false, patterns: ['*'] },
    conditions: [],
  },
]

const readCloudFormation = [
  'cloudformation:Describe*',
  'cloudformation:Get*',
  'cloudformation:List*',
  'cloudformation:ValidateTemplate',
]

const policies: Record<string, Statement[] | undefined> = {
  AdministratorAccess: allow('*'),
  'service-role/AWSLambdaBasicExecutionRole': allow(
    'logs:CreateLogGroup',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
  ),
  AWSXRayDaemonWriteAccess: allow(
    'xray:PutTraceSegments',
    'xray:PutTelemetryRecords',
    'xray:GetSamplingRules',
    'xray:GetSamplingTargets',
    'xray:GetSamplingStatisticSummaries',
  ),
  AWSCloudFormationReadOnlyAccess: allow(...readCloudFormation),
  // Reading does not include the values of secrets.
  ReadOnlyAccess: allow(
    ...readCloudFormation,
    'dynamodb:BatchGet*',
    'dynamodb:Describe*',
    'dynamodb:Get*',
    'dynamodb:List*',
    'dynamodb:Query',
    'dynamodb:Scan',
    'iam:Get*',
    'iam:List*',
    'kms:Describe*',
    'kms:Get*',
    'kms:List*',
    'lambda:Get*',
    'lambda:List*',
    's3:Get*',
    's3:List*',
    'secretsmanager:Describe*',
    'secretsmanager:List*',
    'ssm:Describe*',
    'ssm:Get*',
    'ssm:List*',
    'states:Describe*',
    'states:Get*',
    'states:List*',
  ),
}

/** The statements of a managed policy of AWS; undefined when it is not known here. */
export function awsManagedPolicy(arn: string): readonly Statement[] | undefined {
  const [, name = ''] = /^arn:[\w-]+:iam::aws:policy\/([\w/-]+)$/.exec(arn) ?? []
  return policies[name]
}
