import { kernels } from "../../kernel/kernel.ts";
import { onKernels } from "../../kernel/stage.ts";

/** What is wrong, by what the kernel answers: -1, -2 and so on. The words are zlib's. */
const faults = [
  "unexpected end of file",
  "",
  "incorrect header check",
  "unknown compression method",
  "invalid window size",
  "Missing dictionary",
  "invalid block type",
  "invalid stored block lengths",
  "too many length or distance symbols",
  "invalid code lengths set",
  "invalid bit length repeat",
  "invalid code -- missing end-of-block",
  "invalid literal/lengths set",
  "invalid distances set",
  "invalid literal/length code",
  "invalid distance code",
  "invalid distance too far back",
  "incorrect data check",
];

/**
 * Decodes one deflated strip into `out`: a zlib stream (RFC 1950, RFC 1951), whose check sum must be right. Bytes after
 * the stream do not matter.
 *
 * @returns the number of bytes written
 * @throws Error on damaged data and on data beyond the end of `out`
 */
export function decodeDeflate(input: Uint8Array, out: Uint8Array): number {
  const done = onKernels({ input, out }, (at) => kernels.inflate(at.input, at.inputEnd, at.out, at.outEnd));
  if (done >= 0) return done;
  throw new Error(faults[-1 - done] || `the data go on beyond the ${out.length} bytes of the strip`);
}
