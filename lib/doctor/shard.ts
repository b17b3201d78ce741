import { gunzipSync } from "fflate";
import { murmur } from "./murmur.ts";
import type { Got } from "./object.ts";
import { getRange, type Part } from "./range.ts";
import { addressIn, shortName, type Visit } from "./visit.ts";
import type { Sharding } from "./volume.ts";

/** Where an entry lies: in which file, and where its minishard is listed. */
export type Spot = { readonly file: string; readonly minishard: number };

/** An entry found in a shard; `start` is its first byte in the file. */
export type Entry = { readonly url: string; readonly start: number; readonly length: number };

/** The shard and the minishard of a key (precomputed specification, "sharded format"). */
export function locate(key: bigint, { preshift, hash, minishardBits, shardBits }: Sharding): Spot {
  const shifted = key >> BigInt(preshift);
  const hashed = hash === "identity" ? shifted : murmur(shifted);
  const minishard = Number(hashed & ((1n << BigInt(minishardBits)) - 1n));
  const shard = (hashed >> BigInt(minishardBits)) & ((1n << BigInt(shardBits)) - 1n);
  return { file: `${shard.toString(16).padStart(Math.ceil(shardBits / 4), "0")}.shard`, minishard };
}

/** Opens shards of one folder; what was read of their indices is kept. State lives here. */
export function createShards(visit: Visit, folder: string, sharding: Sharding) {
  const indices = new Map<string, Promise<Index>>();
  const indexOf = (spot: Spot) => {
    const name = `${spot.file}/${spot.minishard}`;
    const known = indices.get(name) ?? readIndex(visit, addressIn(folder, spot.file), { spot, sharding });
    indices.set(name, known);
    return known;
  };
  const find = async (key: bigint): Promise<Entry | Exclude<Got, { kind: "there" }>> => {
    const spot = locate(key, sharding);
    const index = await indexOf(spot);
    if (!("kind" in index)) return index.get(key) ?? { kind: "missing", status: 404 };
    return index;
  };
  const read = async (key: bigint): Promise<Got> => {
    const entry = await find(key);
    if ("kind" in entry) return entry;
    const part = await getRange(visit, entry.url, entry);
    if (part.kind === "beyond")
      return broken(visit, entry.url, `entry ${key} ends behind the end of the file`);
    if (part.kind !== "there" || !sharding.dataGzip) return part;
    const bytes = unzipped(part.bytes);
    return bytes === undefined
      ? broken(visit, entry.url, `entry ${key} is not gzip, as info says`)
      : { ...part, bytes };
  };
  return { find, read };
}

type Index = ReadonlyMap<bigint, Entry> | Exclude<Got, { kind: "there" }>;

async function readIndex(
  visit: Visit,
  url: string,
  { spot, sharding }: { spot: Spot; sharding: Sharding },
): Promise<Index> {
  const first = 16 * 2 ** sharding.minishardBits;
  const header = await getRange(visit, url, { start: 16 * spot.minishard, length: 16 });
  if (header.kind === "beyond") return broken(visit, url, `it ends inside its index of ${first} bytes`);
  if (header.kind !== "there") return header;
  const [start, end] = numbers(header.bytes);
  if (start === undefined || end === undefined || end < start)
    return broken(visit, url, `minishard ${spot.minishard} goes from ${start} to ${end}`);
  if (start === end) return { kind: "missing", status: 404 };
  const part: Part = await getRange(visit, url, {
    start: first + Number(start),
    length: Number(end - start),
  });
  if (part.kind === "beyond")
    return broken(visit, url, `the index of minishard ${spot.minishard} lies behind the end`);
  if (part.kind !== "there") return part;
  const bytes = sharding.indexGzip ? unzipped(part.bytes) : part.bytes;
  if (bytes === undefined)
    return broken(visit, url, `the index of minishard ${spot.minishard} is not gzip, as info says`);
  if (bytes.length % 24 !== 0)
    return broken(
      visit,
      url,
      `the index of minishard ${spot.minishard} has ${bytes.length} bytes, no multiple of 24`,
    );
  return entriesOf(numbers(bytes), { url, first });
}

/** Three rows: keys as differences, starts as differences from the end before, lengths. */
function entriesOf(
  values: readonly bigint[],
  { url, first }: { url: string; first: number },
): Map<bigint, Entry> {
  const count = values.length / 3;
  const entries = new Map<bigint, Entry>();
  let key = 0n;
  let end = first;
  for (let i = 0; i < count; i++) {
    key = (key + (values[i] ?? 0n)) & 0xffffffffffffffffn;
    const start = end + Number(values[count + i]);
    const length = Number(values[2 * count + i]);
    end = start + length;
    entries.set(key, { url, start, length });
  }
  return entries;
}

function numbers(bytes: Uint8Array): bigint[] {
  return Array.from(new BigUint64Array(bytes.slice().buffer));
}

function unzipped(bytes: Uint8Array): Uint8Array | undefined {
  try {
    return gunzipSync(bytes);
  } catch {
    return undefined;
  }
}

function broken(visit: Visit, url: string, found: string): { readonly kind: "bad" } {
  visit.chart.find("shard-broken", shortName(visit, url), found);
  return { kind: "bad" };
}
