import { chunkBox, chunkName, gridShape } from "../format/chunk.ts";
import { type Box, product, shapeOf, type Vec3 } from "../format/vec.ts";
import { openChunk, type Voxels } from "./chunk.ts";
import { mortonCode } from "./morton.ts";
import { get } from "./object.ts";
import { createShards } from "./shard.ts";
import { addressIn, shortName, type Visit } from "./visit.ts";
import { itemSize, type Scale, type Volume } from "./volume.ts";

/** A chunk: its voxels if they are simple to have; that it is not there; or that its fault is on the chart already. */
export type Read =
  | { readonly kind: "there"; readonly voxels?: Voxels }
  | { readonly kind: "missing"; readonly status: number }
  | { readonly kind: "bad" };

/** Reads chunks of one scale in one of its chunk sizes. */
export type Reader = {
  readonly scale: Scale;
  /** Chunks per axis. */
  readonly grid: Vec3;
  /** Address of the scale's folder. */
  readonly folder: string;
  /** Local box of a chunk: voxels from `voxel_offset` on. */
  box(at: Vec3): Box;
  /** Address of a chunk, or of the shard that it lies in. */
  url(at: Vec3): string;
  /** Judges the chunk too; what was read lately is kept. */
  read(at: Vec3): Promise<Read>;
};

/** Beyond that a chunk is not read: a browser would not either. */
const largest = 2 ** 29;
const kept = 16;

export function openScale(
  visit: Visit,
  volume: Volume,
  { scale, chunkSize }: { scale: Scale; chunkSize: Vec3 },
): Reader {
  const layout = { size: scale.size, chunkSize, voxelOffset: scale.voxelOffset };
  const grid = gridShape(layout);
  const folder = addressIn(visit.base, `${scale.key}/`);
  const shards = scale.sharding && createShards(visit, folder, scale.sharding);
  const full = product(chunkSize) * volume.channels * (itemSize[volume.dataType] ?? 8);
  // Tables of ids can make an encoded chunk of noise larger than a raw one.
  const most = Math.min(largest, 3 * full + 2 ** 20);
  const lately = new Map<string, Promise<Read>>();
  const box = (at: Vec3) => chunkBox(layout, at);
  const url = (at: Vec3) => addressIn(folder, chunkName(layout, box(at)));
  const load = async (at: Vec3): Promise<Read> => {
    visit.looked.chunks++;
    const got =
      shards === undefined ? await get(visit, url(at), most) : await shards.read(mortonCode(at, grid));
    if (got.kind !== "there") return got;
    const shape = shapeOf(box(at));
    const opened = openChunk(got.bytes, {
      volume,
      scale,
      shape,
      full: chunkSize,
    });
    if (!("cause" in opened)) return { kind: "there", ...opened };
    visit.chart.find(opened.cause, shortName(visit, url(at)), opened.found);
    return { kind: "bad" };
  };
  const read = (at: Vec3): Promise<Read> => {
    const name = at.join(",");
    const found = lately.get(name) ?? load(at);
    lately.delete(name);
    lately.set(name, found);
    const oldest = lately.size > kept ? lately.keys().next().value : undefined;
    if (oldest !== undefined) lately.delete(oldest);
    return found;
  };
  return { scale, grid, folder, box, url, read };
}
