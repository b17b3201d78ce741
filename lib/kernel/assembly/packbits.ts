/**
 * Decodes PackBits from input to inputEnd into out to outEnd, and writes nowhere else. Returns the bytes written, -1 if a
 * run goes beyond outEnd, -2 if the input ends inside one, -3 if data follow.
 */
export function packbits(input: usize, inputEnd: usize, out: usize, outEnd: usize): i32 {
  let i = input;
  let at = out;
  while (i < inputEnd && at < outEnd) {
    if (inputEnd - i >= 8 && load<u8>(i) < 4) {
      const code = load<u64>(i);
      const literals = (<u32>code & 255) + 1;
      const run = 257 - (<u32>(code >>> ((literals + 1) << 3)) & 255);
      // The low bytes of a label, then zeros. Most voxels have the label of the one before: the same code again.
      if (literals + run <= 8) {
        const start = i;
        const length = literals + 3;
        const rest = <u64>(8 - length) << 3;
        const value = valueOf(code, literals);
        while (outEnd - at >= 8 && inputEnd - i >= 8 && ((load<u64>(i) ^ code) << rest) == 0) {
          store<u64>(at, value);
          at += literals + run;
          i += length;
        }
        if (i > start) continue;
      }
    }
    const n = u32(load<u8>(i++));
    if (n < 128) {
      const count = n + 1;
      if (count > u32(outEnd - at)) return -1;
      if (count > u32(inputEnd - i)) return -2;
      // Whole vectors while there is room for more than is meant.
      if (outEnd - at >= 144 && inputEnd - i >= 144) {
        v128.store(at, v128.load(i));
        for (let k: u32 = 16; k < count; k += 16) v128.store(at + k, v128.load(i + k));
      } else {
        for (let k: u32 = 0; k < count; k++) store<u8>(at + k, load<u8>(i + k));
      }
      i += count;
      at += count;
    } else if (n != 128) {
      const count: u32 = 257 - n;
      if (count > u32(outEnd - at)) return -1;
      if (i >= inputEnd) return -2;
      const value = load<u8>(i++);
      if (outEnd - at >= 144) {
        const vector = i8x16.splat(value);
        v128.store(at, vector);
        for (let k: u32 = 16; k < count; k += 16) v128.store(at + k, vector);
      } else {
        for (let k: u32 = 0; k < count; k++) store<u8>(at + k, value);
      }
      at += count;
    }
  }
  // One byte may pad the strip to an even length.
  while (i < inputEnd && load<u8>(i) == 128) i++;
  return i + 1 < inputEnd ? -3 : i32(at - out);
}

/** The bytes that a code of some literals and a run stands for, and more of the run. */
// @ts-ignore: decorator
@inline
function valueOf(code: u64, literals: u32): u64 {
  const bits = <u64>literals << 3;
  const byte = (code >>> (bits + 16)) & 255;
  return ((code >>> 8) & ((<u64>1 << bits) - 1)) | ((byte * 0x0101010101010101) << bits);
}
