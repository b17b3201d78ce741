import { kernels } from "../../kernel/kernel.ts";
import { onKernels } from "../../kernel/stage.ts";

/**
 * Decodes one PackBits strip into `out` (TIFF 6.0 section 9): a signed byte n, then n + 1 literal bytes,
 * or one byte to be repeated 1 - n times; -128 is skipped.
 *
 * @returns the number of bytes written
 * @throws Error on data beyond the end of `out` or of the input
 */
export function decodePackbits(input: Uint8Array, out: Uint8Array): number {
  const done = onKernels({ input, out }, (at) => kernels.packbits(at.input, at.inputEnd, at.out, at.outEnd));
  if (done >= 0) return done;
  if (done === -2) throw new Error("the PackBits data end inside a run");
  const found = done === -1 ? "a PackBits run goes" : "the PackBits data go on";
  throw new Error(`${found} beyond the ${out.length} bytes of the strip`);
}
