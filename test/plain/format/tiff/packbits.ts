/**
 * Decodes one PackBits strip into `out` (TIFF 6.0 section 9): a signed byte n, then n + 1 literal bytes,
 * or one byte to be repeated 1 - n times; -128 is skipped.
 *
 * @returns the number of bytes written
 * @throws Error on data beyond the end of `out` or of the input
 */
export function decodePackbits(input: Uint8Array, out: Uint8Array): number {
  let i = 0;
  let at = 0;
  while (i < input.length && at < out.length) {
    const n = input[i++]!;
    if (n === 128) continue;
    const count = n < 128 ? n + 1 : 257 - n;
    if (at + count > out.length)
      throw new Error(`a PackBits run goes beyond the ${out.length} bytes of the strip`);
    const stop = at + count;
    if (n < 128) {
      if (i + count > input.length) throw new Error("the PackBits data end inside a run");
      while (at < stop) out[at++] = input[i++]!;
    } else {
      if (i >= input.length) throw new Error("the PackBits data end inside a run");
      const value = input[i++]!;
      while (at < stop) out[at++] = value;
    }
  }
  // One byte may pad the strip to an even length.
  while (i < input.length && input[i] === 128) i++;
  if (input.length - i > 1)
    throw new Error(`the PackBits data go on beyond the ${out.length} bytes of the strip`);
  return at;
}
