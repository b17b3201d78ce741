import { createReadStream } from "node:fs";
import { pipeline as join, Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import type { Span } from "./range.ts";

/**
 * Streams the bytes of `span` out of a gzip file. Everything before them is unzipped and dropped, a buffer
 * at a time: memory stays small whatever the object's size.
 */
export async function openUnzipped(file: string, span: Span): Promise<Readable> {
  return Readable.from(cut(file, span));
}

/**
 * Length of the content of a gzip file, found by unzipping it: the length in the trailer (RFC 1952 2.3.1)
 * is only its last 32 bits, and wrong for files of several members.
 *
 * @param signal stops it.
 * @throws zlib's error when the file is damaged.
 */
export async function unzippedSize(file: string, signal?: AbortSignal): Promise<number> {
  let size = 0;
  const count = async (bytes: AsyncIterable<Buffer>) => {
    for await (const part of bytes) size += part.length;
  };
  await pipeline(createReadStream(file), createGunzip(), count, { ...(signal && { signal }) });
  return size;
}

/** Opens the file only when it is read: a reader that never comes leaves nothing open. */
async function* cut(file: string, { start, end }: Span): AsyncGenerator<Buffer> {
  const unzipped = createGunzip();
  // Without the callback a failure would also be thrown globally; the loop below gets it from `unzipped`.
  join(createReadStream(file), unzipped, () => {});
  let at = 0;
  for await (const part of unzipped as AsyncIterable<Buffer>) {
    const from = Math.max(start - at, 0);
    const to = Math.min(end + 1 - at, part.length);
    if (from < to) yield part.subarray(from, to);
    at += part.length;
    if (at > end) return;
  }
}
