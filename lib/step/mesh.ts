import { decodeEntries } from "../format/entry.ts";
import { encodeFragment, encodeManifest } from "../format/fragment.ts";
import type { MeshMeasure, Segment } from "../format/measure.ts";
import { decodePiece, type SurfacePiece, splitPieces } from "../format/pack.ts";
import { type Box, boxOf } from "../format/vec.ts";
import { type Take, withPile } from "../kernel/pile.ts";
import { blockBox } from "../plan/block.ts";
import type { BucketItem } from "../plan/items.ts";
import { checkBucket } from "../plan/limit.ts";
import { segmentsKey } from "../plan/pipeline.ts";
import type { Plan } from "../plan/plan.ts";
import { putFragment, putJson, putManifest } from "../store/object.ts";
import { withQueue } from "../store/queue.ts";
import { meshArea } from "../volume/mesh/area.ts";
import { meshPart, wideCell } from "../volume/mesh/part.ts";
import { placeMesh } from "../volume/mesh/place.ts";
import { meshPieces } from "../volume/mesh/simplify.ts";
import { mostTriangles, splitCells } from "../volume/mesh/split.ts";
import type { Mesh } from "../volume/mesh/weld.ts";
import { type Context, loadPlan, type StepResult } from "./context.ts";
import { type GatheredSegment, gatherSegments } from "./gather.ts";
import { gridOf } from "./grid.ts";
import { entriesOfAll, readSurfaces, type Surfaces, together } from "./pieces.ts";

/**
 * The segments of one bucket: joins the surfaces that the blocks found, simplifies them, writes mesh and
 * manifest of each, and the segments' statistics. Without meshes only the latter.
 *
 * @param limit triangles above which a segment is written in parts
 */
export async function meshStep(
  context: Context,
  { bucket }: BucketItem,
  limit = mostTriangles,
): Promise<StepResult> {
  const plan = await loadPlan(context);
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
  for (const { voxels } of segments) done.voxels += voxels;
  if (plan.info.mesh === undefined) return done;
  for (const run of together(segments)) {
    const whole = run.filter(({ triangles }) => triangles <= limit);
    await withPile(async (pile) => {
      const surfaces = await readSurfaces(context.work, entriesOfAll(whole), pile);
      for (const segment of run) {
        const { objects, bytes, ...mesh } = await writeMesh(context, plan, { segment, limit, surfaces });
        meshes.set(segment.id, mesh);
        done.objects += objects;
        done.bytes += bytes;
      }
    });
  }
  return done;
}

type Task = { segment: GatheredSegment; limit: number; surfaces: Surfaces };

async function writeMesh(
  context: Context,
  plan: Plan,
  task: Task,
): Promise<MeshMeasure & { objects: number; bytes: number }> {
  const { id } = task.segment;
  const inParts = task.segment.triangles > task.limit;
  const names: string[] = [];
  let [bytes, triangles, area] = [0, 0, 0];
  const { resolution } = gridOf(plan, 0).scale;
  const write = async (mesh: Mesh) => {
    await withPile(async ({ take }) => {
      const name = `mesh.${id}.${id}${inParts ? `.${names.length}` : ""}`;
      const positions = placeMesh(mesh, { resolution, voxelOffset: plan.voxelOffset }, take);
      const fragment = encodeFragment(positions, mesh.indices, take);
      bytes += await putFragment(context.output, `${plan.info.mesh}/${name}`, fragment);
      triangles += mesh.indices.length / 3;
      area += meshArea(positions, mesh.indices);
      names.push(name);
    });
  };
  await withPile(async ({ take }) => {
    for await (const mesh of segmentMeshes(context, plan, { ...task, take })) await write(mesh);
  });
  bytes += await putManifest(context.output, `${plan.info.mesh}/${id}:0`, encodeManifest(names));
  return { objects: names.length + 1, bytes, triangles, area };
}

async function* segmentMeshes(
  { work }: Context,
  plan: Plan,
  { segment, limit, surfaces, take }: Task & { take: Take },
): AsyncGenerator<Mesh> {
  const { meshError: error } = plan.options;
  const volume = gridOf(plan, 0).grid.size;
  if (segment.triangles <= limit) {
    yield meshPieces(surfaces(decodeEntries(segment.entries)), volume, { error }, take);
    return;
  }
  for (const cell of splitCells(boxOf(segment.box), segment.triangles)) {
    const near = Array.from(decodeEntries(segment.entries)).filter(({ block }) =>
      overlaps(blockBox(plan, block), wideCell(cell)),
    );
    const mesh = await withPile(async (pile) => {
      const inCell = await readSurfaces(work, near, pile);
      return meshPart(decoded(inCell(near)), { cell, volume }, { error });
    });
    if (mesh.indices.length > 0) yield mesh;
  }
}

/** One after another: each is needed until the cell is cut out of it. */
function* decoded(surfaces: readonly Uint8Array[]): Generator<SurfacePiece> {
  for (const surface of surfaces) for (const piece of splitPieces(surface)) yield decodePiece(piece);
}

/** A block's triangles reach at most two voxels beyond it. */
function overlaps(block: Box, cell: Box): boolean {
  return ([0, 1, 2] as const).every((d) => block.lo[d] - 2 < cell.hi[d] && cell.lo[d] < block.hi[d] + 2);
}
