import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import {
  CloudFormationClient,
  DeleteStackCommand,
  waitUntilStackDeleteComplete,
} from "@aws-sdk/client-cloudformation";
import { createS3 } from "../store/bucket.ts";
import { type Emptied, emptyBucket, expireAll, mostDeleted, removeBucket } from "./empty.ts";
import { useEmulator } from "./endpoint.ts";
import { guarded, say, usage } from "./shell.ts";
import { findSite, type Site } from "./site.ts";

const usageText = `usage: npm run teardown -- [--stack Neuropress] [--delete-data] [--yes] [--emulator]

  --delete-data  also delete everything in the buckets, published datasets included
  --yes          do not ask`;

/**
 * The `teardown` command: removes the stack. Data is kept unless asked.
 *
 * @returns the exit status
 */
export async function teardownCommand(args: readonly string[]): Promise<number> {
  const options = {
    stack: { type: "string", default: "Neuropress" },
    "delete-data": { type: "boolean", default: false },
    yes: { type: "boolean", default: false },
    emulator: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  } as const;
  return guarded(usageText, async () => {
    const { values } = parseArgs({ args: [...args], options });
    if (values.help) return usage(usageText, true);
    if (values.emulator) await useEmulator();
    const site = await findSite(values.stack);
    say(explanation(values.stack, site, values["delete-data"]));
    if (!values.yes && !(await confirmed(values.stack))) return 1;
    const emptied = values["delete-data"] ? await emptyAll(site) : undefined;
    await removeStack(values.stack);
    say("the stack is gone");
    if (emptied !== undefined) await removeAll(emptied);
    else say(`to delete what was kept: ${removals(site)}`);
    return 0;
  });
}

/** What will happen, before it does. */
function explanation(stack: string, site: Site, deleting: boolean): string {
  const behindCloudFront = site.OutputUrl.includes("cloudfront.net");
  const kept = behindCloudFront ? "links stop with CloudFront, the data stay" : "links go on working";
  const buckets = [
    `  ${site.UploadsBucket} (uploads)`,
    `  ${site.WorkBucket} (work; expires by itself)`,
    `  ${site.OutputBucket} (published datasets${deleting ? "" : `: ${kept}`})`,
  ];
  const first = `This removes the stack ${stack}: functions, state machine, roles, logs. Runs that are at work fail.`;
  const keeping = "The buckets stay, unless they are empty and the stack was deployed with removal=destroy:";
  if (!deleting)
    return [first, keeping, ...buckets, "--delete-data would delete what is in them."].join("\n");
  return [
    first,
    "EVERYTHING IN ITS BUCKETS IS DELETED; public reading and all writing end at once:",
    ...buckets,
    `Of up to ${mostDeleted} objects a bucket is emptied and removed now; of more, S3 is told to delete them within`,
    "about two days, at no cost and however many there are.",
  ].join("\n");
}

async function confirmed(stack: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // Where there is no one to ask, the input ends without an answer.
  const ended = new Promise<string>((resolve) => {
    terminal.once("close", () => resolve(""));
  });
  const answer = await Promise.race([
    terminal.question(`Type the stack's name (${stack}) to go on: `),
    ended,
  ]);
  terminal.close();
  if (answer.trim() === stack) return true;
  say("\nnothing was done (--yes does not ask)");
  return false;
}

async function emptyAll(site: Site): Promise<Map<string, Emptied>> {
  const client = createS3();
  const emptied = new Map<string, Emptied>();
  for (const bucket of [site.UploadsBucket, site.WorkBucket, site.OutputBucket])
    emptied.set(bucket, await emptyBucket(client, bucket));
  return emptied;
}

function removals(site: Site): string {
  const buckets = [site.UploadsBucket, site.WorkBucket, site.OutputBucket];
  return buckets.map((bucket) => `\n  aws s3 rb --force s3://${bucket}`).join("");
}

async function removeStack(StackName: string): Promise<void> {
  const client = new CloudFormationClient({});
  await client.send(new DeleteStackCommand({ StackName }));
  const pauses = { minDelay: 2, maxDelay: 15, maxWaitTime: 1800 };
  await waitUntilStackDeleteComplete({ client, ...pauses }, { StackName });
}

async function removeAll(emptied: ReadonlyMap<string, Emptied>): Promise<void> {
  const client = createS3();
  for (const [bucket, how] of emptied) {
    if (how === "gone" && (await removeBucket(client, bucket))) {
      say(`${bucket}: removed`);
      continue;
    }
    // Of what was emptied, one that is not empty has had a late writer.
    if (how === "gone") await expireAll(client, bucket);
    say(`${bucket}: will be empty in about two days. Then remove it: aws s3 rb s3://${bucket}`);
  }
}
