import { encodePack, type SegmentPart } from "../format/bucket.ts";
import { chunkBox, chunkName, chunksOver } from "../format/chunk.ts";
import { codecs } from "../format/codec.ts";
import { encodePiece, type SurfacePiece } from "../format/pack.ts";
import { type Box, mapVec, product, shapeOf, type Vec3 } from "../format/vec.ts";
import { cutView } from "../format/view.ts";
import { type Pile, withPile } from "../kernel/pile.ts";
import type { EncodeItem } from "../plan/items.ts";
import { packKey } from "../plan/pipeline.ts";
import type { Plan } from "../plan/plan.ts";
import { putChunk } from "../store/object.ts";
import { withQueue } from "../store/queue.ts";
import type { Store } from "../store/store.ts";
import { countLabels } from "../volume/statistics.ts";
import { type ClusterRange, clusterRange, fieldBox, slabsOf } from "../volume/surface/range.ts";
import { createExtractor, type SurfaceExtractor } from "../volume/surface.ts";
import { type LabelledBlock, readBlock } from "./block.ts";
import { type Context, loadPlan, type StepResult } from "./context.ts";
import { gridOf } from "./grid.ts";
import { putHashes } from "./verify/hashes.ts";

/**
 * One block of scale 0: decodes it once, writes its chunks, and into one pack the surface and the counts of
 * every segment in it. Repeating it writes the same bytes.
 */
export async function encodeStep(context: Context, item: EncodeItem): Promise<StepResult> {
  const plan = await loadPlan(context);
  const { size } = gridOf(plan, 0).grid;
  const clusters = plan.options.mesh ? clusterRange(item.box, size) : undefined;
  const block = await readBlock({ input: context.input, plan }, clusters ? fieldBox(clusters) : item.box);
  try {
    if (plan.options.verify) await putHashes(context.work, plan, { ...item, labelled: block });
    const written = await withQueue(context.output, (output) =>
      writeChunks(output, plan, { box: item.box, block }),
    );
    await putPack(context.work, plan, { number: item.block, box: item.box, block, clusters });
    return { ...written, voxels: product(shapeOf(item.box)) };
  } finally {
    block.release();
  }
}

/** Only looks for what is wrong with the slices of a block: something is, so that nothing will be published. */
export async function lookStep(context: Context, { box }: EncodeItem): Promise<StepResult> {
  const block = await readBlock({ input: context.input, plan: await loadPlan(context) }, box);
  block.release();
  return { voxels: 0, objects: 0, bytes: 0 };
}

type BlockInput = { box: Box; block: LabelledBlock };
type PackInput = BlockInput & { clusters: ClusterRange | undefined };

async function putPack(
  work: Store,
  plan: Plan,
  { number, ...input }: PackInput & { number: number },
): Promise<void> {
  await withPile(async (pile) => {
    const pack = encodePack(segmentParts(plan, input, pile), plan.buckets, pile.take);
    await work.put(packKey(number), pack, { contentType: "application/octet-stream" });
  });
}

async function writeChunks(
  output: Store,
  plan: Plan,
  { box, block }: BlockInput,
): Promise<Omit<StepResult, "voxels">> {
  const { grid, scale, format } = gridOf(plan, 0);
  const { encode } = codecs[scale.encoding];
  let objects = 0;
  let bytes = 0;
  for (const at of chunksOver(grid, box)) {
    const chunk = chunkBox(grid, at);
    const view = cutView(
      block.view,
      mapVec((d) => chunk.lo[d] - block.lo[d]),
      shapeOf(chunk),
    );
    const encoded = encode(view, block.table, format);
    bytes += await putChunk(output, `${scale.key}/${chunkName(grid, chunk)}`, encoded);
    objects++;
  }
  return { objects, bytes };
}

function segmentParts(plan: Plan, { box, block, clusters }: PackInput, pile: Pile): SegmentPart[] {
  const { table } = block;
  const own = cutView(
    block.view,
    mapVec((d) => box.lo[d] - block.lo[d]),
    shapeOf(box),
  );
  const { voxels, boxes, sums } = countLabels(own, table.count);
  const found =
    clusters === undefined ? new Map<number, Surface>() : surfaces(plan, { block, clusters }, pile);
  const parts: SegmentPart[] = [];
  for (let label = 1; label < table.count; label++) {
    const surface = found.get(label);
    const count = voxels[label] as number;
    if (count === 0 && surface === undefined) continue;
    parts.push({
      lo: table.lo[label] as number,
      hi: table.hi[label] as number,
      voxels: count,
      box: count === 0 ? [0, 0, 0, 0, 0, 0] : globalBox(boxes.subarray(label * 6, label * 6 + 6), box.lo),
      sums: [0, 1, 2].map((d) => (sums[label * 3 + d] as number) + count * (box.lo[d] as number)),
      triangles: surface?.triangles ?? 0,
      pieces: surface?.pieces ?? [],
    });
  }
  return parts;
}

function globalBox(box: Int32Array, lo: Vec3): number[] {
  return Array.from(box, (value, i) => value + (lo[i % 3] as number));
}

const extractors: Partial<Record<"coarse" | "full", SurfaceExtractor>> = {};

type Surface = { triangles: number; readonly pieces: Uint8Array[] };

/**
 * Surfaces by label. Error 0 asks for the full resolution. Extractors keep their tables from block to block.
 */
function surfaces(
  plan: Plan,
  { block: { view, table }, clusters }: { block: LabelledBlock; clusters: ClusterRange },
  { take }: Pile,
): Map<number, Surface> {
  const kind = plan.options.meshError > 0 ? "coarse" : "full";
  extractors[kind] ??= createExtractor({ cluster: kind === "coarse" });
  const volume = gridOf(plan, 0).grid.size;
  const found = new Map<number, Surface>();
  const add = (piece: SurfacePiece) => {
    const surface = found.get(piece.label) ?? { triangles: 0, pieces: [] };
    surface.triangles += piece.triangles.length / 3;
    surface.pieces.push(encodePiece(piece, take));
    found.set(piece.label, surface);
  };
  for (const slab of slabsOf(clusters, view.labels))
    extractors[kind].map({ ...slab, volume, labelCount: table.count }, add);
  return found;
}
