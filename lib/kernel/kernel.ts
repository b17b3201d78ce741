import { Buffer } from "node:buffer";
import { binary, pages } from "./binary.js";

/**
 * Memory of the kernels of this thread. It is shared (with nobody) because views of a shared memory stay valid when it
 * grows.
 */
export const memory = new WebAssembly.Memory({ initial: 16, maximum: pages, shared: true });

/** Functions of `assembly/`; addresses are bytes in `memory`. */
export type Kernels = {
  allocate(bytes: number): number;
  release(address: number): void;
  createField(cells: number, faces: number, coarse: boolean): number;
  extract(
    ...args: [
      ...[field: number, labels: number, labelCount: number],
      ...[nx: number, ny: number, nz: number, ownedX: number, ownedY: number, ownedZ: number],
      ...[x0: number, y0: number, z0: number, wide: number, high: number],
    ]
  ): number;
  extracted(field: number, part: number): number;
  releaseExtracted(field: number): void;
  join(
    ...args: [
      ...[table: number, pieces: number, positions: number, keys: number],
      ...[triangles: number, indices: number],
    ]
  ): number;
  simplify(
    ...args: [
      ...[positions: number, vertices: number, indices: number, triangles: number],
      ...[bound: number, result: number],
    ]
  ): void;
};

/** The kernels of this thread. Call them by the functions of this folder, which know what they may be given. */
export const kernels: Kernels = instantiate();

function instantiate(): Kernels {
  const module = new WebAssembly.Module(Buffer.from(binary, "base64"));
  const abort = () => {
    throw new Error("a kernel has no more memory");
  };
  return new WebAssembly.Instance(module, { env: { memory, abort } }).exports as Kernels;
}
