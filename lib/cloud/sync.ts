import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";
import { InputError } from "../format/error.ts";
import { bucketStore, createS3 } from "../store/bucket.ts";
import { checkAccess } from "./access.ts";
import { type FolderObject, folderObjects } from "./folder.ts";

export type SyncOptions = {
  /** A folder that `convert` made. */
  readonly folder: string;
  readonly bucket: string;
  /** Where in the bucket, without `/` at its ends. */
  readonly prefix: string;
  /** URL below which the bucket's objects are read, without `/` at its end. */
  readonly publicUrl: string;
  /** Delete objects below the prefix that the folder has not. */
  readonly prune: boolean;
  readonly say: (line: string) => void;
};

export type Synced = {
  readonly sent: number;
  readonly kept: number;
  readonly deleted: number;
  /** What the bucket lacks so that browsers may read the dataset. */
  readonly missing: readonly string[];
  readonly stateUrl: string;
};

const lanes = 16;

/**
 * Uploads a converted dataset to any bucket, S3-compatible servers included: names without `.gz`, encodings and
 * types as they must be, `info` last. Objects that are there with the same content are kept, so a stopped upload
 * goes on where it was. Then it looks at the result as a browser would.
 */
export async function sync({ folder, bucket, prefix, publicUrl, prune, say }: SyncOptions): Promise<Synced> {
  const objects = await folderObjects(folder);
  const client = createS3();
  const store = bucketStore({ client, bucket, prefix });
  const there = await etagsBelow(client, bucket, `${prefix}/`);
  const url = `${publicUrl}/${prefix.split("/").map(encodeURIComponent).join("/")}`;
  let sent = 0;
  const one = async (object: FolderObject) => {
    const bytes = await contentOf(object, url);
    if (there.get(object.key) === md5(bytes)) return;
    const { contentType, contentEncoding } = object;
    // Names are used again by the next conversion, so nothing may be kept without asking.
    const options = { contentType, cacheControl: "no-cache", ...(contentEncoding && { contentEncoding }) };
    await store.put(object.key, bytes, options);
    if (++sent % 500 === 0) say(`sent ${sent} of ${objects.length} objects`);
  };
  const queue = objects.slice(0, -1).values();
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (const object of queue) await one(object);
    }),
  );
  await one(objects.at(-1) as FolderObject);
  const extra = [...there.keys()].filter((key) => !objects.some((object) => object.key === key));
  if (prune) for (const key of extra) await store.delete(key);
  const chunk = objects.find(
    ({ contentEncoding, key }) => contentEncoding === "gzip" && !key.startsWith("mesh/"),
  )?.key;
  return {
    sent,
    kept: objects.length - sent,
    deleted: prune ? extra.length : 0,
    missing: await checkAccess(url, chunk),
    stateUrl: `${url}/state.json`,
  };
}

/** `s3://BUCKET/PREFIX` as its parts. @throws InputError */
export function parseTarget(target: string): { bucket: string; prefix: string } {
  const match = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/(.+?)\/?$/.exec(target);
  const [, bucket, prefix] = match ?? [];
  if (
    bucket !== undefined &&
    prefix !== undefined &&
    !prefix.split("/").some((part) => /^\.{0,2}$/.test(part))
  ) {
    return { bucket, prefix };
  }
  throw new InputError({
    file: target,
    found: "is no place in a bucket",
    advice: "Write s3://BUCKET/PROJECT",
  });
}

/** ETags of all objects below a prefix, by their keys relative to it. */
async function etagsBelow(client: S3Client, Bucket: string, Prefix: string): Promise<Map<string, string>> {
  const etags = new Map<string, string>();
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix })) {
    for (const { Key = "", ETag = "" } of Contents)
      etags.set(Key.slice(Prefix.length), ETag.replaceAll('"', ""));
  }
  return etags;
}

/** The state names where its data lie, which a folder cannot know. */
async function contentOf({ key, file }: FolderObject, url: string): Promise<Uint8Array> {
  const bytes = await readFile(file);
  if (key !== "state.json") return bytes;
  const state = JSON.parse(bytes.toString()) as { layers: { type: string; source: string }[] };
  const own = state.layers.find(({ type }) => type === "segmentation");
  if (own !== undefined) own.source = `precomputed://${url}`;
  return new TextEncoder().encode(JSON.stringify(state));
}

function md5(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("hex");
}
