import { mapVec, product, type Vec3 } from "../format/vec.ts";
import { partGroupCount } from "./items.ts";
import { functionSeconds, type Load, loadsOf, usualSegments } from "./load.ts";
import { countObjects, type ObjectCount } from "./objects.ts";
import { pace, service, usualCloud } from "./pace.ts";
import type { Plan } from "./plan.ts";
import { type Cost, cost } from "./price.ts";
import { bindingQuotas } from "./quota.ts";
import { pyramidVoxels } from "./scale.ts";
import { noUsage, transitionsOf, type Usage } from "./usage.ts";

/** What a run is done with, and what is known of it beyond its headers. */
export type Conditions = {
  /** Of this machine. */
  readonly threads: number;
  /** Calls of functions at the same time, and MB of each. */
  readonly concurrency: number;
  readonly memory: number;
  /** Segments, if it is known how many; else taken from the density of the measured volume. */
  readonly segments?: number;
};

export const usualConditions: Omit<Conditions, "threads"> = usualCloud;

/** An expected figure between two others, which most runs should not leave. */
export type Expected = { readonly least: number; readonly expected: number; readonly most: number };

export type Forecast = {
  readonly voxels: number;
  /** Millimetres, x y z. */
  readonly millimetres: Vec3;
  readonly objects: ObjectCount;
  /** Segments that time, bytes and cost were reckoned with, and whether they were said or taken from the density. */
  readonly segments: number;
  readonly segmentsAreKnown: boolean;
  /** Of the dataset, as stored. */
  readonly bytes: Expected;
  readonly local: { readonly threads: number; readonly seconds: Expected };
  readonly cloud: {
    readonly concurrency: number;
    readonly memory: number;
    readonly seconds: Expected;
    readonly usage: Usage;
    /** At list prices, and by what is paid for. */
    readonly cost: Cost;
    readonly usd: Expected;
    /** What would hold the run up, or could fail it, in words. */
    readonly quotas: readonly string[];
  };
};

/** What a plan will take, from what is counted of it and the pace that was measured. */
export function forecast(plan: Plan, conditions: Conditions): Forecast {
  const segments = conditions.segments ?? usualSegments(plan);
  const [full] = plan.scales as [Plan["scales"][number]];
  const loads = loadsOf(plan, segments);
  const { concurrency, memory, threads } = conditions;
  const usage = usageOf(plan, loads, { segments, memory, concurrency });
  const price = cost(usage);
  const { spread } = pace;
  return {
    voxels: product(full.size),
    millimetres: mapVec((d) => (full.size[d] * full.resolution[d]) / 1e6),
    objects: countObjects(plan),
    segments,
    segmentsAreKnown: conditions.segments !== undefined,
    bytes: around(bytesOf(plan, segments), spread.bytes),
    local: { threads, seconds: around(localSeconds(plan, loads, { threads, segments }), spread.seconds) },
    cloud: {
      concurrency,
      memory,
      seconds: around(cloudSeconds(plan, loads, { concurrency, segments }), spread.seconds),
      usage,
      cost: price,
      usd: around(price.usd, spread.usd),
      quotas: bindingQuotas(loads, { concurrency, segments }),
    },
  };
}

function around(expected: number, [low, high]: readonly [number, number]): Expected {
  return { least: expected * low, expected, most: expected * high };
}

function bytesOf({ scales, info }: Plan, segments: number): number {
  const { chunksPerVoxel, meshesPerVoxel, tablePerSegment, beside } = pace.bytes;
  const meshes = info.mesh === undefined ? 0 : product(scales[0]?.size ?? [0, 0, 0]) * meshesPerVoxel;
  return pyramidVoxels(scales) * chunksPerVoxel + meshes + segments * tablePerSegment + beside;
}

function planSeconds({ slices }: Plan): number {
  return slices.length * pace.seconds.planPerSlice;
}

function publishSeconds(segments: number): number {
  return pace.seconds.publish + segments * pace.seconds.publishPerSegment;
}

/** Threads share single items, list after list. */
function localSeconds(
  plan: Plan,
  loads: readonly Load[],
  { threads, segments }: { threads: number; segments: number },
): number {
  const fanned = loads.map(({ seconds, items }) => seconds / Math.min(threads, Math.max(1, items)));
  const alone = pace.seconds.start + planSeconds(plan) + publishSeconds(segments);
  return fanned.reduce((sum, seconds) => sum + seconds, alone);
}

type Cloud = { readonly concurrency: number; readonly segments: number };

/** Calls run list after list, so many at a time; the last ones of a list are waited for. */
function cloudSeconds(plan: Plan, loads: readonly Load[], { concurrency, segments }: Cloud): number {
  const alone = planSeconds(plan) + publishSeconds(segments) + 2 * service.startSeconds;
  return loads.reduce((sum, load) => {
    const rounds = Math.ceil(load.calls / concurrency);
    const each = functionSeconds(load) / Math.max(1, load.calls);
    return sum + rounds * each + service.startSeconds + service.listSeconds;
  }, alone);
}

/** What the whole run asks of the services: requests of functions, with those of plan and publish. */
function usageOf(
  plan: Plan,
  loads: readonly Load[],
  { segments, memory, concurrency }: Cloud & { memory: number },
): Usage {
  const calls = (stage: Load["stage"]) => sum(loads, (load) => (load.stage === stage ? load.calls : 0));
  const batches = {
    encode: calls("encode"),
    pyramid: calls("pyramid"),
    mesh: calls("mesh"),
    verify: calls("verify"),
  };
  const fanned = Object.values(batches).reduce((total, count) => total + count, 0);
  const widest = (stage: Load["stage"]) =>
    Math.max(0, ...loads.filter((load) => load.stage === stage).map((load) => load.calls));
  const starts = (["encode", "pyramid", "mesh", "verify"] as const).reduce(
    (total, stage) => total + Math.min(concurrency, widest(stage)),
    2,
  );
  const seconds =
    sum(loads, functionSeconds) +
    planSeconds(plan) +
    publishSeconds(segments) +
    starts * service.startSeconds;
  // Statistics and findings of each bucket, findings of each group.
  const published = 2 * plan.buckets + partGroupCount(plan);
  return {
    ...noUsage,
    calls: fanned + 2,
    starts,
    seconds,
    gbSeconds: (seconds * memory) / 1024,
    transitions: transitionsOf({ ...batches, lists: loads.filter(({ stage }) => stage !== "encode").length }),
    // Plan puts its lists, publish what is beside the chunks; and each says a few times how far the run is.
    puts: sum(loads, ({ puts }) => puts) + loads.length + countObjects(plan).beside.length + 12,
    gets: sum(loads, ({ gets }) => gets) + plan.slices.length + fanned + published + 40,
    inputBytes: sum(loads, ({ inputBytes }) => inputBytes),
  };
}

function sum(loads: readonly Load[], of: (load: Load) => number): number {
  return loads.reduce((total, load) => total + of(load), 0);
}
