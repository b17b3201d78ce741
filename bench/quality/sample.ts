import { idText } from "../../lib/format/label.ts";
import { mapVec, product, type Vec3 } from "../../lib/format/vec.ts";
import { createChance } from "../../lib/local/chance.ts";
import { gridOf } from "../../lib/step/grid.ts";
import { countLabels } from "../../lib/volume/statistics.ts";
import type { Volume } from "../../test/volume/volumes.ts";
import { eachBlock, openVolume, type Planned, type Visit } from "../stage/volume.ts";

/** Some segments of a volume, whose meshes are looked at closely. */
export type Sample = {
  /** All ids of the volume. */
  readonly ids: readonly string[];
  readonly chosen: readonly string[];
  readonly resolution: Vec3;
  /** The voxels around a chosen segment, in which it has label 1, and where they lie. */
  crop(id: string): { volume: Volume; lo: Vec3 };
};

const count = 40;
/** Voxels around a segment's box. */
const margin = 2;

type Segment = { voxels: number; lo: number[]; hi: number[] };

/** The largest segment, the 20th, the 100th, and others by chance: 40 in all, or all there are. */
export async function takeSample(folder: string): Promise<Sample> {
  const opened = await openVolume(folder);
  const { grid, scale } = gridOf(opened.plan, 0);
  const segments = await findSegments(opened);
  const ids = [...segments.keys()];
  const bySize = ids.toSorted((a, b) => (segments.get(b)?.voxels ?? 0) - (segments.get(a)?.voxels ?? 0));
  const chosen = choose(bySize);
  const numbers = new Map(chosen.map((id, i) => [id, i + 1]));
  const marks = new Uint8Array(product(grid.size));
  await eachBlock(opened, { margin: false }, (visit) =>
    markVoxels(visit, { marks, numbers, size: grid.size }),
  );
  return {
    ids,
    chosen,
    resolution: scale.resolution as Vec3,
    crop: (id) => cropMarks(marks, grid.size, { segment: segments.get(id)!, mark: numbers.get(id)! }),
  };
}

function choose(bySize: readonly string[]): string[] {
  const chosen = new Set([0, 19, 99].flatMap((i) => bySize[i] ?? []));
  const chance = createChance(40);
  while (chosen.size < Math.min(count, bySize.length))
    chosen.add(bySize[Math.floor(chance() * bySize.length)]!);
  return [...chosen];
}

async function findSegments(opened: Planned): Promise<Map<string, Segment>> {
  const segments = new Map<string, Segment>();
  await eachBlock(opened, { margin: false }, ({ box, block, own }) => {
    const { voxels, boxes } = countLabels(own, block.table.count);
    for (let label = 1; label < block.table.count; label++) {
      if (voxels[label] === 0) continue;
      const id = idText(block.table, label);
      const found = segments.get(id) ?? { voxels: 0, lo: [Infinity, Infinity, Infinity], hi: [0, 0, 0] };
      found.voxels += voxels[label]!;
      for (const d of [0, 1, 2] as const) {
        found.lo[d] = Math.min(found.lo[d]!, boxes[6 * label + d]! + box.lo[d]);
        found.hi[d] = Math.max(found.hi[d]!, boxes[6 * label + 3 + d]! + box.lo[d]);
      }
      segments.set(id, found);
    }
  });
  return segments;
}

type Marks = { marks: Uint8Array; numbers: ReadonlyMap<string, number>; size: Vec3 };

/** Gives the voxels of the chosen segments their numbers. */
function markVoxels({ box, block, own }: Visit, { marks, numbers, size }: Marks): void {
  const number = Uint8Array.from({ length: block.table.count }, (_, label) =>
    label === 0 ? 0 : (numbers.get(idText(block.table, label)) ?? 0),
  );
  for (let z = 0; z < own.shape[2]; z++) {
    for (let y = 0; y < own.shape[1]; y++) {
      const from = own.offset + y * own.strideY + z * own.strideZ;
      const to = ((z + box.lo[2]) * size[1] + y + box.lo[1]) * size[0] + box.lo[0];
      for (let x = 0; x < own.shape[0]; x++) marks[to + x] = number[own.labels[from + x]!]!;
    }
  }
}

function cropMarks(marks: Uint8Array, size: Vec3, { segment, mark }: { segment: Segment; mark: number }) {
  const lo = mapVec((d) => Math.max(0, segment.lo[d]! - margin));
  const hi = mapVec((d) => Math.min(size[d], segment.hi[d]! + margin));
  const shape = mapVec((d) => hi[d] - lo[d]);
  const labels = new Uint32Array(product(shape));
  let at = 0;
  for (let z = lo[2]; z < hi[2]; z++) {
    for (let y = lo[1]; y < hi[1]; y++) {
      const row = (z * size[1] + y) * size[0];
      for (let x = lo[0]; x < hi[0]; x++) labels[at++] = marks[row + x] === mark ? 1 : 0;
    }
  }
  return { volume: { labels, size: shape }, lo };
}
