import { isDeep } from "./json.ts";
import { largest } from "./largest.ts";
import type { Vec3 } from "./vec.ts";

export type StateInput = {
  readonly name: string;
  /** URL of the folder that holds `info`. */
  readonly url: string;
  readonly size: Vec3;
  /** Nanometres per voxel. */
  readonly resolution: Vec3;
  readonly voxelOffset: Vec3;
  /** Segments by id (base 10) with their voxels. */
  readonly segments: readonly { readonly id: string; readonly voxels: number }[];
  /** The segments were named one by one: all of them are selected, however many. */
  readonly named?: boolean;
  /** Sources of image layers below the labels. */
  readonly images: readonly string[];
  /** Where to open, in global voxels; the middle of the volume if left out. */
  readonly position?: Vec3;
  /** `#rrggbb` of segments by id, instead of the viewer's own colours. */
  readonly colors?: ReadonlyMap<string, string>;
};

/** So many segments are all selected; of more, only the largest, or the viewer asks for too many meshes. */
const allSelected = 2000;
const largestSelected = 200;
/** Pixels: ids of 19 digits, names and numbers side by side; the viewer's own 300 cut the names off. */
const listWidth = 400;
/** The segment list has the names and this column of our table, largest first. */
const listed = ">voxels";

/**
 * The viewer's state (neuroglancer JSON state, the form of 2.41): opened on the data, scaled so that they
 * fill the panels, segments as strings.
 */
export function viewerState(input: StateInput): unknown {
  const { size, resolution, voxelOffset } = input;
  const extents = size.map((n, d) => n * resolution[d]!);
  // Scales are counted in voxels of x; a cross-section panel is about 400 screen pixels of a laptop.
  const widest = Math.max(...extents) / resolution[0];
  const segments = input.named ? input.segments.map(({ id }) => id) : selected(input.segments);
  const colors = colorsOf(segments, input.colors);
  return {
    dimensions: Object.fromEntries(resolution.map((nm, d) => ["xyz"[d], [metres(nm), "m"]])),
    position: input.position ?? voxelOffset.map((offset, d) => offset + size[d]! / 2),
    crossSectionScale: widest / 400,
    projectionScale: widest * 1.3,
    layers: [
      ...input.images.map((source, i) => ({
        type: "image",
        source,
        name: imageName(i, input.name),
        opacity: 1,
        blend: "additive",
      })),
      {
        type: "segmentation",
        source: `precomputed://${input.url}`,
        tab: "segments",
        segments,
        segmentQuery: listed,
        ...(colors && { segmentColors: colors }),
        name: input.name,
      },
    ],
    selectedLayer: { visible: true, layer: input.name, size: listWidth },
    layout: "4panel",
    showSlices: true,
  };
}

/** Layers must have names of their own. */
function imageName(i: number, labels: string): string {
  const name = i === 0 ? "image" : `image ${i + 1}`;
  return name === labels ? `${name} below` : name;
}

/** Of the selected segments only: the viewer writes its state into the address bar at every step. */
function colorsOf(ids: readonly string[], colors: StateInput["colors"]): Record<string, string> | undefined {
  const found = ids.flatMap((id) => {
    const color = colors?.get(id);
    return color === undefined ? [] : [[id, color] as const];
  });
  return found.length > 0 ? Object.fromEntries(found) : undefined;
}

/**
 * Replaces the source of the first segmentation layer, if it is a `precomputed://` one; other layers (an
 * image the user added) stay. Text that is not a state is handed on as it is, for the viewer to complain.
 */
export function pointAt(text: string, url: string): string {
  let parsed: { layers?: unknown } | null;
  try {
    parsed = JSON.parse(text);
  } catch {
    return text;
  }
  if (isDeep(parsed)) return text;
  const layers: { type?: unknown; source?: unknown }[] = Array.isArray(parsed?.layers) ? parsed.layers : [];
  const own = layers.find((layer) => layer?.type === "segmentation");
  if (typeof own?.source !== "string" || !own.source.startsWith("precomputed://")) return text;
  own.source = `precomputed://${url}`;
  return JSON.stringify(parsed);
}

/** The link that makes the viewer load a state from a URL: short, however many segments there are. */
export function stateLink(viewer: string, stateUrl: string): string {
  return `${viewer}#!${stateUrl}`;
}

/** Longer links are cut by chat and mail programs. */
const longestInline = 8000;

/** The link that carries the whole state, while it is short enough to survive being sent around. */
export function inlineLink(viewer: string, state: unknown, longest = longestInline): string | undefined {
  const link = `${viewer}#!${encodeURIComponent(JSON.stringify(state))}`;
  return link.length < longest ? link : undefined;
}

function selected(segments: StateInput["segments"]): string[] {
  if (segments.length <= allSelected) return segments.map(({ id }) => id);
  const chosen = new Set(largest(segments, largestSelected));
  return segments.filter((segment) => chosen.has(segment)).map(({ id }) => id);
}

/** 798 nm is 7.98e-7 m and not 7.980000000000001e-7: the exponent is applied in decimal. */
function metres(nanometres: number): number {
  const [digits, exponent] = nanometres.toExponential().split("e");
  return Number(`${digits}e${Number(exponent) - 9}`);
}
