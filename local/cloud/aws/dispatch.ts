// The one endpoint for all services: the request says which service and operation, the signature's access key who
// calls. What the caller's role does not allow is denied, as in AWS.
import type { CloudFormation } from '../cloudformation/cloudformation.ts'
import { accessesOf, withoutArns } from '../dynamodb/accesses.ts'
import type { DynamoDb } from '../dynamodb/dynamodb.ts'
import type { Identities } from '../iam/identities.ts'
import type { Kms } from '../kms/kms.ts'
import type { LambdaApi } from '../lambda/lambda-api.ts'
import type { CustomResources } from '../resources/custom-resources.ts'
import type { S3 } from '../s3/s3.ts'
import type { SecretsManager } from '../secretsmanager/secrets-manager.ts'
import type { ParameterStore } from '../ssm/parameter-store.ts'
import type { StepFunctions } from '../stepfunctions/step-functions.ts'
import type { Sts } from '../sts/sts.ts'
import { AwsError } from './aws-error.ts'
import type { AwsHandlers } from './aws-request.ts'

export function createDispatch(services: {
  identities: Identities
  dynamoDb: DynamoDb
  secretsManager: SecretsManager
  kms: Kms
  stepFunctions: StepFunctions
  parameterStore: ParameterStore
  s3: S3
  sts: Sts
  cloudFormation: CloudFormation
  lambda: LambdaApi
  customResources: CustomResources
  tableArn(name: string): string
}): AwsHandlers {
  return {
    async call({ service, operation, input, accessKeyId, region }) {
      const caller = services.identities.byAccessKey(accessKeyId)
      switch (service) {
        case 'DynamoDB_20120810':
          for (const access of accessesOf(operation, input, services.tableArn)) caller.authorize(access)
          return services.dynamoDb.call(operation, withoutArns(input))
        case 'secretsmanager':
          return services.secretsManager.call(operation, input, caller, region)
        case 'TrentService':
          return services.kms.call(operation, input, caller)
        case 'AWSStepFunctions':
          return services.stepFunctions.call(operation, input, caller)
        case 'AmazonSSM':
          return services.parameterStore.call(operation, input, caller)
        case 'sts':
          return services.sts.call(operation, input, caller)
        case 'cloudformation':
          return services.cloudFormation.call(operation, input, caller, region)
        default:
          throw new AwsError('UnknownOperationException', `The local cloud has no service ${service}.`)
      }
    },
    async rest(request) {
      if (request.method === 'PUT' && services.customResources.isAnswerPath(request.path)) {
        // The address itself is the permission.
        services.customResources.receive(request.path, request.body)
        return { status: 200, headers: {}, body: '' }
      }
      const caller = services.identities.byAccessKey(request.accessKeyId)
      switch (request.service) {
        case 's3':
          return services.s3.call(request, caller)
        case 'lambda':
          return services.lambda.call(request, caller)
        default:
          throw new AwsError(
            'UnknownOperationException',
            `The local cloud has no service ${request.service}.`,
          )
      }
    },
  }
}
