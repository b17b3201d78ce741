import { Duration } from "aws-cdk-lib";
import type { NodejsFunction } from "aws-cdk-lib/aws-lambda-nodejs";
import type { Topic } from "aws-cdk-lib/aws-sns";
import {
  type IChainable,
  JitterType,
  JsonPath,
  type RetryProps,
  TaskInput,
} from "aws-cdk-lib/aws-stepfunctions";
import { LambdaInvoke, SnsPublish } from "aws-cdk-lib/aws-stepfunctions-tasks";
import type { Construct } from "constructs";

const scattered = { backoffRate: 2, jitterStrategy: JitterType.FULL };

/**
 * All functions of the account are busy. A new account may run ten at a time, so most items of a map wait here for
 * the others: half an hour on average, since each pause is any part of a minute, and that is many items long.
 */
const fullHouse: RetryProps = {
  ...scattered,
  errors: ["Lambda.TooManyRequestsException"],
  interval: Duration.seconds(2),
  maxAttempts: 60,
  maxDelay: Duration.seconds(60),
};

/** Faults of the services, and throttling that a function met itself and could not wait out. */
const serviceFaults: RetryProps = {
  ...scattered,
  errors: [
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.ClientExecutionTimeoutException",
    "ThrottlingException",
    "TooManyRequestsException",
    "SlowDown",
    "ServiceUnavailable",
    "InternalError",
    "RequestTimeout",
    "TimeoutError",
    "NetworkingError",
  ],
  interval: Duration.seconds(2),
  maxAttempts: 6,
  maxDelay: Duration.seconds(60),
};

/**
 * A worker that died or ran out of time may have met a bad neighbour. Of a hundred thousand calls, one in a thousand
 * of which is lost, one attempt more would leave every tenth run without a call (docs/scale.md); two leave none.
 */
const lostWorkers: RetryProps = {
  ...scattered,
  errors: [
    "Lambda.Unknown",
    "Sandbox.Timedout",
    "Runtime.ExitError",
    "Runtime.OutOfMemory",
    "States.Timeout",
  ],
  interval: Duration.seconds(5),
  maxAttempts: 2,
};

/** Calls a function with the state's input; its answer becomes the state. An InputError is never tried again. */
export function invoke(scope: Construct, id: string, lambdaFunction: NodejsFunction): LambdaInvoke {
  const task = new LambdaInvoke(scope, id, {
    lambdaFunction,
    payloadResponseOnly: true,
    retryOnServiceExceptions: false,
  });
  for (const retry of [fullHouse, serviceFaults, lostWorkers]) task.addRetry(retry);
  return task;
}

export type News = {
  readonly topic: Topic;
  readonly subject: string;
  /** What of the state is told, below the project's name. */
  readonly path: string;
  /** What comes then, whether or not the news could be sent. */
  readonly next: IChainable;
};

/** Sends the project and one value of the state to a topic, and leaves the state as it is. */
export function tell(scope: Construct, id: string, { topic, subject, path, next }: News): IChainable {
  const project = JsonPath.stringAt("$$.Execution.Input.project");
  const task = new SnsPublish(scope, id, {
    topic,
    subject,
    message: TaskInput.fromText(JsonPath.format("{}\n\n{}", project, JsonPath.stringAt(path))),
    resultPath: JsonPath.DISCARD,
  });
  task.addCatch(next, { resultPath: JsonPath.DISCARD });
  task.next(next);
  return task;
}
