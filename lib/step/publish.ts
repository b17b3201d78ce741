import { type Segment, segmentProperties } from "../format/property.ts";
import { viewerState } from "../format/state.ts";
import { product, type Vec3 } from "../format/vec.ts";
import { hashesKey, segmentsKey } from "../plan/pipeline.ts";
import type { Plan } from "../plan/plan.ts";
import { inputsBeside } from "../plan/run.ts";
import { inLanes } from "../store/lanes.ts";
import { getJson, putCurrentJson, putGzipped, putJson } from "../store/object.ts";
import { type Context, loadPlan } from "./context.ts";
import { gridOf } from "./grid.ts";
import { readNames } from "./names.ts";
import { pointInside } from "./point.ts";

export type PublishInput = {
  /** Name of the layer. */
  readonly name: string;
  /** URL of the folder that will hold `info`. */
  readonly url: string;
  /** Asked before anything that points to the new objects is put; it throws to stop that. */
  readonly confirm?: () => Promise<void>;
};

export type Published = {
  readonly segments: number;
  readonly voxels: number;
  readonly objects: number;
  readonly bytes: number;
  /** What `state.json` holds. */
  readonly state: unknown;
};

/**
 * Writes what describes the dataset as a whole: segment table, state, provenance, and `info` last. Until
 * `info` is there nothing points to the new objects, and an earlier dataset of the same name is untouched.
 */
export async function publishStep(
  context: Context,
  { name, url, confirm }: PublishInput,
): Promise<Published> {
  const plan = await loadPlan(context);
  const { output } = context;
  const segments = await readSegments(context, plan);
  const names = plan.names && (await readNames(context.input, plan.names));
  const { size, resolution } = gridOf(plan, 0).scale;
  const { voxelOffset } = plan;
  const table = segmentProperties(segments, { resolution, voxelOffset, ...(names && { labels: names }) });
  const sizes = [
    await putGzipped(output, `${plan.info.segment_properties}/info`, encode(table), "application/json"),
    ...(plan.info.mesh
      ? [await putJson(output, `${plan.info.mesh}/info`, { "@type": "neuroglancer_legacy_mesh" })]
      : []),
    await putJson(output, provenanceKey(plan), await provenance(context, plan)),
  ];
  const position = await pointInside(output, plan, segments);
  const state = stateOf(plan, segments, { name, url, ...(position && { position }) });
  // As late as can be: nothing is read or computed between the answer and what it allows.
  await confirm?.();
  sizes.push(
    await putCurrentJson(output, "state.json", state),
    await putCurrentJson(output, "info", plan.info),
  );
  return {
    segments: segments.length,
    voxels: product(size),
    objects: sizes.length,
    bytes: sizes.reduce((sum, bytes) => sum + bytes, 0),
    state,
  };
}

type StateInput = { name: string; url: string; position?: Vec3 };

function stateOf(plan: Plan, segments: readonly Segment[], input: StateInput): unknown {
  const { size, resolution } = gridOf(plan, 0).scale;
  const { voxelOffset, options } = plan;
  // A selected segment without a mesh would keep the viewer waiting for it.
  const shown = plan.info.mesh === undefined ? [] : segments;
  return viewerState({ ...input, size, resolution, voxelOffset, segments: shown, images: options.images });
}

/** All segments by ascending id; ids are compared as numbers by their length and then as text. */
async function readSegments({ work }: Context, plan: Plan): Promise<Segment[]> {
  const keys = Array.from({ length: plan.buckets }, (_, bucket) => segmentsKey(bucket));
  const buckets = await inLanes(keys, (key) => getJson<Segment[]>(work, key));
  const segments = buckets.flat();
  const inOrder = (a: Segment, b: Segment) => a.id.length - b.id.length || (a.id < b.id ? -1 : 1);
  return segments.sort(inOrder);
}

/** Beside what it tells of: below the version, where there is one. */
function provenanceKey({ info }: Plan): string {
  return info.segment_properties.replace(/segment_properties$/, "provenance.json");
}

/** How the dataset was made: enough to make it again and to see what changed. No time, no machine. */
async function provenance({ work }: Context, plan: Plan): Promise<unknown> {
  const hashes = (await work.head(hashesKey)) ? await getJson<Record<string, string>>(work, hashesKey) : {};
  const inputs = plan.files.map(({ name, size, etag }) => ({
    name,
    size,
    ...(etag !== undefined && { etag }),
    ...(hashes[name] !== undefined && { sha256: hashes[name] }),
  }));
  return {
    program: plan.program,
    options: plan.options,
    inputs,
    beside: Object.fromEntries(
      inputsBeside
        .filter((name) => hashes[name] !== undefined)
        .map((name) => [name, { sha256: hashes[name] }]),
    ),
    slices: plan.slices.length,
    ignored: plan.ignored,
    notes: plan.notes,
    mesh: plan.info.mesh && {
      method: "dual surface of 2x2x2 clusters, joined by exact keys, meshoptimizer simplify",
      error_bound_voxels: plan.options.meshError,
    },
  };
}

function encode(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
