import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import {
  CloudFormationClient,
  DeleteStackCommand,
  waitUntilStackDeleteComplete,
} from "@aws-sdk/client-cloudformation";
import {
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { createS3 } from "../store/bucket.ts";
import { useEmulator } from "./endpoint.ts";
import { explain } from "./explain.ts";
import { findSite, type Site } from "./site.ts";

/** What will happen, before it does. */
function explanation(stack: string, site: Site, expire: boolean): string {
  const behindCloudFront = site.OutputUrl.includes("cloudfront.net");
  const kept = behindCloudFront ? "links stop with CloudFront, the data stay" : "links go on working";
  const lines = [
    `This removes the stack ${stack}: functions, state machine, roles, logs.`,
    "The buckets stay, unless they are empty and the stack was deployed with removal=destroy:",
    `  ${site.UploadsBucket} (uploads)`,
    `  ${site.WorkBucket} (work; expires by itself)`,
    `  ${site.OutputBucket} (published datasets${expire ? "" : `: ${kept}`})`,
  ];
  if (!expire) return [...lines, "With --delete-data S3 is told to delete everything in them."].join("\n");
  return [
    ...lines,
    "--delete-data: a rule makes S3 delete everything in them within about two days, at no cost and however many",
    "objects there are. Public reading and all writing end at once. Then remove the buckets: aws s3 rb s3://BUCKET",
  ].join("\n");
}

/**
 * The `teardown` command. Data is kept unless asked; deleting is left to S3's lifecycle, since listing and
 * deleting millions of objects takes hours and fails half way.
 */
export async function teardownCommand(args: readonly string[]): Promise<number> {
  const options = {
    stack: { type: "string", default: "Neuropress" },
    "delete-data": { type: "boolean", default: false },
    yes: { type: "boolean", default: false },
    emulator: { type: "boolean", default: false },
  } as const;
  try {
    const { values } = parseArgs({ args: [...args], options });
    if (values.emulator) await useEmulator();
    const site = await findSite(values.stack);
    process.stderr.write(`${explanation(values.stack, site, values["delete-data"])}\n`);
    if (!values.yes && !(await confirmed(values.stack))) return 1;
    const client = createS3();
    if (values["delete-data"]) {
      for (const bucket of [site.UploadsBucket, site.WorkBucket, site.OutputBucket])
        await expireAll(client, bucket);
    }
    const stacks = new CloudFormationClient({});
    await stacks.send(new DeleteStackCommand({ StackName: values.stack }));
    await waitUntilStackDeleteComplete({ client: stacks, maxWaitTime: 1800 }, { StackName: values.stack });
    process.stderr.write("the stack is gone\n");
    return 0;
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    return 1;
  }
}

async function confirmed(stack: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`Type the stack's name (${stack}) to go on: `);
  terminal.close();
  if (answer.trim() === stack) return true;
  process.stderr.write("nothing was done\n");
  return false;
}

/** One call each, whether there are ten objects or ten million. Late writers must not add to what expires. */
async function expireAll(client: S3Client, Bucket: string): Promise<void> {
  const rule = {
    ID: "teardown",
    Status: "Enabled",
    Filter: { Prefix: "" },
    Expiration: { Days: 1 },
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
  } as const;
  await client.send(
    new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: [rule] } }),
  );
  const deny = {
    Version: "2012-10-17",
    Statement: [
      { Effect: "Deny", Principal: "*", Action: ["s3:PutObject"], Resource: `arn:aws:s3:::${Bucket}/*` },
    ],
  };
  await client.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(deny) }));
}
