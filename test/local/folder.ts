import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { encodeSlice } from "../../lib/local/slice.ts";

const [width, height, depth] = [140, 130, 12];

/** Slices of a few segments with large ids, all of them greater by `add`; no info. */
export async function writeSlices(folder: string, add = 0n): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (let z = 0; z < depth; z++) await writeFile(path.join(folder, `s${z}.tif`), slice(z, add));
}

export function slice(z: number, add: bigint): Uint8Array {
  const ids = new BigUint64Array(width * height);
  for (let i = 0; i < ids.length; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    const inside = (x - 70) ** 2 + (y - 65) ** 2 < 1500 - 90 * z;
    ids[i] = inside ? 2n ** 63n + add + BigInt(Math.floor(x / 40)) : 0n;
  }
  return encodeSlice({ words: new Uint32Array(ids.buffer), width, height, deflate: true });
}

/** Relative names and content hashes of a folder, hidden files included. */
export async function tree(root: string): Promise<Record<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const found: [string, string][] = [];
  for (const entry of entries.filter((entry) => entry.isFile())) {
    const file = path.join(entry.parentPath, entry.name);
    const hash = createHash("sha256").update(await readFile(file));
    found.push([path.relative(root, file), hash.digest("hex")]);
  }
  return Object.fromEntries(found.sort());
}

/** What runs have left beside their results. */
export async function hidden(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.startsWith("."));
}
