import { Match, type Template } from "aws-cdk-lib/assertions";
import { beforeAll, expect, test } from "vitest";
import { onlyOf, type Resource, resourcesOf, type Statement, statementsOf, templateOf } from "./synth.ts";

let template: Template;
let hidden: Template;
let emulated: Template;
beforeAll(() => {
  template = templateOf();
  hidden = templateOf({ publicRead: "false", removal: "destroy", workRetentionDays: "2" });
  emulated = templateOf({ emulator: "true" });
});

const names = ["Uploads", "Work", "Output"];
const bucket = (of: Template, name: string) => resourcesOf(of, "AWS::S3::Bucket").get(`Buckets${name}`)!;
const policy = (of: Template, name: string) =>
  resourcesOf(of, "AWS::S3::BucketPolicy").get(`Buckets${name}Policy`);
const blocks = ({ Properties }: Resource) => Properties["PublicAccessBlockConfiguration"];
const rules = (of: Template, name: string) => {
  const { Rules } = bucket(of, name).Properties["LifecycleConfiguration"] as {
    Rules: Record<string, unknown>[];
  };
  return Rules;
};
/** Who is allowed anything by the policies of buckets. */
const allowed = (of: Template): Statement[] =>
  [...resourcesOf(of, "AWS::S3::BucketPolicy").values()]
    .flatMap(statementsOf)
    .filter((s) => s.Effect === "Allow");

const allBlocked = {
  BlockPublicAcls: true,
  BlockPublicPolicy: true,
  IgnorePublicAcls: true,
  RestrictPublicBuckets: true,
};

test("three, encrypted, their owner's", () => {
  template.resourceCountIs("AWS::S3::Bucket", 3);
  for (const name of names) {
    const { Properties } = bucket(template, name);
    expect(JSON.stringify(Properties["BucketEncryption"])).toContain("AES256");
    expect(JSON.stringify(Properties["OwnershipControls"])).toContain("BucketOwnerEnforced");
  }
});

test("kept with their policies when the stack goes, so that links go on working; or empty ones go too", () => {
  for (const name of names) {
    expect(bucket(template, name).DeletionPolicy).toBe("Retain");
    expect(policy(template, name)?.DeletionPolicy).toBe("Retain");
    expect(bucket(hidden, name).DeletionPolicy).toBe("Delete");
    expect(policy(hidden, name)?.DeletionPolicy).toBe("Delete");
  }
  // Nothing empties a bucket while the stack is removed: of millions of objects that fails half way.
  hidden.resourceCountIs("Custom::S3AutoDeleteObjects", 0);
});

test("only TLS: every bucket denies plain HTTP, but for the emulator, which has nothing else", () => {
  const insecure = expect.objectContaining({
    Effect: "Deny",
    Action: "s3:*",
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  });
  for (const name of names) {
    expect(statementsOf(policy(template, name)!)).toContainEqual(insecure);
    expect(statementsOf(policy(hidden, name)!)).toContainEqual(insecure);
  }
  expect(JSON.stringify(emulated.toJSON())).not.toContain("SecureTransport");
});

test("only the output is public, by policy and not by ACL, and only for reading objects", () => {
  for (const of of [template, emulated]) {
    expect(blocks(bucket(of, "Uploads"))).toEqual(allBlocked);
    expect(blocks(bucket(of, "Work"))).toEqual(allBlocked);
    expect(blocks(bucket(of, "Output"))).toEqual({
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: false,
      RestrictPublicBuckets: false,
    });
    expect(allowed(of)).toEqual([
      expect.objectContaining({ Action: "s3:GetObject", Principal: { AWS: "*" } }),
    ]);
    expect(statementsOf(policy(of, "Output")!)).toContainEqual(allowed(of)[0]);
  }
});

test("browsers of any origin may read the output, and nothing else has CORS", () => {
  expect(bucket(template, "Output").Properties["CorsConfiguration"]).toEqual({
    CorsRules: [
      {
        AllowedOrigins: ["*"],
        AllowedMethods: ["GET", "HEAD"],
        AllowedHeaders: ["*"],
        ExposedHeaders: ["ETag", "Content-Length", "Content-Range", "Content-Encoding", "Accept-Ranges"],
        MaxAge: 3600,
      },
    ],
  });
  for (const name of ["Uploads", "Work"]) {
    expect(bucket(template, name).Properties).not.toHaveProperty("CorsConfiguration");
  }
});

test("work expires, and unfinished uploads are aborted everywhere", () => {
  expect(rules(template, "Work")).toEqual([
    expect.objectContaining({ ExpirationInDays: 7, Status: "Enabled" }),
  ]);
  expect(rules(hidden, "Work")).toEqual([expect.objectContaining({ ExpirationInDays: 2 })]);
  for (const name of names) {
    expect(rules(template, name)).toHaveLength(1);
    expect(rules(template, name)[0]).toHaveProperty("AbortIncompleteMultipartUpload.DaysAfterInitiation");
  }
  expect(rules(template, "Uploads")[0]).not.toHaveProperty("ExpirationInDays");
  expect(rules(template, "Output")[0]).not.toHaveProperty("ExpirationInDays");
});

test("publicRead=false: nothing is public, CloudFront reads by origin access control", () => {
  expect(blocks(bucket(hidden, "Output"))).toEqual(allBlocked);
  expect(allowed(hidden)).toEqual([
    expect.objectContaining({
      Action: "s3:GetObject",
      Principal: { Service: "cloudfront.amazonaws.com" },
      Condition: { StringEquals: { "AWS:SourceArn": expect.anything() } },
    }),
  ]);
  hidden.resourceCountIs("AWS::CloudFront::OriginAccessControl", 1);
  const properties = onlyOf(hidden, "AWS::CloudFront::Distribution");
  expect(properties["DistributionConfig"]).toMatchObject({
    // The names of AWS's own policies: CachingOptimized keeps to Cache-Control, CORS-S3Origin, CORS-With-Preflight.
    DefaultCacheBehavior: {
      Compress: false,
      ViewerProtocolPolicy: "redirect-to-https",
      AllowedMethods: ["GET", "HEAD", "OPTIONS"],
      CachePolicyId: "658327ea-f89d-4fab-a63d-7e88639e58f6",
      OriginRequestPolicyId: "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf",
      ResponseHeadersPolicyId: "5cc3b908-e619-4b99-88e5-2cf7f45965bd",
    },
    Origins: [{ OriginAccessControlId: expect.anything() }],
  });
  hidden.hasOutput("OutputUrl", {
    Value: { "Fn::Join": ["", ["https://", { "Fn::GetAtt": Match.anyValue() }]] },
  });
  template.resourceCountIs("AWS::CloudFront::Distribution", 0);
});
