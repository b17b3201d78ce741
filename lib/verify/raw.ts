import { numberOf, type Palette } from "./palette.ts";
import type { View } from "./view.ts";

/**
 * A chunk of encoding `raw`: little-endian numbers of 8 to 64 bits, x fastest, as many as the chunk has voxels.
 *
 * @param bits of the data type
 * @param target gets the numbers of the ids
 * @throws Error if there are more or fewer
 */
export function decodeRaw(bytes: Uint8Array, bits: number, palette: Palette, target: View): void {
  const [width, height, depth] = target.shape;
  const expected = (width * height * depth * bits) / 8;
  if (bytes.length !== expected)
    throw new Error(`has ${bytes.length} bytes, and ${target.shape.join(" x ")} voxels are ${expected}`);
  const { words, step } = wordsOf(bytes, bits);
  const { labels } = target;
  let from = 0;
  let [lastLo, lastHi, number] = [0, 0, 0];
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      let to = target.offset + y * target.strideY + z * target.strideZ;
      for (const end = from + width * step; from < end; from += step) {
        const lo = words[from]!;
        const hi = step === 2 ? words[from + 1]! : 0;
        if (lo !== lastLo || hi !== lastHi) {
          number = numberOf(palette, lo, hi);
          lastLo = lo;
          lastHi = hi;
        }
        labels[to++] = number;
      }
    }
  }
}

/** Unsigned words, two of them for 64 bits. */
export function wordsOf(
  bytes: Uint8Array,
  bits: number,
): { words: Uint8Array | Uint16Array | Uint32Array; step: 1 | 2 } {
  const own = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  const { buffer, byteOffset, byteLength } = own;
  if (bits === 8) return { words: own, step: 1 };
  if (bits === 16) return { words: new Uint16Array(buffer, byteOffset, byteLength / 2), step: 1 };
  return { words: new Uint32Array(buffer, byteOffset, byteLength / 4), step: bits === 64 ? 2 : 1 };
}
