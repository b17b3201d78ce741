import { kernels } from "../../kernel/kernel.ts";
import { onKernels } from "../../kernel/stage.ts";

/**
 * Undoes horizontal differencing in place (TIFF 6.0 section 14): each sample was stored as its difference
 * from its left neighbour, modulo 2^bits. `data` holds rows of `width` samples in native byte order.
 */
export function unpredict(data: Uint8Array, width: number, bytes: 1 | 2 | 4 | 8): void {
  const stride = width * bytes;
  const rows = Math.floor(data.length / stride);
  onKernels({ input: data, out: data }, ({ input, out }) => {
    kernels.sumRows(input, stride, out, stride, width, bytes, rows);
    return rows * stride;
  });
}

/** Reverses the bytes of every sample in place. */
export function swapBytes(data: Uint8Array, bytes: 1 | 2 | 4 | 8): void {
  if (bytes === 1) return;
  const length = data.length - (data.length % bytes);
  onKernels({ input: data, out: data }, ({ input, out }) => {
    kernels.swapRows(input, 0, out, 0, length, bytes, 1);
    return length;
  });
}
