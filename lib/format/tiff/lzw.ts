import { kernels } from "../../kernel/kernel.ts";
import { onKernels } from "../../kernel/stage.ts";

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
  const done = onKernels({ input, out }, (at) => kernels.lzw(at.input, at.inputEnd, at.out, at.outEnd));
  if (done >= 0) return done;
  if (done === -1) throw new Error(`the LZW data go on beyond the ${out.length} bytes of the strip`);
  const [code, byte, next] = [kernels.lzwFault(0), kernels.lzwFault(1), kernels.lzwFault(2)];
  throw new Error(`LZW code ${code} at input byte ${byte} is beyond its table (${next})`);
}
