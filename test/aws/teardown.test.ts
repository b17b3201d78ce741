import { randomUUID } from "node:crypto";
import { CloudFormationClient, CreateStackCommand } from "@aws-sdk/client-cloudformation";
import {
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  HeadBucketCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { afterEach, beforeAll, beforeEach, expect, vi } from "vitest";
import { emptyBucket } from "../../lib/cloud/empty.ts";
import { findSite, type Site } from "../../lib/cloud/site.ts";
import { teardownCommand } from "../../lib/cloud/teardown.ts";
import { createS3 } from "../../lib/store/bucket.ts";
import { endpoint, test } from "./lane.ts";
import { ask, deployedSite } from "./site.ts";

/* On a stack of three buckets only, kept as those of the real one are: the real one is needed by the others. */

let client: S3Client;
let said: string;
beforeAll(() => {
  deployedSite();
  client = createS3();
});
beforeEach(() => {
  said = "";
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    said += text;
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

const names = ["Uploads", "Work", "Output"] as const;

async function makeStack(): Promise<{ stack: string; site: Site }> {
  const stack = `teardown-${randomUUID()}`;
  const Policy = (name: string) => ({
    Type: "AWS::S3::BucketPolicy",
    DeletionPolicy: "Retain",
    Properties: {
      Bucket: { Ref: name },
      PolicyDocument: {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: "*",
            Action: "s3:GetObject",
            Resource: { "Fn::Sub": `arn:aws:s3:::\${${name}}/*` },
          },
        ],
      },
    },
  });
  const open = { BlockPublicPolicy: false, RestrictPublicBuckets: false };
  const Resources = {
    ...Object.fromEntries(names.map((name) => [name, { Type: "AWS::S3::Bucket", DeletionPolicy: "Retain" }])),
    Output: {
      Type: "AWS::S3::Bucket",
      DeletionPolicy: "Retain",
      Properties: { PublicAccessBlockConfiguration: open },
    },
    Public: Policy("Output"),
  };
  const Outputs = {
    ...Object.fromEntries(names.map((name) => [`${name}Bucket`, { Value: { Ref: name } }])),
    OutputUrl: { Value: "http://nowhere.example" },
  };
  const TemplateBody = JSON.stringify({ Resources, Outputs });
  await new CloudFormationClient({}).send(new CreateStackCommand({ StackName: stack, TemplateBody }));
  for (let i = 0; i < 100; i++) {
    const site = await findSite(stack).catch(() => undefined);
    if (site !== undefined) return { stack, site };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("the stack was not created within ten seconds");
}

const put = (Bucket: string, Key: string) => client.send(new PutObjectCommand({ Bucket, Key, Body: "x" }));
const isThere = (Bucket: string) =>
  client.send(new HeadBucketCommand({ Bucket })).then(
    () => true,
    () => false,
  );
const bucketsOf = ({ UploadsBucket, WorkBucket, OutputBucket }: Site) => [
  UploadsBucket,
  WorkBucket,
  OutputBucket,
];

test("without being asked for it nothing is deleted, and links go on working", async () => {
  const { stack, site } = await makeStack();
  for (const bucket of bucketsOf(site)) await put(bucket, "lab/info");
  expect(await teardownCommand(["--stack", stack, "--yes"])).toBe(0);
  await expect(findSite(stack)).rejects.toThrow(/no stack/);
  for (const bucket of bucketsOf(site)) {
    expect(await isThere(bucket)).toBe(true);
    expect(said).toContain(`aws s3 rb --force s3://${bucket}`);
  }
  expect((await ask(`${endpoint}/${site.OutputBucket}/lab/info`)).status).toBe(200);
});

test("where no one can answer, nothing is done", async () => {
  const { stack, site } = await makeStack();
  vi.spyOn(process, "stdin", "get").mockReturnValue((await import("node:stream")).Readable.from([]) as never);
  expect(await teardownCommand(["--stack", stack, "--delete-data"])).toBe(1);
  expect(said).toContain("nothing was done");
  expect(await findSite(stack)).toEqual(site);
});

test("--delete-data removes stack, objects and buckets, and says so", async () => {
  const { stack, site } = await makeStack();
  await Promise.all(Array.from({ length: 1203 }, (_, i) => put(site.OutputBucket, `lab/a+b 50%/${i}:0`)));
  await put(site.UploadsBucket, "lab/größe.tif");
  expect(await teardownCommand(["--stack", stack, "--yes", "--delete-data"])).toBe(0);
  await expect(findSite(stack)).rejects.toThrow(/no stack/);
  for (const bucket of bucketsOf(site)) {
    expect(await isThere(bucket)).toBe(false);
    expect(said).toContain(`${bucket}: removed`);
  }
});

test("a bucket of too many objects is left to S3, closed to readers and writers at once", async () => {
  const { site } = await makeStack();
  const Bucket = site.OutputBucket;
  for (const key of ["a", "b", "c"]) await put(Bucket, key);
  expect((await ask(`${endpoint}/${Bucket}/a`)).status).toBe(200);
  expect(await emptyBucket(client, Bucket, 2)).toBe("expires");
  const { Rules } = await client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
  expect(Rules).toMatchObject([{ Status: "Enabled", Filter: { Prefix: "" }, Expiration: { Days: 1 } }]);
  expect((await ask(`${endpoint}/${Bucket}/a`)).status).toBe(403);
  // The emulator lets its one user through all policies, so writing is judged by what the policy says.
  const { Policy } = await client.send(new GetBucketPolicyCommand({ Bucket }));
  expect(JSON.parse(Policy ?? "{}").Statement).toEqual([
    { Effect: "Deny", Principal: "*", Action: ["s3:PutObject"], Resource: `arn:aws:s3:::${Bucket}/*` },
  ]);
});
