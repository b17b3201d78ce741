import { CfnResource, RemovalPolicy, Stack } from "aws-cdk-lib";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";

/**
 * Gives a function that the CDK makes by itself a log group that ends: left alone, what it logs would stay for ever.
 *
 * @param helper how its name in the stack starts
 */
export function endLogs(scope: Construct, id: string, helper: string, retention: number): void {
  const found = Stack.of(scope).node.children.find(({ node }) => node.id.startsWith(helper));
  const made = found?.node
    .findAll()
    .find((one) => CfnResource.isCfnResource(one) && one.cfnResourceType === "AWS::Lambda::Function");
  if (!CfnResource.isCfnResource(made)) throw new Error(`the CDK has no function ${helper} any more`);
  const logs = new LogGroup(scope, id, { retention, removalPolicy: RemovalPolicy.DESTROY });
  made.addPropertyOverride("LoggingConfig", { LogGroup: logs.logGroupName });
}
