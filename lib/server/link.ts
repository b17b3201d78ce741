import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { VolumeInfo, VolumeScale } from "../format/dataset.ts";
import { InputError } from "../format/error.ts";
import { largest } from "../format/largest.ts";
import { isSource, notSource, webAddress } from "../format/source.ts";
import { inlineLink, stateLink, viewerState } from "../format/state.ts";
import { mapVec, type Vec3 } from "../format/vec.ts";
import { checkImage } from "../step/image.ts";
import { pointInside } from "../step/point.ts";
import { openDataset } from "./dataset.ts";
import { type Before, type Row, readState, readTable, selectRows } from "./table.ts";

export type LinkOptions = {
  /** A folder that `convert` made, or the URL of a published dataset. */
  readonly source: string;
  /** Where a folder is served. */
  readonly url: string;
  readonly viewer: string;
  /** Segments to select, base 10; the usual choice if left out. */
  readonly ids?: readonly string[];
  readonly images: readonly string[];
  /** Global voxels, x y z; by default inside the largest of `ids`, or where the dataset opens. */
  readonly position?: readonly number[];
  readonly layout?: string;
  /** Name of a state file to write into the folder, for states too long for a link. */
  readonly save?: string;
  /** The state in the link, however long it gets. */
  readonly inline?: boolean;
};

export type Link = { readonly link: string; readonly warnings: readonly string[] };

/**
 * A new link to a dataset that is there already: other segments, image layers, place or layout. Short states are
 * in the link itself, longer ones in a file beside `info`.
 *
 * @throws InputError if an id is not in the dataset, or the link would be too long
 */
export async function makeLink(options: LinkOptions): Promise<Link> {
  const { source, images, save } = options;
  const viewer = webAddress("--viewer", options.viewer);
  for (const image of images) if (!isSource(image)) throw notSource(image);
  const dataset = await openDataset(source);
  const url = dataset.isFolder
    ? webAddress("--url", options.url).replace(/\/$/, "")
    : source.replace(/\/$/, "");
  const info = (await dataset.json("info")) as VolumeInfo;
  const [full] = info.scales;
  if (full === undefined) throw new InputError({ file: "info", found: "has no scale" });
  const { state, chosen } = await makeState(dataset, { info, full, url }, options);
  const warnings = (await Promise.all(images.map((image) => checkImage(image, full)))).flat();
  if (save !== undefined)
    return { link: stateLink(viewer, await saveState({ dataset, url, save }, state)), warnings };
  const link = inlineLink(viewer, state, options.inline ? Number.POSITIVE_INFINITY : undefined);
  if (link !== undefined) return { link, warnings };
  throw new InputError({
    file: source,
    found: `the state of ${chosen} segments is too long for a link`,
    advice: dataset.isFolder
      ? "Keep it in a file: --save NAME"
      : "Name fewer with --ids, or use the dataset's state.json, or --inline",
  });
}

type Dataset = Awaited<ReturnType<typeof openDataset>>;
type Described = { info: VolumeInfo; full: VolumeScale; url: string };

async function makeState(
  dataset: Dataset,
  { info, full, url }: Described,
  options: LinkOptions,
): Promise<{ state: unknown; chosen: number }> {
  const { ids, images, layout } = options;
  const { size, resolution, voxel_offset: voxelOffset } = full;
  const name = path.basename(dataset.isFolder ? dataset.place : new URL(url).pathname) || "segmentation";
  const rows = await readTable(dataset, info);
  // A segment without a mesh keeps the viewer waiting: only who names it gets it.
  const segments = ids === undefined ? (info.mesh === undefined ? [] : rows) : selectRows(rows, ids);
  const before = await readState(dataset);
  const position = await positionOf(dataset, { info, rows: segments, before }, options);
  const colors = before.colors;
  const state = viewerState({
    ...{ name, url, size, resolution, voxelOffset, segments, images, colors },
    named: ids !== undefined,
    ...(position && { position }),
  });
  return {
    state: { ...(state as object), ...(layout !== undefined && { layout: checkedLayout(layout) }) },
    chosen: segments.length,
  };
}

/** As asked for; else where the dataset opens; else inside the largest segment. Chosen segments are gone to. */
async function positionOf(
  dataset: Dataset,
  { info, rows, before }: { info: VolumeInfo; rows: readonly Row[]; before: Before },
  { position, ids }: LinkOptions,
): Promise<Vec3 | undefined> {
  if (position !== undefined) {
    if (position.length === 3 && position.every(Number.isFinite)) return position as unknown as Vec3;
    const found = `${position.join(",")} is not a place`;
    throw new InputError({ file: "--position", found, advice: "Give x,y,z in voxels" });
  }
  if (ids === undefined && before.position !== undefined) return before.position;
  const [row] = largest(rows, 1);
  return row && insideOf(dataset, info, row);
}

/** In a voxel of the segment; the middle of its box if the chunks there cannot be read. */
async function insideOf(dataset: Dataset, info: VolumeInfo, { id, box }: Row): Promise<Vec3 | undefined> {
  const offset = info.scales[0]?.voxel_offset;
  if (box === undefined || offset === undefined) return undefined;
  const local = { lo: mapVec((d) => box.lo[d] - offset[d]), hi: mapVec((d) => box.hi[d] - offset[d]) };
  const found = await pointInside(dataset.store, { info }, { id, box: local }).catch(() => undefined);
  return found ?? mapVec((d) => (box.lo[d] + box.hi[d]) / 2);
}

const layouts = ["4panel", "4panel-alt", "3d", "xy", "xz", "yz", "xy-3d", "xz-3d", "yz-3d"];

function checkedLayout(layout: string): string {
  if (layouts.includes(layout)) return layout;
  const advice = `Layouts are ${layouts.join(", ")}`;
  throw new InputError({ file: "--layout", found: `"${layout}" is not a layout of the viewer`, advice });
}

type Saved = { dataset: Dataset; url: string; save: string };

async function saveState({ dataset, url, save }: Saved, state: unknown): Promise<string> {
  if (!dataset.isFolder || !/^[\w-]{1,100}$/.test(save) || save === "provenance") {
    const found = `"${save}" cannot be written`;
    throw new InputError({
      file: "--save",
      found,
      advice: "Give a plain name, and a folder of this machine",
    });
  }
  await writeFile(path.join(dataset.place, `${save}.json`), JSON.stringify(state));
  return `${url}/${save}.json`;
}
