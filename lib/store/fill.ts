import { closeSync, fstatSync, openSync, read, readSync } from "node:fs";
import { promisify } from "node:util";
import type { Range } from "./store.ts";

/** Bytes read at once, and the milliseconds they take at most when the system has them in memory. */
const pieceBytes = 2 ** 20;
const mostWait = 2;

const readLater = promisify(read);

/**
 * Reads a range of a file, or all of it, into the memory of the range or into its own. What the system has in memory is
 * copied at once: a thread that does it takes several times as long to wake up. When a piece shows that the disk is
 * slow, the rest is left to a thread, and others work meanwhile.
 *
 * @returns what there is of the range; undefined if there is no file
 */
export async function fill(
  file: string,
  { offset, length: most, into }: Range = { offset: 0, length: Number.POSITIVE_INFINITY },
): Promise<Uint8Array | undefined> {
  const handle = openNow(file);
  if (handle === undefined) return undefined;
  try {
    const length = Math.max(0, Math.min(most, fstatSync(handle).size - offset));
    const bytes = into?.subarray(0, length) ?? new Uint8Array(length);
    let isSlow = false;
    for (let done = 0; done < length; ) {
      const rest = length - done;
      const start = performance.now();
      const count = isSlow
        ? (await readLater(handle, bytes, done, rest, offset + done)).bytesRead
        : readSync(handle, bytes, done, Math.min(rest, pieceBytes), offset + done);
      if (count === 0) throw new Error("a file became shorter while it was read");
      done += count;
      isSlow ||= performance.now() - start > mostWait;
    }
    return bytes;
  } finally {
    closeSync(handle);
  }
}

function openNow(file: string): number | undefined {
  try {
    return openSync(file, "r");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}
