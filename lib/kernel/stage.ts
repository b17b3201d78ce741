import { allocate, isKernel, type KernelBytes, release } from "./memory.ts";

/** Where the kernels find input, and where they write. */
export type Places = {
  readonly input: number;
  readonly inputEnd: number;
  readonly out: number;
  readonly outEnd: number;
};

/**
 * Runs a kernel that reads `input` and writes `out`, wherever they lie: what is not in the memory of the kernels is
 * copied there before, and back afterwards. What a kernel left in `out` beyond what it says is not defined.
 */
export function onKernels(
  { input, out }: { input: Uint8Array; out: Uint8Array },
  run: (places: Places) => number,
): number {
  const from = isKernel(input) ? input : allocate(input.length);
  const to = isKernel(out) ? out : allocate(out.length);
  try {
    if (from !== input) copyBytes(input, from);
    const places = { input: from.byteOffset, inputEnd: from.byteOffset + input.length };
    const done = run({ ...places, out: to.byteOffset, outEnd: to.byteOffset + out.length });
    if (to !== out && done > 0) copyBytes(to.subarray(0, done), out);
    return done;
  } finally {
    if (from !== input) release(from as KernelBytes);
    if (to !== out) release(to as KernelBytes);
  }
}

/** As `to.set(from)`, which between shared memory and other goes byte by byte. */
export function copyBytes(from: Uint8Array, to: Uint8Array): void {
  bufferOf(from).copy(bufferOf(to));
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
