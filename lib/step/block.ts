import { type Fault, InputError, keepFaults } from "../format/error.ts";
import { createLabels, type LabelTable, sortLabels } from "../format/label.ts";
import { largestId } from "../format/type.ts";
import { type Box, mapVec, product, shapeOf, type Vec3 } from "../format/vec.ts";
import { type LabelView, wholeView } from "../format/view.ts";
import { mostSegments, tooManySegments } from "../plan/limit.ts";
import type { Plan } from "../plan/plan.ts";
import type { Store } from "../store/store.ts";
import { gridOf } from "./grid.ts";
import { labelSlice, openSources, readSlice, windowBuffer } from "./slice.ts";

/** The labels of a box of the volume, which may reach beyond it, where all is background. */
export type LabelledBlock = {
  /** Dense labels of the box, in the order of their ids. */
  readonly view: LabelView;
  readonly table: LabelTable;
  /** Local voxel of the first label; may be negative. */
  readonly lo: Vec3;
  /** The labels are no longer needed, and may be written over by the next block. */
  readonly release: () => void;
};

/** The labels of a block that is done. Of two blocks at the same time only one gets it. */
let spare = new Uint32Array(0);

/**
 * Decodes a box of scale 0 and labels it. The next slice is fetched while this one is labelled.
 *
 * @throws InputError if a slice is damaged or holds an id that the volume cannot
 */
export async function readBlock(
  { input, plan }: { input: Store; plan: Plan },
  box: Box,
): Promise<LabelledBlock> {
  const { size } = gridOf(plan, 0).grid;
  const shape = shapeOf(box);
  const memory = clearedLabels(product(shape));
  const view = wholeView(memory.subarray(0, product(shape)), shape);
  const table = createLabels(largestId(plan.idBits));
  const inside = {
    lo: mapVec((d) => Math.max(0, box.lo[d])),
    hi: mapVec((d) => Math.min(size[d], box.hi[d])),
  };
  const window = { x0: inside.lo[0], y0: inside.lo[1], x1: inside.hi[0], y1: inside.hi[1] };
  const first = inside.lo[0] - box.lo[0] + (inside.lo[1] - box.lo[1]) * view.strideY;
  const buffers = [windowBuffer(window), windowBuffer(window)] as const;
  const sources = openSources(input, plan);
  const fetch = (z: number) => {
    // The blocks below and above need these as well (see `fieldBox`).
    const below = inside.lo[2] > 0 && z < inside.lo[2] + 3;
    const twice = below || (inside.hi[2] < size[2] && z >= inside.hi[2] - 3);
    return readSlice({ sources, plan }, { z, window, buffer: buffers[z & 1] as Uint8Array, twice });
  };
  const faults: Fault[] = [];
  let next = fetch(inside.lo[2]);
  for (let z = inside.lo[2]; z < inside.hi[2]; z++) {
    const slice = next;
    if (z + 1 < inside.hi[2]) next = ahead(fetch(z + 1));
    const offset = first + (z - box.lo[2]) * view.strideZ;
    try {
      labelSlice(await slice, table, { window, target: { ...view, offset } });
    } catch (error) {
      // The other slices are still looked at: the user hears of all that are broken.
      keepFaults(error, faults);
    }
    // The table of a block would grow with every slice.
    if (table.count - 1 > mostSegments) throw new InputError(tooManySegments());
  }
  if (faults.length > 0) throw new InputError(faults);
  sortLabels(table, view.labels);
  const release = () => {
    spare = memory;
  };
  return { view, table, lo: box.lo, release };
}

/** The error of what is fetched ahead is met when its turn comes; until then nobody waits for it. */
function ahead<T>(fetched: Promise<T>): Promise<T> {
  fetched.catch(() => {});
  return fetched;
}

/** At least so many, of which so many are cleared. */
function clearedLabels(length: number): Uint32Array<ArrayBuffer> {
  const memory = spare;
  spare = new Uint32Array(0);
  return memory.length < length ? new Uint32Array(length) : memory.fill(0, 0, length);
}
