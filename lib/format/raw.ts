import type { Codec } from "./codec.ts";
import { addLabel, type LabelTable } from "./label.ts";
import { labelRun, samplesOf } from "./samples.ts";
import type { DataType } from "./type.ts";
import { bitsOf } from "./type.ts";
import { product } from "./vec.ts";
import type { LabelView } from "./view.ts";

/**
 * `raw` chunks (precomputed specification, "raw" encoding): little-endian voxels, x fastest, no header,
 * exactly as many bytes as the chunk has voxels times the size of the data type.
 */
export const raw: Codec = { encode: encodeRaw, decode: decodeRaw };

/** The chunk's ids as little-endian bytes, x fastest. */
export function encodeRaw(
  view: LabelView,
  table: LabelTable,
  { dataType }: { dataType: DataType },
): Uint8Array {
  const bits = bitsOf(dataType);
  const bytes = new Uint8Array((product(view.shape) * bits) / 8);
  const { words } = samplesOf(bytes, bits);
  const [width, height, depth] = view.shape;
  let out = 0;
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      const row = view.offset + y * view.strideY + z * view.strideZ;
      for (let x = 0; x < width; x++) {
        const label = view.labels[row + x]!;
        words[out++] = table.lo[label]!;
        if (bits === 64) words[out++] = table.hi[label]!;
      }
    }
  }
  return bytes;
}

/** Fills `target` with the labels of the chunk. @throws Error if the length does not fit the shape */
export function decodeRaw(
  bytes: Uint8Array,
  table: LabelTable,
  { dataType, target }: { dataType: DataType; target: LabelView },
): void {
  const bits = bitsOf(dataType);
  const [width, height, depth] = target.shape;
  const expected = (product(target.shape) * bits) / 8;
  if (bytes.byteLength !== expected) {
    throw new Error(
      `raw chunk has ${bytes.byteLength} bytes, its shape ${target.shape.join("x")} needs ${expected}`,
    );
  }
  const aligned = bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes);
  const samples = samplesOf(aligned, bits);
  addLabel(table, 0, 0);
  const { labels, strideY: stride, strideZ } = target;
  for (let z = 0; z < depth; z++) {
    const at = target.offset + z * strideZ;
    const from = z * width * height;
    const refused = labelRun(table, samples, { from, count: width, rows: height, labels, at, stride });
    if (refused >= 0) throw new Error("raw chunk holds an id above the data type's range");
  }
}
