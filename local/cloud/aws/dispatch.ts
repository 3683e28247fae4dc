// The one endpoint for all services: X-Amz-Target says which service and operation, the signature's access key who
// calls. What the caller's role does not allow is denied, as in AWS.

import { accessesOf, withoutArns } from '../dynamodb/accesses.ts'
import type { DynamoDb } from '../dynamodb/dynamodb.ts'
import type { Identities } from '../iam/identities.ts'
import type { Kms } from '../kms/kms.ts'
import type { SecretsManager } from '../secretsmanager/secrets-manager.ts'
import type { StepFunctions } from '../stepfunctions/step-functions.ts'
import { AwsError } from './aws-error.ts'
import type { AwsHandler, AwsRequest } from './aws-request.ts'

export function createDispatch(services: {
  identities: Identities
  dynamoDb: DynamoDb
  secretsManager: SecretsManager
  kms: Kms
  stepFunctions: StepFunctions
  tableArn(name: string): string
}): AwsHandler {
  return async ({ service, operation, input, accessKeyId }: AwsRequest) => {
    const caller = services.identities.byAccessKey(accessKeyId)
    switch (service) {
      case 'DynamoDB_20120810':
        for (const access of accessesOf(operation, input, services.tableArn)) caller.authorize(access)
        return services.dynamoDb.call(operation, withoutArns(input))
      case 'secretsmanager':
        return services.secretsManager.call(operation, input, caller)
      case 'TrentService':
        return services.kms.call(operation, input, caller)
      case 'AWSStepFunctions':
        return services.stepFunctions.call(operation, input, caller)
      default:
        throw new AwsError('UnknownOperationException', `The local cloud has no service ${service}.`)
    }
  }
}
