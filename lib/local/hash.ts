import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import path from "node:path";

/**
 * sha256 of files of a folder, in hexadecimal, read in pieces. A bucket knows hashes by itself, a disk does not.
 *
 * @param stop ends the reading with an error, for a run that has failed meanwhile
 */
export async function hashFiles(
  folder: string,
  names: readonly string[],
  stop: AbortSignal,
): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const name of names) {
    const hash = createHash("sha256");
    const plain = path.join(folder, name);
    // As the store finds it: of a file that lies there gzipped, what lies there.
    const file = existsSync(plain) ? plain : `${plain}.gz`;
    const parts = createReadStream(file, { highWaterMark: 1 << 20, signal: stop });
    for await (const part of parts) hash.update(part);
    hashes[name] = hash.digest("hex");
  }
  return hashes;
}
