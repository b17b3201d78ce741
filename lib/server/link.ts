import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { VolumeInfo } from "../format/dataset.ts";
import { InputError } from "../format/error.ts";
import { inlineLink, stateLink, viewerState } from "../format/state.ts";
import { openDataset } from "./dataset.ts";
import { checkImage } from "./image.ts";

export type LinkOptions = {
  /** A folder that `convert` made, or the URL of a published dataset. */
  readonly source: string;
  /** Where a folder is served. */
  readonly url: string;
  readonly viewer: string;
  /** Segments to select, base 10; the usual choice if left out. */
  readonly ids?: readonly string[];
  readonly images: readonly string[];
  /** Global voxels, x y z. */
  readonly position?: readonly number[];
  readonly layout?: string;
  /** Name of a state file to write into the folder, for states too long for a link. */
  readonly save?: string;
};

export type Link = { readonly link: string; readonly warnings: readonly string[] };

/**
 * A new link to a dataset that is there already: other segments, image layers, place or layout. Short states are
 * in the link itself, longer ones in a file beside `info`.
 *
 * @throws InputError if an id is not in the dataset, or the link would be too long
 */
export async function makeLink(options: LinkOptions): Promise<Link> {
  const { source, viewer, ids, images, position, layout, save } = options;
  const dataset = await openDataset(source);
  const url = dataset.isFolder ? options.url.replace(/\/$/, "") : source.replace(/\/$/, "");
  const info = (await dataset.json("info")) as VolumeInfo;
  const [full] = info.scales;
  if (full === undefined) throw new InputError({ file: "info", found: "has no scale" });
  const segments = selection(await readTable(dataset, info), ids);
  const { size, resolution, voxel_offset: voxelOffset } = full;
  const name =
    path.basename(dataset.isFolder ? path.resolve(source) : new URL(url).pathname) || "segmentation";
  const usual = viewerState({ name, url, size, resolution, voxelOffset, segments, images }) as Record<
    string,
    unknown
  >;
  const state = { ...usual, ...(position && { position }), ...(layout !== undefined && { layout }) };
  const warnings = (await Promise.all(images.map((image) => checkImage(image, full)))).flat();
  if (save !== undefined)
    return { link: stateLink(viewer, await saveState({ dataset, url, save }, state)), warnings };
  const link = inlineLink(viewer, state);
  if (link !== undefined) return { link, warnings };
  throw new InputError({
    file: source,
    found: `the state of ${segments.length} segments is too long for a link`,
    advice: dataset.isFolder
      ? "Keep it in a file: --save NAME"
      : "Name fewer with --ids, or use the dataset's state.json",
  });
}

type Row = { readonly id: string; readonly voxels: number };
type Dataset = Awaited<ReturnType<typeof openDataset>>;

async function readTable(dataset: Dataset, info: VolumeInfo): Promise<Row[]> {
  type Table = { inline: { ids: string[]; properties: { id: string; values: number[] }[] } };
  const { inline } = (await dataset.json(`${info.segment_properties}/info`)) as Table;
  const voxels = inline.properties.find(({ id }) => id === "voxels")?.values ?? [];
  return inline.ids.map((id, i) => ({ id, voxels: voxels[i] ?? 0 }));
}

function selection(rows: readonly Row[], ids: readonly string[] | undefined): readonly Row[] {
  if (ids === undefined) return rows;
  const byId = new Map(rows.map((row) => [row.id, row]));
  const unknown = ids.filter((id) => !byId.has(id));
  if (unknown.length === 0) return ids.map((id) => byId.get(id) as Row);
  const shown = unknown.slice(0, 5).join(", ");
  throw new InputError({
    file: "--ids",
    found: `${unknown.length} of ${ids.length} ids are not in the dataset (${shown})`,
  });
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
