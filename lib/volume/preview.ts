import { encode } from "fast-png";
import { segmentColor } from "../format/color.ts";
import { idText } from "../format/label.ts";
import { type Box, mapVec, shapeOf, type Vec3 } from "../format/vec.ts";
import { layOut, type Panel } from "./panel.ts";

/** What a preview needs to know of a scale. */
export type PreviewScale = {
  readonly size: Vec3;
  /** Nanometres per voxel. */
  readonly resolution: Vec3;
  /** Boxes are asked for along this grid, so that a reader decodes each chunk once per section. */
  readonly chunkSize: Vec3;
};

/** Dense labels of a box, x fastest; the id of label i is lo[i] + 2^32 hi[i], that of label 0 is 0. */
export type PreviewBox = {
  readonly labels: Uint32Array;
  readonly lo: Uint32Array;
  readonly hi: Uint32Array;
};

export type PreviewInput = {
  readonly scale: PreviewScale;
  /** Reads a box (local voxels of the scale), always one voxel thin and of one chunk at most. */
  readonly read: (box: Box) => Promise<PreviewBox>;
  /** `#rrggbb` of segments by id in base 10, instead of the viewer's own colours. */
  readonly colors?: ReadonlyMap<string, string>;
};

/** Around and between the sections; the sections themselves, where there is no segment. */
const backdrop = 0x0d1014;
const empty = 0x1a1e25;

/**
 * A PNG of the three orthogonal sections through the volume's middle, side by side: xy, xz (z down) and yz (z right,
 * y down). One scale in nanometres for all, colours those of the viewer. At most about 1200 pixels wide; the same
 * labels give the same bytes. Holds the picture and one read box at a time.
 */
export async function renderPreview({ scale, read, colors }: PreviewInput): Promise<Uint8Array> {
  const { width, height, panels } = layOut(scale);
  const data = new Uint8Array(width * height * 3);
  const picture = { data, width };
  fill(picture, { at: [0, 0], extent: [width, height] }, backdrop);
  for (const panel of panels) {
    fill(picture, panel, empty);
    for (const box of boxesOf(panel, scale)) {
      const voxels = await read(box);
      paint(picture, panel, { scale, box, labels: voxels.labels, colors: colorsOf(voxels, colors) });
    }
  }
  return encode({ width, height, data, channels: 3, depth: 8 });
}

type Picture = { readonly data: Uint8Array; readonly width: number };

function fill({ data, width }: Picture, { at, extent }: Pick<Panel, "at" | "extent">, color: number): void {
  for (let y = at[1]; y < at[1] + extent[1]; y++) {
    for (let x = at[0]; x < at[0] + extent[0]; x++) put(data, (y * width + x) * 3, color);
  }
}

/** The section cut along the chunk grid. */
function* boxesOf({ axes: [u, v], normal }: Panel, { size, chunkSize }: PreviewScale): Generator<Box> {
  const middle = Math.floor(size[normal] / 2);
  for (let b = 0; b < size[v]; b += chunkSize[v]) {
    for (let a = 0; a < size[u]; a += chunkSize[u]) {
      const lo = mapVec((d) => (d === normal ? middle : d === u ? a : b));
      const hi = mapVec((d) => (d === normal ? middle + 1 : Math.min(size[d], lo[d] + chunkSize[d])));
      yield { lo, hi };
    }
  }
}

type Tile = {
  readonly scale: PreviewScale;
  readonly box: Box;
  readonly labels: Uint32Array;
  /** By label. */
  readonly colors: Uint32Array;
};

/** Every pixel whose middle lies in a voxel of the box takes the colour of that voxel. */
function paint({ data, width }: Picture, panel: Panel, { scale, box, labels, colors }: Tile): void {
  const { at, extent, axes } = panel;
  const [u, v] = axes;
  const shape = shapeOf(box);
  const stride = [1, shape[0], shape[0] * shape[1]] as const;
  const perPixel = [scale.size[u] / extent[0], scale.size[v] / extent[1]] as const;
  const [firstX, endX] = pixels(box.lo[u], box.hi[u], perPixel[0]);
  const [firstY, endY] = pixels(box.lo[v], box.hi[v], perPixel[1]);
  for (let y = firstY; y < endY; y++) {
    const row = (voxelAt(y, perPixel[1], box.hi[v]) - box.lo[v]) * stride[v];
    for (let x = firstX; x < endX; x++) {
      const column = (voxelAt(x, perPixel[0], box.hi[u]) - box.lo[u]) * stride[u];
      put(data, ((at[1] + y) * width + at[0] + x) * 3, colors[labels[row + column]!]!);
    }
  }
}

/** The pixels whose middles lie in voxels lo to hi: every pixel belongs to one box. */
function pixels(lo: number, hi: number, perPixel: number): [number, number] {
  return [Math.ceil(lo / perPixel - 0.5), Math.ceil(hi / perPixel - 0.5)];
}

/** The voxel at a pixel's middle; a middle that rounding put on the box's end stays inside. */
function voxelAt(pixel: number, perPixel: number, end: number): number {
  return Math.min(end - 1, Math.floor((pixel + 0.5) * perPixel + 1e-9));
}

function colorsOf({ lo, hi }: PreviewBox, chosen: PreviewInput["colors"]): Uint32Array {
  const colors = new Uint32Array(lo.length);
  for (let i = 0; i < lo.length; i++) {
    const own = chosen && chosen.size > 0 ? chosen.get(idText({ lo, hi }, i)) : undefined;
    if (own !== undefined) colors[i] = Number.parseInt(own.slice(1), 16);
    else colors[i] = lo[i] === 0 && hi[i] === 0 ? empty : segmentColor(lo[i]!, hi[i]!);
  }
  return colors;
}

function put(data: Uint8Array, at: number, color: number): void {
  data[at] = color >>> 16;
  data[at + 1] = (color >>> 8) & 255;
  data[at + 2] = color & 255;
}
