import { Duration } from "aws-cdk-lib";
import type { NodejsFunction } from "aws-cdk-lib/aws-lambda-nodejs";
import type { Topic } from "aws-cdk-lib/aws-sns";
import { JitterType, JsonPath, type RetryProps, TaskInput } from "aws-cdk-lib/aws-stepfunctions";
import { LambdaInvoke, SnsPublish } from "aws-cdk-lib/aws-stepfunctions-tasks";
import type { Construct } from "constructs";

/** Throttling and faults of the services: tried again, with growing and scattered pauses. */
const serviceFaults: RetryProps = {
  errors: [
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
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
  backoffRate: 2,
  maxDelay: Duration.seconds(60),
  jitterStrategy: JitterType.FULL,
};

/** A worker that died or ran out of time may have met a bad neighbour, once. */
const lostWorkers: RetryProps = {
  errors: ["Lambda.Unknown", "Sandbox.Timedout", "States.Timeout"],
  interval: Duration.seconds(5),
  maxAttempts: 1,
  backoffRate: 2,
  jitterStrategy: JitterType.FULL,
};

/** Calls a function with the state's input; its answer becomes the state. An InputError is never tried again. */
export function invoke(scope: Construct, id: string, lambdaFunction: NodejsFunction): LambdaInvoke {
  const task = new LambdaInvoke(scope, id, {
    lambdaFunction,
    payloadResponseOnly: true,
    retryOnServiceExceptions: false,
  });
  task.addRetry(serviceFaults);
  task.addRetry(lostWorkers);
  return task;
}

/** Sends one value of the state to a topic and leaves the state as it is. */
export function tell(
  scope: Construct,
  id: string,
  { topic, subject, path }: { topic: Topic; subject: string; path: string },
): SnsPublish {
  return new SnsPublish(scope, id, {
    topic,
    subject,
    message: TaskInput.fromJsonPathAt(path),
    resultPath: JsonPath.DISCARD,
  });
}
