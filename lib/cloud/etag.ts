import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";

/** Files up to this size are sent as a whole; larger ones in parts. */
export const wholeBytes = 64 * 2 ** 20;
const smallestPart = 16 * 2 ** 20;
/** S3 takes so many parts of one object. */
const mostParts = 10_000;

/** Size of the parts of a file, from its size alone, so that an ETag can be worked out again. */
export function partSize(size: number): number {
  const needed = Math.ceil(size / mostParts / 2 ** 20) * 2 ** 20;
  return Math.max(smallestPart, needed);
}

/**
 * The ETag that S3 gives a file sent as `sendFile` does: its MD5, or for one in parts the MD5 of the parts' MD5s
 * and their number. So what is there already with the same content need not be sent again.
 */
export async function fileEtag(file: string, size: number): Promise<string> {
  const handle = await open(file);
  try {
    if (size <= wholeBytes) return (await md5(handle, 0, size)).toString("hex");
    const parts: Buffer[] = [];
    const step = partSize(size);
    for (let at = 0; at < size; at += step) parts.push(await md5(handle, at, Math.min(size, at + step)));
    return `${createHash("md5").update(Buffer.concat(parts)).digest("hex")}-${parts.length}`;
  } finally {
    await handle.close();
  }
}

async function md5(handle: FileHandle, from: number, to: number): Promise<Buffer> {
  const hash = createHash("md5");
  const buffer = Buffer.alloc(Math.min(2 ** 20, Math.max(1, to - from)));
  for (let at = from; at < to; ) {
    const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, to - at), at);
    if (bytesRead === 0) throw new Error("the file became shorter while it was read");
    hash.update(buffer.subarray(0, bytesRead));
    at += bytesRead;
  }
  return hash.digest();
}
