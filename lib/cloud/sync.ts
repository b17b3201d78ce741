import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { InputError } from "../format/error.ts";
import { pointAt } from "../format/state.ts";
import { bucketStore, createS3, listObjects } from "../store/bucket.ts";
import { inLanes } from "../store/lanes.ts";
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
  const base = `${prefix}/`;
  const there = new Map<string, string | undefined>();
  for await (const { key, etag } of listObjects(client, { Bucket: bucket, Prefix: base }))
    there.set(key.slice(base.length), etag);
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
  await inLanes(objects.slice(0, -1), one, lanes);
  await one(objects.at(-1) as FolderObject);
  const own = new Set(objects.map(({ key }) => key));
  const extra = [...there.keys()].filter((key) => !own.has(key));
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

/** The state names where its data lie, which a folder cannot know. */
async function contentOf({ key, file }: FolderObject, url: string): Promise<Uint8Array> {
  const bytes = await readFile(file);
  return key === "state.json" ? Buffer.from(pointAt(bytes.toString(), url)) : bytes;
}

function md5(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("hex");
}
