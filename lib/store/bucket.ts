import {
  DeleteObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from "@aws-sdk/client-s3";
import { readObject } from "./download.ts";
import { conditionsOf, headersOf, missing, refusal } from "./request.ts";
import type { ObjectEntry, Store } from "./store.ts";
import { type Parts, uploadParts } from "./upload.ts";

export { createS3 } from "./client.ts";

export type BucketPlace = {
  readonly client: S3Client;
  readonly bucket: string;
  /** Where the store lies in the bucket, without `/` at its ends; empty or left out for all of it. */
  readonly prefix?: string;
};

/** Larger objects are sent and fetched in parts. */
const largestWhole = 64 * 2 ** 20;
const partBytes = 16 * 2 ** 20;

/**
 * A bucket, or what lies below a prefix of it, as a store. Keys are taken literally. A missing object is told
 * from a forbidden one only by who may list the bucket; everyone else gets S3's 403, which is thrown.
 */
export function bucketStore({ client, bucket, prefix = "" }: BucketPlace): Store {
  const base = prefix === "" ? "" : `${prefix}/`;
  const objectOf = (key: string) => ({ Bucket: bucket, Key: base + key });
  return {
    get: (key, range) => readObject({ client, object: objectOf(key), whole: largestWhole }, range),
    async head(key) {
      const found = await client.send(new HeadObjectCommand(objectOf(key))).catch(missing);
      return found && { size: found.ContentLength ?? 0, ...etagOf(found.ETag) };
    },
    async put(key, bytes, options) {
      const object = { ...objectOf(key), ...headersOf(options) };
      const conditions = conditionsOf(options);
      const sent =
        bytes.byteLength > largestWhole
          ? uploadParts({ client, object, conditions }, partsOf(bytes))
          : client.send(new PutObjectCommand({ ...object, ...conditions, Body: bytes }));
      await sent.catch(refusal(key));
    },
    async *list(start) {
      const at = { Bucket: bucket, Prefix: base + start };
      for await (const { key } of listObjects(client, at)) yield key.slice(base.length);
    },
    async *entries() {
      const at = { Bucket: bucket, Prefix: base, Delimiter: "/" };
      for await (const { key, ...head } of listObjects(client, at)) {
        // A "folder" that a console made is an object whose name is empty.
        if (key !== base) yield { key: key.slice(base.length), ...head };
      }
    },
    async delete(key) {
      await client.send(new DeleteObjectCommand(objectOf(key)));
    },
  };
}

/** Page after page, each asked for only when the one before is used up: who has seen enough stops. */
export async function* listObjects(
  client: S3Client,
  at: { Bucket: string; Prefix?: string; Delimiter?: string },
): AsyncGenerator<ObjectEntry> {
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, at)) {
    for (const { Key: key, Size: size = 0, ETag } of Contents) {
      if (key !== undefined) yield { key, size, ...etagOf(ETag) };
    }
  }
}

/** Views of the bytes, so that no copy is made. */
function partsOf(bytes: Uint8Array): Parts {
  const read = (at: number, length: number) => bytes.subarray(at, at + length);
  return { size: bytes.byteLength, step: partBytes, read };
}

/** S3 sends etags in quotes. */
function etagOf(quoted: string | undefined): { etag?: string } {
  return quoted === undefined ? {} : { etag: quoted.replaceAll('"', "") };
}
