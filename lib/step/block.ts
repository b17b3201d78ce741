import { type Fault, InputError, keepFaults } from "../format/error.ts";
import { createLabels, type LabelTable } from "../format/label.ts";
import { largestId } from "../format/type.ts";
import { type Box, mapVec, product, shapeOf, type Vec3 } from "../format/vec.ts";
import { type LabelView, wholeView } from "../format/view.ts";
import { allocate, release } from "../kernel/memory.ts";
import { mostSegments, tooManySegments } from "../plan/limit.ts";
import type { Plan } from "../plan/plan.ts";
import type { Store } from "../store/store.ts";
import { gridOf } from "./grid.ts";
import { labelSlice, openSources, readSlice, windowBytes } from "./slice.ts";
import { giveLabels, takeLabels } from "./spare.ts";

/** The labels of a box of the volume, which may reach beyond it, where all is background. */
export type LabelledBlock = {
  /** Dense labels of the box, where kernels can work on them. */
  readonly view: LabelView;
  readonly table: LabelTable;
  /** Local voxel of the first label; may be negative. */
  readonly lo: Vec3;
  /** The labels are no longer needed, and will be written over by the next block. To be called once. */
  readonly release: () => void;
};

type BlockInput = { readonly input: Store; readonly plan: Plan };

/**
 * Decodes a box of scale 0 and labels it. The next slice is fetched while this one is labelled.
 *
 * @throws InputError if a slice is damaged or holds an id that the volume cannot
 */
export async function readBlock({ input, plan }: BlockInput, box: Box): Promise<LabelledBlock> {
  const { size } = gridOf(plan, 0).grid;
  const shape = shapeOf(box);
  const memory = takeLabels(product(shape));
  const done = () => giveLabels(memory);
  const view = wholeView(memory.subarray(0, product(shape)), shape);
  const table = createLabels(largestId(plan.idBits));
  const inside = {
    lo: mapVec((d) => Math.max(0, box.lo[d])),
    hi: mapVec((d) => Math.min(size[d], box.hi[d])),
  };
  try {
    clearOutside(view, {
      lo: mapVec((d) => inside.lo[d] - box.lo[d]),
      hi: mapVec((d) => inside.hi[d] - box.lo[d]),
    });
    await labelSlices({ input, plan }, { view, table, inside, lo: box.lo });
  } catch (error) {
    done();
    throw error;
  }
  return { view, table, lo: box.lo, release: done };
}

type Labelled = Omit<LabelledBlock, "release"> & { readonly inside: Box };

async function labelSlices(
  { input, plan }: BlockInput,
  { view, table, inside, lo }: Labelled,
): Promise<void> {
  const { size } = gridOf(plan, 0).grid;
  const window = { x0: inside.lo[0], y0: inside.lo[1], x1: inside.hi[0], y1: inside.hi[1] };
  const first = inside.lo[0] - lo[0] + (inside.lo[1] - lo[1]) * view.strideY;
  const buffers = [allocate(windowBytes(window)), allocate(windowBytes(window))] as const;
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
    const offset = first + (z - lo[2]) * view.strideZ;
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
  // Not after a failure: a read that was given up may still write into them.
  for (const buffer of buffers) release(buffer);
}

/** The error of what is fetched ahead is met when its turn comes; until then nobody waits for it. */
function ahead<T>(fetched: Promise<T>): Promise<T> {
  fetched.catch(() => {});
  return fetched;
}

/** Makes background of what is outside a box of the view. */
function clearOutside({ labels, shape, strideY, strideZ }: LabelView, { lo, hi }: Box): void {
  for (let z = 0; z < shape[2]; z++) {
    const slice = z * strideZ;
    if (z < lo[2] || z >= hi[2]) {
      labels.fill(0, slice, slice + strideZ);
      continue;
    }
    labels.fill(0, slice, slice + lo[1] * strideY);
    labels.fill(0, slice + hi[1] * strideY, slice + strideZ);
    if (lo[0] === 0 && hi[0] === shape[0]) continue;
    for (let y = lo[1]; y < hi[1]; y++) {
      // Plain loops: these are a voxel or two, and a call of `fill` takes longer than a row is worth.
      const row = slice + y * strideY;
      for (let x = 0; x < lo[0]; x++) labels[row + x] = 0;
      for (let x = hi[0]; x < shape[0]; x++) labels[row + x] = 0;
    }
  }
}
