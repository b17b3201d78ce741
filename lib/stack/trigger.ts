import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { EventType } from "aws-cdk-lib/aws-s3";
import { LambdaDestination } from "aws-cdk-lib/aws-s3-notifications";
import { Construct } from "constructs";
import type { Buckets } from "./buckets.ts";
import type { Functions } from "./functions.ts";
import type { Machine } from "./machine.ts";

export type TriggerProps = {
  readonly buckets: Buckets;
  readonly functions: Functions;
  readonly machine: Machine;
};

/**
 * Uploads start runs. One rule for all objects: rules with suffixes would be many (.tif, .TIFF, info, ...), and the
 * function looks at what lies in the project anyway, not at the event.
 */
export class Trigger extends Construct {
  constructor(scope: Construct, id: string, { buckets, functions, machine: { machine } }: TriggerProps) {
    super(scope, id);
    const { trigger } = functions.all;
    trigger.addEnvironment("STATE_MACHINE_ARN", machine.stateMachineArn);
    trigger.addToRolePolicy(
      new PolicyStatement({ actions: ["states:StartExecution"], resources: [machine.stateMachineArn] }),
    );
    buckets.uploads.addEventNotification(EventType.OBJECT_CREATED, new LambdaDestination(trigger));
  }
}
