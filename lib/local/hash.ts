import { createHash } from "node:crypto";
import { closeSync, existsSync, openSync, readSync } from "node:fs";
import path from "node:path";
import { setImmediate } from "node:timers/promises";

/**
 * sha256 of files of a folder, in hexadecimal, read in pieces, at once (see fill.ts). A bucket knows hashes by itself, a disk does not.
 *
 * @param stop ends the reading with an error, for a run that has failed meanwhile
 */
export async function hashFiles(
  folder: string,
  names: readonly string[],
  stop: AbortSignal,
): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  // One piece of memory for all files: fresh pages for every piece cost half as much as the hash.
  const piece = new Uint8Array(1 << 20);
  for (const name of names) {
    const hash = createHash("sha256");
    const plain = path.join(folder, name);
    // As the store finds it: of a file that lies there gzipped, what lies there.
    const file = existsSync(plain) ? plain : `${plain}.gz`;
    const handle = openSync(file, "r");
    try {
      for (let length = -1; length !== 0; ) {
        // The thread that does this tells of progress as well.
        await setImmediate();
        stop.throwIfAborted();
        length = readSync(handle, piece);
        hash.update(piece.subarray(0, length));
      }
    } finally {
      closeSync(handle);
    }
    hashes[name] = hash.digest("hex");
  }
  return hashes;
}
