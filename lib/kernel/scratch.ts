import { allocate, isKernel, type KernelBytes, type KernelWords, release } from "./memory.ts";

/** Kernel memory for one purpose: so many bytes, which the next call gives out again. */
export type Scratch = (bytes: number) => KernelBytes;

/** Memory that is kept, and grows to the most that was asked for. What was in it is lost with every call. */
export function createScratch(): Scratch {
  let memory: KernelBytes | undefined;
  return (bytes) => {
    if (memory === undefined || memory.length < bytes) {
      const twice = 2 * (memory?.length ?? 0);
      if (memory !== undefined) release(memory);
      memory = allocate(Math.max(bytes, twice));
    }
    return memory.subarray(0, bytes);
  };
}

/** As many 32-bit words of it. */
export function scratchWords(scratch: Scratch, length: number): KernelWords {
  const { buffer, byteOffset } = scratch(length * 4);
  return new Uint32Array(buffer, byteOffset, length);
}

/** The address of bytes for a kernel that reads them: where they are, or of a copy if kernels cannot see them. */
export function addressFor(view: ArrayBufferView, scratch: Scratch): number {
  if (isKernel(view)) return view.byteOffset;
  const copy = scratch(view.byteLength);
  copy.set(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  return copy.byteOffset;
}

/** The words themselves, or a copy if kernels cannot see them: what a kernel changes in it is for the caller to copy back. */
export function inKernel(words: Uint32Array, scratch: Scratch): Uint32Array {
  if (isKernel(words)) return words;
  const copy = scratchWords(scratch, words.length);
  copy.set(words);
  return copy;
}
