import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import path from "node:path";

/** sha256 of files of a folder, in hexadecimal, read in pieces. A bucket knows hashes by itself, a disk does not. */
export async function hashFiles(folder: string, names: readonly string[]): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const name of names) {
    const hash = createHash("sha256");
    for await (const part of createReadStream(path.join(folder, name), { highWaterMark: 1 << 20 }))
      hash.update(part);
    hashes[name] = hash.digest("hex");
  }
  return hashes;
}
