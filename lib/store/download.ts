import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { inLanes } from "./lanes.ts";
import { missing, nameOf, refusal } from "./request.ts";
import type { Range, StoredObject } from "./store.ts";

export type Source = {
  readonly client: S3Client;
  readonly object: { readonly Bucket: string; readonly Key: string };
  /** Bytes fetched by one request. */
  readonly whole: number;
};

/** How often a body that breaks off is fetched again; the client itself retries only until the headers are there. */
const mostTries = 4;
const lanes = 4;

/**
 * An object or a range of it. What is larger than one request takes is fetched in parts, each held to be of the
 * same object, into one buffer: memory is what is asked for and a few parts more.
 *
 * @throws ChangedError if it is not the object of the range's etag
 */
export async function readObject(source: Source, range?: Range): Promise<StoredObject | undefined> {
  const offset = range?.offset ?? 0;
  // S3 has no empty ranges; one byte tells whether the object is there.
  const wanted = range?.length ?? Number.POSITIVE_INFINITY;
  const first = await readPart(source, {
    offset,
    length: Math.max(1, Math.min(wanted, source.whole)),
    ...(range?.etag !== undefined && { etag: range.etag }),
  }).catch(missing);
  if (first === undefined) return undefined;
  const { total, etag, contentEncoding } = first;
  const length = Math.max(0, Math.min(wanted, total - offset));
  const about = { ...(etag !== undefined && { etag }), ...(contentEncoding && { contentEncoding }) };
  if (length <= first.bytes.byteLength) return { bytes: first.bytes.subarray(0, length), ...about };
  const bytes = new Uint8Array(length);
  bytes.set(first.bytes);
  await readRest(source, bytes, {
    offset,
    start: first.bytes.byteLength,
    ...(etag !== undefined && { etag }),
  });
  return { bytes, ...about };
}

type Rest = { offset: number; start: number; etag?: string };

async function readRest(source: Source, bytes: Uint8Array, { offset, start, etag }: Rest): Promise<void> {
  const step = source.whole / lanes;
  const count = Math.ceil((bytes.byteLength - start) / step);
  const starts = Array.from({ length: count }, (_, part) => start + part * step);
  const read = async (at: number) => {
    const length = Math.min(step, bytes.byteLength - at);
    const range = { offset: offset + at, length, ...(etag !== undefined && { etag }) };
    const part = await readPart(source, range);
    if (part.bytes.byteLength !== length) throw new Error(`${source.object.Key}: a part is too short`);
    bytes.set(part.bytes, at);
  };
  await inLanes(starts, read, lanes);
}

type Part = StoredObject & { readonly total: number };

async function readPart(source: Source, range: Range): Promise<Part> {
  for (let tries = 1; ; tries++) {
    try {
      return await fetchPart(source, range);
    } catch (error) {
      // Errors of the service were retried by the client; what is left to retry is a broken connection.
      const answered = error instanceof Error && "$metadata" in error;
      if (answered || nameOf(error) === "ChangedError" || tries === mostTries) throw error;
    }
  }
}

async function fetchPart({ client, object }: Source, { offset, length, etag }: Range): Promise<Part> {
  const command = new GetObjectCommand({
    ...object,
    Range: `bytes=${offset}-${offset + length - 1}`,
    ...(etag !== undefined && { IfMatch: `"${etag}"` }),
  });
  const answer = await client.send(command).catch((error) => {
    // The range lies beyond the end: the object is there, but nothing of it is in the range.
    if (nameOf(error) === "InvalidRange") return undefined;
    if (nameOf(error) === "PreconditionFailed") return refusal(object.Key)(error);
    throw error;
  });
  if (answer === undefined) return { bytes: new Uint8Array(0), total: 0 };
  const bytes = (await answer.Body?.transformToByteArray()) ?? new Uint8Array(0);
  if (answer.ContentLength !== undefined && bytes.byteLength !== answer.ContentLength) {
    throw new Error(`${object.Key}: ${bytes.byteLength} bytes came of ${answer.ContentLength}`);
  }
  const total = /\/(\d+)$/.exec(answer.ContentRange ?? "")?.[1];
  return {
    bytes,
    total: total === undefined ? bytes.byteLength : Number(total),
    ...(answer.ETag !== undefined && { etag: answer.ETag.replaceAll('"', "") }),
    ...(answer.ContentEncoding === "gzip" && { contentEncoding: "gzip" }),
  };
}
