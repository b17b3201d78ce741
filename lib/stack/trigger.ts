import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { SnsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import { EventType } from "aws-cdk-lib/aws-s3";
import { LambdaDestination } from "aws-cdk-lib/aws-s3-notifications";
import type { Topic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import type { Buckets } from "./buckets.ts";
import type { Config } from "./config.ts";
import type { Functions } from "./functions.ts";
import { endLogs } from "./logs.ts";
import type { Machine } from "./machine.ts";

export type TriggerProps = {
  /** How long logs are kept. */
  readonly config: Config;
  /** Whose uploads start runs. */
  readonly buckets: Buckets;
  /** One of them decides whether a project is whole and new. */
  readonly functions: Functions;
  /** What is started. */
  readonly machine: Machine;
  /** Told of an upload that could not be looked at, however often it was tried. */
  readonly topic?: Topic;
};

/**
 * Uploads start runs. One rule for all objects: suffixes tell capitals apart (.tif, .TIF, .Tiff, ...), S3 refuses rules
 * that overlap, and the function looks at what lies in the project anyway. Lambda tries a failed event twice more.
 */
export class Trigger extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { config, buckets, functions, machine: { machine }, topic }: TriggerProps,
  ) {
    super(scope, id);
    const { trigger } = functions.all;
    trigger.addEnvironment("STATE_MACHINE_ARN", machine.stateMachineArn);
    trigger.addToRolePolicy(
      new PolicyStatement({ actions: ["states:StartExecution"], resources: [machine.stateMachineArn] }),
    );
    if (topic !== undefined) trigger.configureAsyncInvoke({ onFailure: new SnsDestination(topic) });
    buckets.uploads.addEventNotification(EventType.OBJECT_CREATED, new LambdaDestination(trigger));
    endLogs(this, "SetupLogs", "BucketNotificationsHandler", config.logRetentionDays);
  }
}
