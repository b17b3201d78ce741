import { allow, guarded, hidden, type Planted, policy } from "./plant.ts";

/** Violations of the rules in access.ts. */
export const againstAccess: readonly Planted[] = [
  {
    rule: "strangers",
    what: "listing the output for everyone",
    plant: (t) =>
      t
        .statements("BucketsOutputPolicy")
        .push({ ...allow("s3:ListBucket", t.arn("BucketsOutput")), Principal: "*" }),
    says: /anyone may s3:ListBucket <BucketsOutput\.Arn>/,
  },
  {
    rule: "strangers",
    what: "uploads for everyone, by a wildcard",
    plant: (t) =>
      t
        .statements("BucketsUploadsPolicy")
        .push({ ...allow("s3:Get*", t.arn("BucketsUploads", "/*")), Principal: { AWS: "*" } }),
    says: /anyone may s3:GetObject <BucketsUploads\.Arn>\/x\/slice\.tif/,
  },
  {
    rule: "strangers",
    what: "reading a bucket that is to be hidden",
    settings: hidden,
    plant: (t) =>
      t
        .statements("BucketsOutputPolicy")
        .push({ ...allow("s3:GetObject", t.arn("BucketsOutput", "/*")), Principal: "*" }),
    says: /anyone may s3:GetObject/,
  },
  {
    rule: "strangers",
    what: "reading in the clear",
    plant: (t) => t.statements("BucketsOutputPolicy").splice(0, 1),
    says: /s3:GetObject .* without TLS/,
  },
  {
    rule: "strangers",
    what: "reading the viewer's bucket past CloudFront",
    settings: guarded,
    plant: (t) =>
      t
        .statements("ViewerFilesPolicy")
        .push({ ...allow("s3:GetObject", t.arn("ViewerFiles", "/*")), Principal: "*" }),
    says: /anyone may s3:GetObject <ViewerFiles\.Arn>/,
  },
  {
    rule: "tlsOnly",
    what: "no rule against plain HTTP on uploads",
    plant: (t) => t.remove("BucketsUploadsPolicy"),
    says: /<BucketsUploads\.Arn>.* without TLS/,
  },
  {
    rule: "tlsOnly",
    what: "a rule for the bucket that leaves out its objects",
    plant: (t) => {
      t.set("BucketsWorkPolicy", "PolicyDocument.Statement.0.Resource", t.arn("BucketsWork"));
    },
    says: /s3:PutObject <BucketsWork\.Arn>\/.* without TLS/,
  },
  {
    rule: "tlsOnly",
    what: "news in the clear",
    settings: { notify: "lab@example.org" },
    plant: (t) => t.remove("RunsPolicy"),
    says: /sns:Publish <Runs>/,
  },
  {
    rule: "uploadsUntouched",
    what: "encode puts into uploads",
    plant: (t) => t.statements(policy("Encode")).push(allow("s3:PutObject", t.arn("BucketsUploads", "/*"))),
    says: /FunctionsEncodeServiceRole may s3:PutObject <BucketsUploads/,
  },
  {
    rule: "uploadsUntouched",
    what: "the trigger deletes everywhere, by an ARN made by hand",
    plant: (t) =>
      t
        .statements(policy("Trigger"))
        .push(allow(["s3:Del*"], "arn:aws:s3:::*"), allow("S3:DELETEOBJECT", "*")),
    says: /FunctionsTriggerServiceRole may s3:DeleteObject <BucketsUploads/,
  },
  {
    rule: "uploadsUntouched",
    what: "the helper that sets up notifications may put objects",
    plant: (t) => t.statements("BucketsUploadsNotificationsHandlerPolicy").push(allow("s3:Put*", "*")),
    says: /BucketNotificationsHandler\w+Role may s3:PutObject /,
  },
  {
    rule: "onlyPuts",
    what: "mesh deletes from the output",
    plant: (t) => t.statements(policy("Mesh")).push(allow("s3:DeleteObject", t.arn("BucketsOutput", "/*"))),
    says: /FunctionsMeshServiceRole may s3:DeleteObject/,
  },
  {
    rule: "onlyPuts",
    what: "the function that copies the viewer's files deletes from the output",
    settings: guarded,
    plant: (t) => {
      const copier = "CustomCDKBucketDeployment8693BB64968944B69AAFB0CC9EB8756CServiceRoleDefaultPolicy";
      t.statements(copier).push(allow("s3:DeleteObject*", t.arn("BucketsOutput", "/*")));
    },
    says: /CustomCDKBucketDeployment\w+ may s3:DeleteObject <BucketsOutput/,
  },
  {
    rule: "onlyPuts",
    what: "publish opens a bucket, by a policy written into its role",
    plant: (t) => {
      const statement = allow("s3:PutBucketPolicy", t.arn("BucketsOutput"));
      t.set("FunctionsPublishServiceRole", "Policies", [{ PolicyDocument: { Statement: statement } }]);
    },
    says: /FunctionsPublishServiceRole may s3:PutBucketPolicy/,
  },
  {
    rule: "entriesArePublishs",
    what: "encode without its denials",
    plant: (t) => {
      const statements = t.statements(policy("Encode"));
      statements.splice(
        statements.findIndex(({ Effect }) => Effect === "Deny"),
        1,
      );
    },
    says: /FunctionsEncodeServiceRole may put <BucketsOutput\.Arn>\/lab\/x\/info/,
  },
  {
    rule: "entriesArePublishs",
    what: "a denial that forgets the page",
    plant: (t) => {
      const denial = t.statements(policy("Pyramid")).find(({ Effect }) => Effect === "Deny")!;
      denial["Resource"] = (denial["Resource"] as unknown[]).slice(1);
    },
    says: /FunctionsPyramidServiceRole may put <BucketsOutput\.Arn>\/x\/index\.html/,
  },
  {
    rule: "entriesArePublishs",
    what: "publish cannot publish",
    plant: (t) => t.remove(policy("Publish")),
    says: /publish may not/,
  },
  {
    rule: "starters",
    what: "plan starts runs",
    plant: (t) =>
      t.statements(policy("Plan")).push(allow("states:StartExecution", t.reference("PipelineMachine"))),
    says: /FunctionsPlanServiceRole may start runs/,
  },
  {
    rule: "machineLeast",
    what: "the machine calls the trigger",
    plant: (t) =>
      t
        .statements("PipelineMachineRoleDefaultPolicy")
        .push(allow("lambda:InvokeFunction", t.arn("FunctionsTrigger"))),
    says: /lambda:InvokeFunction <FunctionsTrigger\.Arn>/,
  },
  {
    rule: "machineLeast",
    what: "the machine reads uploads",
    plant: (t) =>
      t
        .statements("PipelineMachineRoleDefaultPolicy")
        .push(allow("s3:GetObject", t.arn("BucketsUploads", "/*"))),
    says: /s3:GetObject <BucketsUploads/,
  },
];
