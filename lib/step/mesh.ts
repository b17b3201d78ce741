import { encodeFragment, encodeManifest } from "../format/fragment.ts";
import { decodePiece } from "../format/pack.ts";
import type { Segment } from "../format/property.ts";
import { type Box, boxOf } from "../format/vec.ts";
import type { EncodeItem, MeshItem } from "../plan/items.ts";
import { checkBucket } from "../plan/limit.ts";
import { itemsKey, segmentsKey } from "../plan/pipeline.ts";
import type { Plan } from "../plan/plan.ts";
import { getJson, putFragment, putJson, putManifest } from "../store/object.ts";
import { withQueue } from "../store/queue.ts";
import { placeMesh } from "../volume/mesh/place.ts";
import { meshPieces } from "../volume/mesh/simplify.ts";
import { cutPiece, mostTriangles, splitCells } from "../volume/mesh/split.ts";
import type { Mesh } from "../volume/mesh/weld.ts";
import { type Context, loadPlan, type StepResult } from "./context.ts";
import { type GatheredSegment, gatherSegments, readPieces } from "./gather.ts";
import { gridOf } from "./grid.ts";

/**
 * The segments of one bucket: joins the surfaces that the blocks found, simplifies them, writes mesh and
 * manifest of each, and the segments' statistics. Without meshes only the latter.
 *
 * @param limit triangles above which a segment is written in parts
 */
export async function meshStep(
  context: Context,
  { bucket }: MeshItem,
  limit = mostTriangles,
): Promise<StepResult> {
  const plan = await loadPlan(context);
  const segments = await gatherSegments(context.work, plan, bucket);
  checkBucket(segments.length, plan.buckets);
  const done = await withQueue(context.output, (output) =>
    writeMeshes({ ...context, output }, plan, { segments, limit }),
  );
  const rows: Segment[] = segments.map(({ id, voxels, box }) => ({ id, voxels, box }));
  await putJson(context.work, segmentsKey(bucket), rows);
  return done;
}

type Work = { segments: readonly GatheredSegment[]; limit: number };

async function writeMeshes(context: Context, plan: Plan, { segments, limit }: Work): Promise<StepResult> {
  const done = { voxels: 0, objects: 0, bytes: 0 };
  for (const segment of segments) {
    done.voxels += segment.voxels;
    if (plan.info.mesh === undefined) continue;
    const names: string[] = [];
    for await (const mesh of segmentMeshes(context, plan, { segment, limit })) {
      const part = segment.triangles > limit ? `.${names.length}` : "";
      const name = `mesh.${segment.id}.${segment.id}${part}`;
      done.bytes += await writeFragment(context, plan, { name, mesh });
      names.push(name);
    }
    done.bytes += await putManifest(
      context.output,
      `${plan.info.mesh}/${segment.id}:0`,
      encodeManifest(names),
    );
    done.objects += names.length + 1;
  }
  return done;
}

type Task = { segment: GatheredSegment; limit: number };

async function* segmentMeshes(context: Context, plan: Plan, { segment, limit }: Task): AsyncGenerator<Mesh> {
  const { meshError: error } = plan.options;
  const volume = gridOf(plan, 0).grid.size;
  if (segment.triangles <= limit) {
    yield meshPieces(await readPieces(context.work, segment.entries), volume, { error });
    return;
  }
  const blocks = await blockBoxes(context);
  for (const cell of splitCells(boxOf(segment.box), segment.triangles)) {
    const near = segment.entries.filter(({ block }) => overlaps(blocks.get(block) as Box, cell));
    const pieces = (await readPieces(context.work, near)).map((piece) => cutPiece(decodePiece(piece), cell));
    // Open edges stay, so that the parts of a segment fit each other without a gap.
    const mesh = meshPieces(pieces, volume, { error });
    if (mesh.indices.length > 0) yield mesh;
  }
}

async function writeFragment(
  context: Context,
  plan: Plan,
  { name, mesh }: { name: string; mesh: Mesh },
): Promise<number> {
  const { resolution } = gridOf(plan, 0).scale;
  const fragment = encodeFragment(placeMesh(mesh, resolution, plan.voxelOffset), mesh.indices);
  return putFragment(context.output, `${plan.info.mesh}/${name}`, fragment);
}

async function blockBoxes({ work }: Context): Promise<Map<number, Box>> {
  const items = await getJson<EncodeItem[]>(work, itemsKey("encode"));
  return new Map(items.map(({ block, box }) => [block, box]));
}

/** A block's triangles reach at most two voxels beyond it. */
function overlaps(block: Box, cell: Box): boolean {
  return ([0, 1, 2] as const).every((d) => block.lo[d] - 2 < cell.hi[d] && cell.lo[d] < block.hi[d] + 2);
}
