import { allow, guarded, hidden, type Planted, policy } from "./plant.ts";

const copier = "CustomCDKBucketDeployment8693BB64968944B69AAFB0CC9EB8756CServiceRoleDefaultPolicy";

/** Violations of the rules in form.ts. */
export const againstForm: readonly Planted[] = [
  {
    rule: "blockedBuckets",
    what: "a private bucket that may become public",
    plant: (t) => {
      t.set("BucketsWork", "PublicAccessBlockConfiguration.BlockPublicPolicy", false);
    },
    says: /BucketsWork lacks BlockPublicPolicy/,
  },
  {
    rule: "blockedBuckets",
    what: "an ACL",
    plant: (t) => {
      t.set("BucketsOutput", "AccessControl", "PublicRead");
    },
    says: /BucketsOutput has AccessControl/,
  },
  {
    rule: "knownOutsiders",
    what: "another account",
    plant: (t) =>
      t.statements("BucketsUploadsPolicy").push({
        ...allow("s3:GetObject", t.arn("BucketsUploads", "/*")),
        Principal: { AWS: "arn:aws:iam::111122223333:root" },
      }),
    says: /111122223333:root s3:GetObject is not explained/,
  },
  {
    rule: "knownOutsiders",
    what: "CloudFront of any account",
    settings: hidden,
    plant: (t) => {
      for (const statement of t.statements("BucketsOutputPolicy"))
        if (statement["Effect"] === "Allow") delete statement["Condition"];
    },
    says: /cloudfront\.amazonaws\.com s3:GetObject is not explained/,
  },
  {
    rule: "knownOutsiders",
    what: "S3 of any account calls the trigger",
    plant: (t) =>
      t.add("Open", "AWS::Lambda::Permission", {
        Action: "lambda:InvokeFunction",
        Principal: "s3.amazonaws.com",
      }),
    says: /Open lets others/,
  },
  {
    rule: "onlyKnownTypes",
    what: "a function with an address of its own",
    plant: (t) => t.add("Door", "AWS::Lambda::Url", { AuthType: "NONE" }),
    says: /Door is AWS::Lambda::Url/,
  },
  {
    rule: "plainRoles",
    what: "a role for anyone's account",
    plant: (t) => {
      t.set("FunctionsPlanServiceRole", "AssumeRolePolicyDocument.Statement.0.Principal", {
        AWS: "*",
      });
    },
    says: /FunctionsPlanServiceRole is also for AWS:\*/,
  },
  {
    rule: "plainRoles",
    what: "a managed policy that gives everything",
    plant: (t) =>
      t
        .list("FunctionsMeshServiceRole", "ManagedPolicyArns")
        .push("arn:aws:iam::aws:policy/AdministratorAccess"),
    says: /FunctionsMeshServiceRole has .*AdministratorAccess/,
  },
  {
    rule: "narrowRights",
    what: "a wildcard action",
    plant: (t) => t.statements(policy("Publish")).push(allow("s3:Put*", t.arn("BucketsOutput", "/*"))),
    says: /FunctionsPublishServiceRole may s3:Put\*/,
  },
  {
    rule: "narrowRights",
    what: "all resources",
    plant: (t) => t.statements(policy("Fail")).push(allow("s3:GetObject", "*")),
    says: /FunctionsFailServiceRole may s3:GetObject \*/,
  },
  {
    rule: "narrowRights",
    what: "the helper that copies the viewer's files writes elsewhere",
    settings: guarded,
    plant: (t) => t.statements(copier).push(allow("s3:PutObject*", t.arn("BucketsOutput", "/*"))),
    says: /CustomCDKBucketDeployment\w+ may s3:PutObject\* <BucketsOutput\.Arn>/,
  },
  {
    rule: "narrowRights",
    what: "everything but something",
    plant: (t) => t.statements(policy("Fail")).push({ Effect: "Allow", NotAction: "iam:*", Resource: "*" }),
    says: /FunctionsFailServiceRole has rights by NotAction/,
  },
  {
    rule: "plainEnvironment",
    what: "a name that is not known",
    plant: (t) => {
      t.set("FunctionsPlan", "Environment.Variables.API_KEY", "abc");
    },
    says: /FunctionsPlan is told API_KEY/,
  },
  {
    rule: "plainEnvironment",
    what: "a known name with a password in its value",
    plant: (t) => {
      t.set("FunctionsPublish", "Environment.Variables.VIEWER_URL", "https://me:pw@viewer.example/");
    },
    says: /FunctionsPublish is told VIEWER_URL/,
  },
  {
    rule: "noCredentials",
    what: "an access key in a description",
    plant: (t) => {
      t.set("FunctionsPlan", "Description", "AKIAIOSFODNN7EXAMPLE");
    },
    says: /FunctionsPlan\w*\.Properties\.Description/,
  },
  {
    rule: "noCredentials",
    what: "a parameter for a password",
    plant: (t) => {
      t.view.template.Parameters = { Password: { Type: "String" } };
    },
    says: /a parameter Password/,
  },
  {
    rule: "noCredentials",
    what: "a password in the definition of the machine",
    plant: (t) => {
      t.list("PipelineMachine", "DefinitionString.Fn::Join.1").push('{"password": "x"}');
    },
    says: /DefinitionString/,
  },
  {
    rule: "logsEnd",
    what: "a log that is kept for ever",
    plant: (t) => {
      t.set("FunctionsMeshLogs", "RetentionInDays", undefined);
    },
    says: /FunctionsMeshLogs does not end/,
  },
  {
    rule: "logsEnd",
    what: "the CDK's helper as the CDK makes it",
    plant: (t) => {
      const id = Object.keys(t.view.template.Resources).find((one) =>
        /^BucketNotificationsHandler(?!.*Role)/.test(one),
      )!;
      t.set(id, "LoggingConfig", undefined);
    },
    says: /BucketNotificationsHandler\w+ logs elsewhere/,
  },
  {
    rule: "logsEnd",
    what: "the CDK's function that empties the viewer's bucket, as the CDK makes it",
    settings: guarded,
    plant: (t) => t.set("CustomS3AutoDeleteObjectsCustomResourceProviderHandler", "LoggingConfig", undefined),
    says: /CustomS3AutoDeleteObjects\w+ logs elsewhere/,
  },
  {
    rule: "logsEnd",
    what: "a machine without a log",
    plant: (t) => {
      t.set("PipelineMachine", "LoggingConfiguration", undefined);
    },
    says: /PipelineMachine logs elsewhere/,
  },
  {
    rule: "knownCode",
    what: "another function of the CDK's",
    plant: (t) => t.add("CustomHelper", "AWS::Lambda::Function", { Code: { ZipFile: "" } }),
    says: /CustomHelper is a function that nobody has looked at/,
  },
  {
    rule: "knownCode",
    what: "a stage with its code in the template",
    plant: (t) => {
      t.set("FunctionsPlan", "Code", { ZipFile: "exports.handler = 1" });
    },
    says: /FunctionsPlan has its code in the template/,
  },
];
