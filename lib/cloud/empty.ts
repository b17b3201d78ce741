import {
  DeleteBucketCommand,
  DeleteObjectsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { listObjects } from "../store/bucket.ts";

/** Up to so many objects are deleted one page after another; of more, S3's lifecycle takes care. */
export const mostDeleted = 10_000;

/** How a bucket was emptied: its objects are gone, or S3 deletes them within about two days. */
export type Emptied = "gone" | "expires";

/**
 * Empties a bucket for good: ends public reading and all writing, since late writers would add to what is being
 * deleted. Listing and deleting millions of objects takes hours and fails half way, so that is left to a lifecycle
 * rule: one call, whether there are ten thousand objects or ten million.
 */
export async function emptyBucket(client: S3Client, Bucket: string, most = mostDeleted): Promise<Emptied> {
  const Statement = [
    { Effect: "Deny", Principal: "*", Action: ["s3:PutObject"], Resource: `arn:aws:s3:::${Bucket}/*` },
  ];
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
  await client.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  const keys = await keysUpTo(client, Bucket, most);
  if (keys === undefined) {
    await expireAll(client, Bucket);
    return "expires";
  }
  for (let i = 0; i < keys.length; i += 1000) {
    const Objects = keys.slice(i, i + 1000).map((Key) => ({ Key }));
    const answer = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
    const [fault] = answer.Errors ?? [];
    if (fault !== undefined) throw new Error(`${Bucket}/${fault.Key} cannot be deleted: ${fault.Message}`);
  }
  return "gone";
}

/** All keys of a bucket, or undefined if there are more. */
async function keysUpTo(client: S3Client, Bucket: string, most: number): Promise<string[] | undefined> {
  const keys: string[] = [];
  for await (const { key } of listObjects(client, { Bucket })) {
    keys.push(key);
    if (keys.length > most) return undefined;
  }
  return keys;
}

/** Tells S3 to delete everything in a bucket. */
export async function expireAll(client: S3Client, Bucket: string): Promise<void> {
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
}

/** Removes an empty bucket. @returns whether it is gone: what is not empty after all stays */
export async function removeBucket(client: S3Client, Bucket: string): Promise<boolean> {
  try {
    await client.send(new DeleteBucketCommand({ Bucket }));
    return true;
  } catch (error) {
    const name = error instanceof Error ? error.name : "";
    if (name === "NoSuchBucket") return true;
    if (name === "BucketNotEmpty") return false;
    throw error;
  }
}
