import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { AwsError } from '../../../../local/cloud/aws/aws-error.ts'
import { parseQuery, queryAnswer, queryError } from '../../../../local/cloud/aws/query-protocol.ts'
import { xmlFrom } from '../../../../local/cloud/aws/xml.ts'

describe('the query protocol', () => {
  // Recorded: what aws-cdk 2.1148.1 sent for the second deployment of a stack, the address of its template shortened.
  test('is read as the CDK CLI writes it', () => {
    const form =
      'Action=CreateChangeSet&Version=2010-05-15&StackName=MyHotels-Identity-dev&ChangeSetName=cdk-deploy-change-set&TemplateURL=http%3A%2F%2F127.0.0.1%3A4778%2Fassets%2Fx.json&Parameters.member.1.ParameterKey=BootstrapVersion&Parameters.member.1.UsePreviousValue=true&Capabilities.member.1=CAPABILITY_IAM&Capabilities.member.2=CAPABILITY_NAMED_IAM&Capabilities.member.3=CAPABILITY_AUTO_EXPAND&ChangeSetType=UPDATE&IncludeNestedStacks=true&DeploymentConfig.Mode=STANDARD'

    expect(parseQuery(form)).toEqual({
      operation: 'CreateChangeSet',
      version: '2010-05-15',
      input: {
        StackName: 'MyHotels-Identity-dev',
        ChangeSetName: 'cdk-deploy-change-set',
        TemplateURL: 'http://127.0.0.1:4778/assets/x.json',
        Parameters: [{ ParameterKey: 'BootstrapVersion', UsePreviousValue: 'true' }],
        Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'],
        ChangeSetType: 'UPDATE',
        IncludeNestedStacks: 'true',
        DeploymentConfig: { Mode: 'STANDARD' },
      },
    })
  })

  test('reads whatever comes without failing', () => {
    fc.assert(
      fc.property(fc.string(), (form) => {
        expect(parseQuery(form)).toHaveProperty('operation')
      }),
    )
  })

  test('answers with lists as members, and errors with their code', () => {
    const result = { Stacks: [{ Name: 'a<b' }, { Name: 'c' }], Nothing: undefined }
    expect(queryAnswer({ operation: 'DescribeStacks', namespace: 'n', result, requestId: 'r' })).toBe(
      '<DescribeStacksResponse xmlns="n"><DescribeStacksResult><Stacks><member><Name>a&lt;b</Name></member><member><Name>c</Name></member></Stacks></DescribeStacksResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></DescribeStacksResponse>',
    )
    expect(queryError(new AwsError('ValidationError', 'no & never'), 'n', 'r')).toBe(
      '<ErrorResponse xmlns="n"><Error><Type>Sender</Type><Code>ValidationError</Code><Message>no &amp; never</Message></Error><RequestId>r</RequestId></ErrorResponse>',
    )
  })
})

test('XML holds no character that it must not hold', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const content = xmlFrom('a', text).slice('<a>'.length, -'</a>'.length)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that XML forbids
      expect(content).not.toMatch(/[\u0000-\u0008\u000B\u000C\u000D\u000E-\u001F<>"]/)
    }),
  )
})
