const clear = 256;
const end = 257;
const tableSize = 4096;

/** Where the string of a code stands in the output, and its length. Reused: decoding never awaits. */
const place = new Int32Array(tableSize);
const size = new Int32Array(tableSize);

/**
 * Decodes one LZW strip into `out` (TIFF 6.0 section 13: most significant bit first, code width raised one
 * code early). A new table entry is "the previous string and one byte more", which already stands in the
 * output, so the table holds positions and no strings.
 *
 * @returns the number of bytes written
 * @throws Error on a code that cannot be, on old-style streams, on data beyond the end of `out`
 */
export function decodeLzw(input: Uint8Array, out: Uint8Array): number {
  if (input[0] === 0 && (input[1]! & 1) === 1) {
    throw new Error("old-style LZW (least significant bit first) is not supported");
  }
  let bits = 0;
  let held = 0;
  let width = 9;
  let next = end + 1;
  let previous = -1;
  let length = 0;
  let at = 0;
  for (let i = 0; ; ) {
    while (held < width) {
      if (i >= input.length) return at;
      bits = ((bits << 8) | input[i++]!) & 0xffffff;
      held += 8;
    }
    held -= width;
    const code = (bits >>> held) & ((1 << width) - 1);
    if (code === end) return at;
    if (code === clear) {
      width = 9;
      next = end + 1;
      previous = -1;
      continue;
    }
    if (at >= out.length) {
      const left = (bits & ((1 << held) - 1)) | (input[i] ?? 0);
      return overflow(at, code === 0 && left === 0 && input.length - i < 2);
    }
    if (previous >= 0 && next < tableSize) {
      place[next] = previous;
      size[next] = length + 1;
      next++;
      if (next === (1 << width) - 1 && width < 12) width++;
    }
    previous = at;
    if (code < clear) {
      out[at++] = code;
      length = 1;
      continue;
    }
    if (code >= next) throw new Error(`LZW code ${code} at input byte ${i} is beyond its table (${next})`);
    length = size[code]!;
    at = copy(out, place[code]!, at, length);
  }
}

/** Some writers leave out the end code: then only zero bits that pad the last bytes may follow. */
function overflow(at: number, isPadding: boolean): number {
  if (isPadding) return at;
  throw new Error(`the LZW data go on beyond the ${at} bytes of the strip`);
}

/** Forward byte by byte, as a string may overlap its own copy; long strings that do not go in one piece. */
function copy(out: Uint8Array, from: number, at: number, length: number): number {
  const stop = at + length;
  if (stop > out.length) throw new Error(`the LZW data go on beyond the ${out.length} bytes of the strip`);
  if (length >= 64 && from + length <= at) {
    out.copyWithin(at, from, from + length);
    return stop;
  }
  for (let i = at, j = from; i < stop; ) out[i++] = out[j++]!;
  return stop;
}
