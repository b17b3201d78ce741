import type { Compression } from "./compression.ts";
import { bytesPerSample, type SampleType, tagValue } from "./pixel.ts";
import { type Directory, tagNames } from "./tag.ts";

/** How the samples of a page are cut into strips or tiles (TIFF 6.0 sections 3 and 15), row-major. */
export type Layout = {
  readonly kind: "strip" | "tile";
  /** Samples of one strip or tile; the last strip may have fewer rows, a tile at the edge is padded. */
  readonly stripWidth: number;
  readonly stripHeight: number;
  readonly across: number;
  readonly down: number;
  readonly offsets: ArrayLike<number>;
  readonly byteCounts: ArrayLike<number>;
};

/** What a layout must fit. */
export type Image = { readonly width: number; readonly height: number; readonly sampleType: SampleType };

/**
 * Reads where the strips or tiles are.
 *
 * @throws InputError when tags are missing, zero or do not fit each other
 */
export function readLayout(dir: Directory, { width, height }: Image): Layout {
  if (dir.numbers(322) !== undefined) return readTiles(dir, width, height);
  const rows = tagValue(dir, 278, height);
  if (rows === 0) throw dir.fault("RowsPerStrip (278) is 0", "Save the slice again");
  const stripHeight = Math.min(rows, height);
  const shape = { stripWidth: width, stripHeight, across: 1, down: Math.ceil(height / stripHeight) };
  return { kind: "strip", ...shape, ...readPlaces(dir, shape, [273, 279]) };
}

function readTiles(dir: Directory, width: number, height: number): Layout {
  const stripWidth = tagValue(dir, 322);
  const stripHeight = tagValue(dir, 323);
  if (stripWidth === 0 || stripHeight === 0) {
    throw dir.fault(
      `TileWidth (322) x TileLength (323) is ${stripWidth} x ${stripHeight}`,
      "Save the slice again",
    );
  }
  const shape = {
    stripWidth,
    stripHeight,
    across: Math.ceil(width / stripWidth),
    down: Math.ceil(height / stripHeight),
  };
  return { kind: "tile", ...shape, ...readPlaces(dir, shape, [324, 325]) };
}

function readPlaces(
  dir: Directory,
  { across, down }: { across: number; down: number },
  tags: readonly [number, number],
) {
  const needed = across * down;
  const [offsets, byteCounts] = tags.map((tag) => {
    const values = dir.numbers(tag);
    if (values?.length === needed) return values;
    const found = values === undefined ? "is missing" : `has ${values.length} values`;
    throw dir.fault(
      `${tagNames[tag]} (${tag}) ${found}; the size of the image needs ${needed}`,
      "Save the slice again",
    );
  });
  return { offsets: offsets!, byteCounts: byteCounts! };
}

/** Bytes of one row of `width` stored samples; 1-bit rows end at a whole byte. */
export function rowBytes(width: number, type: SampleType): number {
  return type === "bool1" ? Math.ceil(width / 8) : width * bytesPerSample(type);
}

/** Rows that strip or tile `index` stores. */
export function stripRows(layout: Layout, height: number, index: number): number {
  if (layout.kind === "tile") return layout.stripHeight;
  return Math.min(layout.stripHeight, height - index * layout.stripHeight);
}

/** Bytes of a compressed strip when it is decoded, for it is decoded as a whole, into memory. */
const largestStrip = 2 ** 29;

/**
 * Refuses, before anything is allocated or read, strips that lie beyond the end of the file, that cannot
 * hold the samples they stand for, or that would not fit into memory.
 */
export function checkStrips(
  dir: Directory,
  { layout, image, codec, size }: { layout: Layout; image: Image; codec: Compression; size: number },
): void {
  const stored = rowBytes(layout.stripWidth, image.sampleType);
  for (let i = 0; i < layout.offsets.length; i++) {
    const count = layout.byteCounts[i]!;
    const from = layout.offsets[i]!;
    const what = `${layout.kind} ${i} (bytes ${from} to ${from + count})`;
    if (from + count > size) {
      throw dir.fault(
        `${what} ends beyond the end of the file (${size} bytes): truncated`,
        "Copy or save the file again",
      );
    }
    const needed = stored * stripRows(layout, image.height, i);
    if (count * codec.ratio < needed || (codec.ratio === 1 && count !== needed)) {
      throw dir.fault(
        `${what} has ${count} bytes; the size ${image.width} x ${image.height} ${image.sampleType} needs ` +
          `${needed}${codec.ratio === 1 ? "" : ` after ${codec.name}`}`,
        "Save the slice again",
      );
    }
    // No codec makes data twice as long: more is not read.
    if (codec.ratio > 1 && (needed > largestStrip || count > 2 * needed + 65_536)) {
      throw dir.fault(
        `${what} has ${count} bytes; the size ${image.width} x ${image.height} ${image.sampleType} needs ${needed} ` +
          `after ${codec.name}, of which at most ${largestStrip} are decoded, and from no more than twice as many`,
        "Save the slice in strips of few rows, or in tiles",
      );
    }
  }
}

/**
 * Moves a layout to plane `plane` of a stack that one directory describes: the planes follow each other
 * without gaps, each laid out as the first.
 */
export function shiftLayout(dir: Directory, layout: Layout, plane: number): Layout {
  if (plane === 0) return layout;
  const { kind, offsets, byteCounts } = layout;
  const last = offsets.length - 1;
  for (let i = 0; i < last; i++) {
    if (offsets[i]! + byteCounts[i]! === offsets[i + 1]) continue;
    throw dir.fault(
      `plane ${plane} cannot be found: strip ${i} is not followed by strip ${i + 1}`,
      "Save one page per slice",
    );
  }
  if (kind === "tile")
    throw dir.fault(`plane ${plane} of a tiled stack cannot be found`, "Save one page per slice");
  const planeBytes = offsets[last]! + byteCounts[last]! - offsets[0]!;
  return { ...layout, offsets: Array.from(offsets, (offset) => offset + plane * planeBytes) };
}
