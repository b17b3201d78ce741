import { kernels, memory } from "./kernel.ts";

/** Bytes in the memory of the kernels. All of them, and every view of them, are valid until they are released. */
export type KernelBytes = Uint8Array<SharedArrayBuffer>;
export type KernelWords = Uint32Array<SharedArrayBuffer>;

/** Every buffer that the memory had: it has another one whenever it has grown, and all are the same memory. */
const buffers = new WeakSet<ArrayBufferLike>();

/**
 * Memory that kernels can work on, at a multiple of 16. What is in it is not known. It is not collected: `release` it, or
 * keep it for the next time.
 *
 * @throws Error if the 2 GiB of a thread are exhausted
 */
export function allocate(bytes: number): KernelBytes {
  const address = kernels.allocate(Math.max(16, bytes)) >>> 0;
  buffers.add(memory.buffer);
  return new Uint8Array(memory.buffer, address, bytes);
}

/** As `allocate`, for 32-bit words. */
export function allocateWords(length: number): KernelWords {
  const { buffer, byteOffset } = allocate(length * 4);
  return new Uint32Array(buffer, byteOffset, length);
}

/** Gives memory back that `allocate` gave; no view of it may be used again. */
export function release({ byteOffset }: KernelBytes | KernelWords): void {
  kernels.release(byteOffset);
}

/** Whether kernels can work on these bytes. */
export function isKernel({ buffer }: ArrayBufferView): boolean {
  return buffers.has(buffer);
}

/**
 * The address of a view for a kernel.
 *
 * @throws Error if it is not in their memory
 */
export function addressOf(view: ArrayBufferView): number {
  if (!isKernel(view)) throw new Error("a kernel works on its own memory only");
  return view.byteOffset;
}

/**
 * A buffer of at least so many bytes: the given one, if it is long enough, or a larger one with the first `kept` bytes of
 * it, which is then released.
 */
export function grown(before: KernelBytes, bytes: number, kept = 0): KernelBytes {
  if (before.length >= bytes) return before;
  const after = allocate(Math.max(bytes, before.length * 2));
  after.set(before.subarray(0, kept));
  release(before);
  return after;
}
