/**
 * What cdk-nag (AwsSolutions) finds in the stack and why it is meant. A finding that is not here fails the tests,
 * and so does an explanation that no longer explains anything.
 */
export const explained: readonly { readonly rule: RegExp; readonly why: string }[] = [
  {
    rule: /^AwsSolutions-S1$/,
    why: "server access logs of buckets cost a request per request and are the account's choice, not the stack's",
  },
  {
    rule: /^AwsSolutions-S(2|5)$/,
    why: "the output bucket is public by contract; publicRead=false is for those who may not",
  },
  {
    rule: /^AwsSolutions-IAM4\[Policy::.*AWSLambdaBasicExecutionRole\]$/,
    why: "writing to a log is all that the managed policy allows",
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::\*\]$/,
    why: "X-Ray and log delivery have no resources to name; the notification handler of the CDK sets up any bucket of the stack",
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::<Buckets(Uploads|Work|Output)[0-9A-F]+\.Arn>\/\*\]$/,
    why: "projects are named by users, so rights are for all objects of a bucket; which bucket and which action is exact",
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::arn:<AWS::Partition>:s3:::<BucketsWork[0-9A-F]+>\/\*\]$/,
    why: "the maps read item lists of any run",
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::<Functions\w+\.Arn>:\*\]$/,
    why: "Step Functions calls any version of exactly these functions",
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::arn:<AWS::Partition>:states:.*:execution:.*\]$/,
    why: "a distributed map starts, describes and stops executions of its own machine, whose names it makes",
  },
  {
    rule: /^AwsSolutions-CFR(1|2)$/,
    why: "datasets have no countries, and read-only objects need no firewall",
  },
  {
    rule: /^AwsSolutions-CFR3$/,
    why: "access logs are the account's choice, as for buckets",
  },
  {
    rule: /^AwsSolutions-CFR4$/,
    why: "the default cloudfront.net certificate fixes the TLS version; an own domain is up to the user",
  },
  {
    rule: /^AwsSolutions-IAM5\[Action::s3:(GetObject|GetBucket|List|DeleteObject|Abort)\*\]$/,
    why: "the CDK's function that copies the viewer's files asks for them so, for its assets and the viewer's bucket only",
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::(<ViewerFiles\w+\.Arn>|arn:<AWS::Partition>:s3:::cdk-\w+-assets-<AWS::AccountId>-<AWS::Region>)\/\*\]$/,
    why: "files of the viewer have names that the build makes",
  },
  {
    rule: /^AwsSolutions-L1$/,
    why: "the CDK's function has the Python that the CDK was tested with; ours have Node 24 (functions.test.ts)",
  },
];
