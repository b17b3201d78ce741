import type { Vec3 } from "../../lib/format/vec.ts";
import { createChance } from "../../lib/local/chance.ts";
import { createCells, paintCells } from "./cells.ts";
import type { Storage } from "./tiff.ts";
import { growTubes, paintTubes } from "./tubes.ts";

/** A volume that the bench makes itself. */
export type VolumePlan = {
  readonly size: Vec3;
  /** Nanometres. */
  readonly resolution: Vec3;
  readonly storage: Storage;
  readonly kind: "neurites" | "cells" | "noise";
  /** Labels drawn, where their number is chosen. */
  readonly count: number;
  readonly seed: number;
  /** Of a sample; 64 unless given. */
  readonly bits?: 8 | 16 | 32 | 64;
  /** First slice and end of those that are written, if not all are. */
  readonly slices?: readonly [number, number];
};

/** Draws slices: a slab of labels and the id of each label, entry 0 being 0. */
export type Painter = {
  readonly ids: BigUint64Array;
  /** The slices [z0, z1) into `labels`, which is 0 everywhere, x fastest. */
  paint(labels: Uint16Array, z0: number, z1: number): void;
};

const guideSize: Vec3 = [1406, 621, 138];
const guideResolution: Vec3 = [798, 798, 2000];
const neurites = { resolution: guideResolution, kind: "neurites", seed: 20_171 } as const;
const cells = { resolution: [16, 16, 16], kind: "cells", count: 0, seed: 512, storage: "raw" } as const;
const noise = { resolution: [16, 16, 16], kind: "noise", count: 60_000, seed: 7, storage: "raw" } as const;

/** `large` is eight times `guide`: nothing of it may be held in memory whole. The `small-` ones are for trying the bench. */
export const volumes = {
  guide: { ...neurites, size: guideSize, count: 1042, storage: "raw" },
  large: { ...neurites, size: [2812, 1242, 276], count: 8 * 1042, storage: "deflate" },
  dense: { ...cells, size: [512, 512, 512] },
  noise: { ...noise, size: [256, 256, 128] },
  "small-guide": { ...neurites, size: [352, 156, 70], count: 40, storage: "raw" },
  "small-large": { ...neurites, size: [704, 312, 70], count: 160, storage: "deflate" },
  "small-dense": { ...cells, size: [128, 128, 128] },
  "small-noise": { ...noise, size: [64, 64, 64], count: 5000 },
} as const satisfies Record<string, VolumePlan>;

export type VolumeName = keyof typeof volumes;

/** What the guide's list of ids leaves out of 1 to 1046. */
const gaps = new Set([368, 399, 627, 1006]);

export function createPainter(plan: VolumePlan): Painter {
  const { size, kind, count, seed } = plan;
  if (kind === "neurites") {
    const tubes = growTubes(size, plan.resolution[2] / plan.resolution[0], count, seed);
    return { ids: guideIds(count), paint: (labels, z0, z1) => paintTubes(tubes, { labels, size, z0, z1 }) };
  }
  if (kind === "cells") {
    const partition = createCells(size, seed);
    const paint = (labels: Uint16Array, z0: number, z1: number) => paintCells(partition, { labels, z0, z1 });
    return { ids: spreadIds(partition.labelCount), paint };
  }
  return { ids: spreadIds(count), paint: (labels, z0) => paintNoise(labels, count, seed + z0) };
}

/** Whole numbers without a few, as the guide has them. */
function guideIds(count: number): BigUint64Array {
  const ids = new BigUint64Array(count + 1);
  for (let label = 1, id = 1; label <= count; id++) if (!gaps.has(id)) ids[label++] = BigInt(id);
  return ids;
}

/** Ids over all of uint64, most of them above 2^53. */
function spreadIds(count: number): BigUint64Array {
  return BigUint64Array.from({ length: count + 1 }, (_, label) => BigInt(label) * 0x9e3779b97f4a7c15n);
}

function paintNoise(labels: Uint16Array, count: number, seed: number): void {
  const chance = createChance(seed);
  for (let i = 0; i < labels.length; i++) labels[i] = 1 + Math.floor(chance() * count);
}
