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
  beginSegmentation(
    ...args: [
      ...[blocks: number, slots: number, mask: number, entries: number],
      ...[seen: number, place: number, labelCount: number, blockNumber: number],
      ...[palette: number, spare: number, lo: number, hi: number, idWords: number],
      ...[rank: number, order: number],
    ]
  ): void;
  countRuns(
    ...args: [
      ...[labels: number, strideY: number, strideZ: number, width: number, height: number, depth: number],
      ...[voxels: number, boxes: number, sums: number, labelCount: number],
    ]
  ): number;
  digestRuns(
    ...args: [
      ...[labels: number, strideY: number, strideZ: number, width: number, height: number, depth: number],
      ...[step: number, a: number, b: number, labelCount: number, lanes: number],
    ]
  ): number;
  deflate(from: number, size: number, output: number, work: number): number;
  deflateWords(from: number, size: number, output: number, work: number): number;
  encodeLayer(
    ...args: [
      ...[channel: number, labels: number, strideY: number, strideZ: number],
      ...[width: number, height: number, depth: number],
      ...[blockX: number, blockY: number, blockZ: number],
    ]
  ): number;
  beginExpansion(words: number, wordCount: number, idWords: number, palette: number): void;
  expand(
    ...args: [
      ...[labels: number, strideY: number, strideZ: number, width: number, height: number, depth: number],
      ...[blockX: number, blockY: number, blockZ: number, from: number],
      ...[lo: number, hi: number, slots: number, mask: number],
    ]
  ): number;
  whyStopped(): number;
  majority(
    ...args: [
      ...[source: number, strideY: number, strideZ: number, width: number, height: number, depth: number],
      ...[factorX: number, factorY: number, factorZ: number, leadX: number, leadY: number, leadZ: number],
      ...[sparse: number, target: number],
    ]
  ): void;
  relabel(labels: number, count: number, rank: number): void;
  renumber(
    ...args: [
      ...[bits: number, samples: number, width: number, rows: number],
      ...[labels: number, stride: number, from: number],
      ...[lo: number, hi: number, slots: number, mask: number],
    ]
  ): number;
  inflate(input: number, inputEnd: number, out: number, outEnd: number): number;
  lzw(input: number, inputEnd: number, out: number, outEnd: number): number;
  lzwFault(which: number): number;
  packbits(input: number, inputEnd: number, out: number, outEnd: number): number;
  copyRows(...rows: [...Rows, bytes: number, rows: number]): void;
  swapRows(...rows: [...Rows, bytes: number, size: number, rows: number]): void;
  sumRows(...rows: [...Rows, samples: number, size: number, rows: number]): void;
  unpackRows(...rows: [...Rows, first: number, count: number, rows: number]): void;
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
  join(spans: number, count: number, result: number): void;
  pack(points: number, vertices: number, mesh: number, triangles: number): void;
  placePoints(...args: [from: number, count: number, to: number, ...offset: Vec, ...unit: Vec]): void;
  sumAreas(positions: number, indices: number, triangles: number): number;
  simplify(
    ...args: [
      ...[points: number, vertices: number, mesh: number, triangles: number],
      ...[bound: number, result: number],
    ]
  ): void;
};

type Vec = readonly [x: number, y: number, z: number];
type Rows = [from: number, fromStride: number, to: number, toStride: number];

/** The kernels of this thread. Call them by the functions of this folder, which know what they may be given. */
export const kernels: Kernels = instantiate();

function instantiate(): Kernels {
  const module = new WebAssembly.Module(Buffer.from(binary, "base64"));
  const abort = () => {
    throw new Error("a kernel has no more memory");
  };
  return new WebAssembly.Instance(module, { env: { memory, abort } }).exports as Kernels;
}
