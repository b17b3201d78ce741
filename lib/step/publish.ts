import { InputError } from "../format/error.ts";
import type { Labels } from "../format/labels.ts";
import { largest } from "../format/largest.ts";
import type { Segment } from "../format/measure.ts";
import { datasetPage } from "../format/page.ts";
import { viewerState } from "../format/state.ts";
import { boxOf, product, type Vec3 } from "../format/vec.ts";
import { mostSegments, tooManySegments } from "../plan/limit.ts";
import { type FanOutStage, segmentsKey, workLists } from "../plan/pipeline.ts";
import type { Plan } from "../plan/plan.ts";
import { inLanes } from "../store/lanes.ts";
import { getJson, putCurrentJson, putJson, putPage, putPicture } from "../store/object.ts";
import { type Receipt, soundLine } from "../verify/receipt.ts";
import type { Used } from "./account.ts";
import { type Context, loadPlan } from "./context.ts";
import { gridOf } from "./grid.ts";
import { sumItems } from "./item.ts";
import { readLabels } from "./labels.ts";
import { drawPicture, type Picture } from "./picture.ts";
import { pointInside } from "./point.ts";
import { provenance } from "./provenance.ts";
import { replaceTogether } from "./replace.ts";
import { besideScales, putSegments, tableName } from "./segments.ts";
import { concludeVerify, gatherFindings } from "./verify/conclude.ts";

export type PublishInput = {
  /** Name of the layer and of the page. */
  readonly name: string;
  /** URL of the folder that will hold `info`. */
  readonly url: string;
  /** The viewer that the page links to, with `/` at its end. */
  readonly viewer: string;
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
  /** What the items have used, as their receipts say. */
  readonly used: { readonly items: Used; readonly lists: number };
  /** One line of what was verified; absent if nothing was. */
  readonly verified?: string;
};

/**
 * Writes what describes the dataset as a whole: segment table, picture, provenance, state, page, and `info` last.
 * Until `info` is there nothing points to the new objects, and an earlier dataset of the same name is untouched.
 */
export async function publishStep(context: Context, input: PublishInput): Promise<Published> {
  const plan = await loadPlan(context);
  const { output } = context;
  // Before anything else reads what may be broken.
  const report = plan.options.verify ? await gatherFindings(context, plan) : undefined;
  const segments = await readSegments(context, plan);
  const labels = plan.names && (await readLabels(context.input, plan.names));
  const picture = await drawPicture(output, plan, labels?.colors);
  const sizes = [
    ...(await putSegments(output, plan, { segments, labels: labels?.names })),
    ...(plan.info.mesh
      ? [await putJson(output, `${plan.info.mesh}/info`, { "@type": "neuroglancer_legacy_mesh" })]
      : []),
    await putPicture(output, besideScales(plan, "preview.png"), picture.bytes),
    await putJson(output, besideScales(plan, "provenance.json"), await provenance(context, plan)),
  ];
  const [main] = largest(segments, 1);
  const position = main && (await pointInside(output, plan, { id: main.id, box: boxOf(main.box) }));
  const published = await sumItems(context.work, plan);
  const described = { ...input, plan, segments, picture, published, ...(labels && { labels }) };
  const state = stateOf(described, position);
  const receipt = report && (await concludeVerify(context, plan, { report, state }));
  if (receipt !== undefined) sizes.push(await putJson(output, besideScales(plan, "receipt.json"), receipt));
  const page = pageOf({ ...described, ...(receipt && { receipt }) });
  // As late as can be: nothing is read or computed between the answer and what it allows.
  const entries = await replaceTogether(output, {
    keys: ["state.json", "index.html", "info"],
    ...(input.confirm && { confirm: input.confirm }),
    put: async (store) => [
      await putCurrentJson(store, "state.json", state),
      await putPage(store, "index.html", page),
      await putCurrentJson(store, "info", plan.info),
    ],
  });
  sizes.push(...entries);
  return {
    segments: segments.length,
    voxels: product(gridOf(plan, 0).scale.size),
    objects: sizes.length,
    bytes: sizes.reduce((sum, bytes) => sum + bytes, 0),
    state,
    used: { items: published.usage, lists: listCount(plan) },
    ...(receipt && { verified: soundLine(receipt) }),
  };
}

type Described = PublishInput & {
  readonly plan: Plan;
  readonly segments: readonly Segment[];
  readonly picture: Picture;
  readonly published: { readonly objects: number; readonly bytes: number };
  readonly labels?: Labels;
  readonly receipt?: Receipt;
};

function stateOf({ name, url, plan, segments, labels }: Described, position: Vec3 | undefined): unknown {
  const { size, resolution } = gridOf(plan, 0).scale;
  const { voxelOffset, options } = plan;
  return viewerState({
    name,
    url,
    size,
    resolution,
    voxelOffset,
    // A selected segment without a mesh would keep the viewer waiting for it.
    segments: plan.info.mesh === undefined ? [] : segments,
    images: options.images,
    ...(position && { position }),
    ...(labels && { colors: labels.colors }),
  });
}

function pageOf(described: Described): string {
  const { name, url, viewer, plan, segments, published, picture, labels, receipt } = described;
  const { downsampling, meshError } = plan.options;
  return datasetPage({
    ...{ name, url, viewer, info: plan.info, segments, published },
    ...(labels && { labels: labels.names, colors: labels.colors }),
    picture: { key: besideScales(plan, "preview.png"), width: picture.width, height: picture.height },
    ...(receipt && { receipt: { key: besideScales(plan, "receipt.json"), receipt } }),
    made: {
      program: plan.program,
      slices: plan.slices.length,
      downsampling,
      meshError,
      provenance: besideScales(plan, "provenance.json"),
      table: besideScales(plan, tableName),
    },
  });
}

/** Maps inside maps of the state machine: of the pyramid, the mesh stage and, where it is done, of verification. */
function listCount({ scales, parts }: Plan): number {
  const lists = (stage: FanOutStage) => workLists(stage, scales.length).length;
  return lists("pyramid") + lists("mesh") + (parts > 0 ? lists("verify") : 0);
}

/** All segments by ascending id; ids are compared as numbers by their length and then as text. */
async function readSegments({ work }: Context, plan: Plan): Promise<Segment[]> {
  const keys = Array.from({ length: plan.buckets }, (_, bucket) => segmentsKey(bucket));
  const buckets = await inLanes(keys, (key) => getJson<Segment[]>(work, key), 32);
  const segments = buckets.flat();
  if (segments.length > mostSegments) throw new InputError(tooManySegments());
  const inOrder = (a: Segment, b: Segment) => a.id.length - b.id.length || (a.id < b.id ? -1 : 1);
  return segments.sort(inOrder);
}
