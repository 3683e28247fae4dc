// The audit trail: a table that its one writer may only add to, and the key of its hashes.
import { CfnOutput, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib'
import { AttributeType, ProjectionType, TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { Construct } from 'constructs'
import type { MyHotelsFunction } from './myhotels-function.ts'

export type AuditTrailProps = {
  /** The one function that adds entries. */
  writer: MyHotelsFunction
  retentionDays: number
  /** Keeps table and key when the stack is deleted. */
  retain: boolean
}

export class AuditTrail extends Construct {
  constructor(scope: Construct, id: string, { writer, retentionDays, retain }: AuditTrailProps) {
    super(scope, id)
    const removalPolicy = retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY
    const table = new TableV2(this, 'Entries', {
      partitionKey: { name: 'id', type: AttributeType.STRING },
      sortKey: { name: 'sequence', type: AttributeType.NUMBER },
      globalSecondaryIndexes: [
        {
          indexName: 'confirmationCode',
          partitionKey: { name: 'confirmationCode', type: AttributeType.STRING },
          projectionType: ProjectionType.KEYS_ONLY,
        },
      ],
      timeToLiveAttribute: 'ttl',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: retain,
      removalPolicy,
      resourcePolicy: new PolicyDocument({
        statements: [
          denied('NobodyChangesEntries', [
            'dynamodb:UpdateItem',
            'dynamodb:DeleteItem',
            'dynamodb:BatchWriteItem',
            'dynamodb:PartiQLInsert',
            'dynamodb:PartiQLUpdate',
            'dynamodb:PartiQLDelete',
          ]),
          denied('OnlyTheWriterAdds', ['dynamodb:PutItem'], writer.role?.roleArn),
        ],
      }),
    })
    const key = new Secret(this, 'Key', {
      description: 'The key of the hashes in the audit trail; what it made can be verified with no other',
      generateSecretString: {
        secretStringTemplate: '{}',
        generateStringKey: 'key',
        passwordLength: 64,
        excludePunctuation: true,
      },
      removalPolicy,
    })
    Validations.of(key).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'With another key, nothing that was written before could be verified.',
    })

    writer.addEnvironment('AUDIT_TABLE', table.tableName)
    writer.addEnvironment('AUDIT_RETENTION_DAYS', String(retentionDays))
    writer.bindSecret(key, 'AUDIT_KEY_SECRET_ARN')
    writer.addToRolePolicy(
      new PolicyStatement({
        actions: ['dynamodb:PutItem'],
        resources: [table.tableArn],
        // Together with what the entry proves, never by itself.
        conditions: { 'ForAnyValue:StringEquals': { 'dynamodb:EnclosingOperation': ['TransactWriteItems'] } },
      }),
    )
    // On the stack, so that their names are these.
    const stack = Stack.of(this)
    new CfnOutput(stack, 'AuditTable', { value: table.tableName })
    new CfnOutput(stack, 'AuditKeySecretArn', { value: key.secretArn })
  }
}

/** Denies to everybody in the account, administrators too, but not to DynamoDB itself, which expires items. */
function denied(sid: string, actions: string[], exceptRoleArn?: string): PolicyStatement {
  return new PolicyStatement({
    sid,
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions,
    resources: ['*'],
    conditions: {
      Bool: { 'aws:PrincipalIsAWSService': 'false' },
      ...(exceptRoleArn === undefined ? {} : { ArnNotEquals: { 'aws:PrincipalArn': exceptRoleArn } }),
    },
  })
}
