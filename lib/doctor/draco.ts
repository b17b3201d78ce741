import { openManifest } from "./multires.ts";
import { get } from "./object.ts";
import { getRange } from "./range.ts";
import { createShards } from "./shard.ts";
import { addressIn, shortName, type Visit } from "./visit.ts";
import type { Sharding } from "./volume.ts";

export type Draco = {
  readonly visit: Visit;
  readonly folder: string;
  readonly sharding?: Sharding | undefined;
};

/**
 * Looks at one multi-resolution mesh after the other: the manifest, that its fragments are all there, and that they begin as
 * Draco does. They are not decoded.
 */
export function createDraco({
  visit,
  folder,
  sharding,
}: Draco): (id: string) => Promise<"there" | "missing" | "bad"> {
  const shards = sharding && createShards(visit, folder, sharding);
  return async (id) => {
    visit.looked.meshes++;
    if (shards === undefined) return visitPlain(visit, folder, id);
    const got = await shards.read(BigInt(id));
    const entry = await shards.find(BigInt(id));
    if (got.kind !== "there" || "kind" in entry) return got.kind === "missing" ? "missing" : "bad";
    const place = `${shortName(visit, entry.url)} (${id})`;
    // Fragments lie directly before their manifest.
    return visitFragments(visit, { place, manifest: got.bytes, url: entry.url, end: entry.start });
  };
}

async function visitPlain(visit: Visit, folder: string, id: string): Promise<"there" | "missing" | "bad"> {
  const url = addressIn(folder, `${id}.index`);
  const got = await get(visit, url);
  if (got.kind !== "there") return got.kind;
  return visitFragments(visit, {
    place: shortName(visit, url),
    manifest: got.bytes,
    url: addressIn(folder, id),
  });
}

type Lie = {
  readonly place: string;
  readonly manifest: Uint8Array;
  readonly url: string;
  readonly end?: number;
};

async function visitFragments(visit: Visit, { place, manifest, url, end }: Lie): Promise<"there" | "bad"> {
  const opened = openManifest(manifest);
  const broken = (where: string, found: string) => {
    visit.chart.find("multires-broken", where, found);
    return "bad" as const;
  };
  if ("cause" in opened) return broken(place, opened.found);
  const total = opened.sizes.reduce((sum, size) => sum + size, 0);
  const start = end === undefined ? 0 : end - total;
  if (start < 0) return broken(place, `its fragments take ${total} bytes, before it are ${end}`);
  visit.looked.fragments++;
  const head = await getRange(visit, url, { start, length: 5 });
  const name = shortName(visit, url);
  if (head.kind === "missing") {
    visit.chart.find("fragment-missing", name, `there is ${place}, but not its data (${head.status})`);
    return "bad";
  }
  if (head.kind === "beyond") return broken(name, `shorter than the ${total} bytes that ${place} tells of`);
  if (head.kind !== "there") return "bad";
  if (new TextDecoder("latin1").decode(head.bytes) !== "DRACO")
    return broken(name, `at byte ${start} there is no Draco mesh`);
  const last = await getRange(visit, url, { start: start + total - 1, length: 1 });
  if (last.kind === "beyond") return broken(name, `shorter than the ${total} bytes that ${place} tells of`);
  return last.kind === "there" ? "there" : "bad";
}
