import { encodeFragment, encodeManifest } from "../format/fragment.ts";
import type { MeshMeasure, Segment } from "../format/measure.ts";
import { type Box, boxOf } from "../format/vec.ts";
import { type Batch, itemsIn } from "../plan/batch.ts";
import type { EncodeItem, MeshItem } from "../plan/items.ts";
import { checkBucket } from "../plan/limit.ts";
import { itemsKey, segmentsKey } from "../plan/pipeline.ts";
import type { Plan } from "../plan/plan.ts";
import { getJson, putFragment, putJson, putManifest } from "../store/object.ts";
import { withQueue } from "../store/queue.ts";
import { meshArea } from "../volume/mesh/area.ts";
import { placeMesh } from "../volume/mesh/place.ts";
import { loadSimplifier, simplifyMesh } from "../volume/mesh/simplify.ts";
import { cutPiece, splitCells } from "../volume/mesh/split.ts";
import { joinPieces, type Mesh } from "../volume/mesh/weld.ts";
import { type Context, loadPlan, type StepResult } from "./context.ts";
import { type GatheredSegment, gatherSegments, openPieces, type PieceReader } from "./gather.ts";
import { gridOf } from "./grid.ts";

/** Above so many triangles a segment is meshed in parts: joined whole it would not fit a task's memory. */
const mostTriangles = 2 ** 22;

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
  await loadSimplifier();
  const segments = await gatherSegments(context.work, plan, bucket);
  checkBucket(segments.length, plan.buckets);
  const meshes = new Map<string, MeshMeasure>();
  const done = await withQueue(context.output, (output) =>
    writeMeshes({ ...context, output }, plan, { segments, limit, meshes }),
  );
  const rows = segments.map(({ id, voxels, box, centroid }): Segment => {
    const mesh = meshes.get(id);
    return { id, voxels, box, centroid, ...(mesh && { mesh }) };
  });
  await putJson(context.work, segmentsKey(bucket), rows);
  return done;
}

type Work = {
  segments: readonly GatheredSegment[];
  limit: number;
  /** Told of what is written, by id. */
  meshes: Map<string, MeshMeasure>;
};

async function writeMeshes(
  context: Context,
  plan: Plan,
  { segments, limit, meshes }: Work,
): Promise<StepResult> {
  const done = { voxels: 0, objects: 0, bytes: 0 };
  const read = plan.info.mesh === undefined ? noPieces : await openPieces(context.work, segments);
  for (const segment of segments) {
    done.voxels += segment.voxels;
    if (plan.info.mesh === undefined) continue;
    const names: string[] = [];
    let [triangles, area] = [0, 0];
    for await (const mesh of segmentMeshes(context, plan, { segment, limit, read })) {
      const part = segment.triangles > limit ? `.${names.length}` : "";
      const name = `mesh.${segment.id}.${segment.id}${part}`;
      const positions = placeMesh(mesh, gridOf(plan, 0).scale.resolution, plan.voxelOffset);
      const fragment = encodeFragment(positions, mesh.indices);
      done.bytes += await putFragment(context.output, `${plan.info.mesh}/${name}`, fragment);
      triangles += mesh.indices.length / 3;
      area += meshArea(positions, mesh.indices);
      names.push(name);
    }
    meshes.set(segment.id, { triangles, area });
    done.bytes += await putManifest(
      context.output,
      `${plan.info.mesh}/${segment.id}:0`,
      encodeManifest(names),
    );
    done.objects += names.length + 1;
  }
  return done;
}

type Task = { segment: GatheredSegment; limit: number; read: PieceReader };

const noPieces: PieceReader = () => Promise.resolve([]);

async function* segmentMeshes(
  context: Context,
  plan: Plan,
  { segment, limit, read }: Task,
): AsyncGenerator<Mesh> {
  const { meshError: error } = plan.options;
  const volume = gridOf(plan, 0).grid.size;
  if (segment.triangles <= limit) {
    yield simplifyMesh(joinPieces(await read(segment.entries), volume), { error });
    return;
  }
  const blocks = await blockBoxes(context);
  for (const cell of splitCells(boxOf(segment.box), segment.triangles)) {
    const near = segment.entries.filter(({ block }) => overlaps(blocks.get(block) as Box, cell));
    const pieces = (await read(near)).map((piece) => cutPiece(piece, cell));
    const mesh = joinPieces(pieces, volume);
    // Seams are locked, so that the parts of a segment fit each other without a gap.
    if (mesh.indices.length > 0) yield simplifyMesh(mesh, { error, lockBorder: true });
  }
}

async function blockBoxes({ work }: Context): Promise<Map<number, Box>> {
  const batches = await getJson<Batch<EncodeItem>[]>(work, itemsKey("encode"));
  return new Map(itemsIn(batches).map(({ block, box }) => [block, box]));
}

/** A block's triangles reach at most two voxels beyond it. */
function overlaps(block: Box, cell: Box): boolean {
  return ([0, 1, 2] as const).every((d) => block.lo[d] - 2 < cell.hi[d] && cell.lo[d] < block.hi[d] + 2);
}
