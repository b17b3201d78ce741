import { allocate, type KernelBytes } from "../../kernel/memory.ts";
import { cellCases } from "./cell.ts";
import { crossings } from "./crossing.ts";

/** The geometry of cells and clusters as the kernels have it. */
export type ShapeTables = { readonly cells: KernelBytes; readonly faces: KernelBytes };

/** Copies `cellCases` (loop, count, mean) and `crossings` (low, high, slot, shift) to where kernels find them. */
export function shapeTables(): ShapeTables {
  const { loop, count, mean } = cellCases();
  const { low, high, slot, shift } = crossings();
  return { cells: inKernel([loop, count, mean]), faces: inKernel([low, high, slot, shift]) };
}

function inKernel(parts: readonly ArrayBufferView[]): KernelBytes {
  const all = allocate(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const { buffer, byteOffset, byteLength } of parts) {
    all.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return all;
}
