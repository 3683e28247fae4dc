// The approval workflow: looks at one approval again and again until it has ended. The states hold the transaction id
// and the time to wait; what else there is to know lies in the approvals table.
import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib'
import type { CfnFunction, IFunction } from 'aws-cdk-lib/aws-lambda'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import {
  Choice,
  Condition,
  DefinitionBody,
  Fail,
  JsonPath,
  LogLevel,
  QueryLanguage,
  StateMachine,
  StateMachineType,
  Succeed,
  TaskInput,
  Timeout,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions'
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks'
import { Construct } from 'constructs'

export type ApprovalWorkflowProps = {
  /** `{transactionId}` → `{status: 'waiting', waitSeconds}` or `{status}` of the end. */
  task: IFunction
  /** How long a booking may stay unfinished; an execution is given up an hour after. @default 30 minutes */
  bookingLifetime?: Duration
  /** Keeps the log when the stack is deleted. @default false */
  retain?: boolean
}

export class ApprovalWorkflow extends Construct {
  readonly stateMachine: StateMachine

  constructor(scope: Construct, id: string, props: ApprovalWorkflowProps) {
    super(scope, id)

    // Who prepared the booking asks PingOne themselves; the first look takes over where they may have stopped. PingOne is
    // not to be polled for the five seconds that an interval usually is.
    const first = new Wait(this, 'Before the first look', { time: WaitTime.duration(Duration.seconds(6)) })
    const advance = new LambdaInvoke(this, 'Advance', {
      lambdaFunction: props.task,
      payload: TaskInput.fromObject({ transactionId: JsonPath.stringAt('$.transactionId') }),
      // The invocation's own answer carries request ids and headers: of no use, and not for the history.
      resultSelector: { answer: JsonPath.objectAt('$.Payload') },
      resultPath: '$.look',
      taskTimeout: Timeout.duration(Duration.seconds(40)),
      retryOnServiceExceptions: false,
    })
    advance.addRetry({
      errors: [
        'Lambda.ClientExecutionTimeoutException',
        'Lambda.ServiceException',
        'Lambda.AWSLambdaException',
        'Lambda.SdkClientException',
        'Lambda.TooManyRequestsException',
      ],
      interval: Duration.seconds(2),
      backoffRate: 2,
      maxAttempts: 4,
    })
    const later = new Wait(this, 'After a failed look', { time: WaitTime.duration(Duration.seconds(30)) })
    const wait = new Wait(this, 'Until the next look', {
      time: WaitTime.secondsPath('$.look.answer.waitSeconds'),
    })
    const status = (value: string) => Condition.stringEquals('$.look.answer.status', value)
    // The output is the input: the transaction's id.
    const end = (name: string) => new Succeed(this, name, { outputPath: '$$.Execution.Input' })
    const ended = new Choice(this, 'Ended?')
      .when(status('waiting'), wait)
      .when(status('confirmed'), end('Confirmed'))
      .when(status('denied'), end('Denied'))
      .when(status('expired'), end('Expired'))
      .when(status('cancelled'), end('Cancelled'))
      .otherwise(
        new Fail(this, 'Not understood', {
          error: 'UnknownStatus',
          cause: 'The task answered with a status that this workflow does not know',
        }),
      )
    // CDK renders the definition when the state machine is built: every edge is drawn before that.
    first.next(advance)
    advance.next(ended)
    wait.next(advance)
    advance.addCatch(later, { errors: ['States.ALL'], resultPath: JsonPath.DISCARD })
    later.next(advance)

    this.stateMachine = new StateMachine(this, 'StateMachine', {
      stateMachineType: StateMachineType.STANDARD,
      queryLanguage: QueryLanguage.JSON_PATH,
      definitionBody: DefinitionBody.fromChainable(first),
      comment: 'Finishes one booking that waits for its person, whether or not anybody is looking',
      // The hour is for closing a booking at a hotel API that was away when it expired.
      timeout: (props.bookingLifetime ?? Duration.minutes(30)).plus(Duration.hours(1)),
      tracingEnabled: true,
      logs: {
        destination: new LogGroup(this, 'Log', {
          retention: RetentionDays.ONE_MONTH,
          removalPolicy: props.retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
        }),
        level: LogLevel.ALL,
        includeExecutionData: false,
      },
    })
    const taskId = Stack.of(this).getLogicalId(props.task.node.defaultChild as CfnFunction)
    Validations.of(this.stateMachine).acknowledge(
      {
        id: `AwsSolutions-IAM5[Resource::<${taskId}.Arn>:*]`,
        reason: 'The wildcard stands for the versions of the one function that the workflow invokes.',
      },
      {
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason: 'The actions for log delivery and X-Ray that Step Functions needs know no resources.',
      },
    )
  }
}
