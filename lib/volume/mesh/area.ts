import { kernels } from "../../kernel/kernel.ts";
import { addressFor, createScratch } from "../../kernel/scratch.ts";

const scratch = { positions: createScratch(), indices: createScratch() };

/**
 * Area of a triangle mesh.
 *
 * @param positions x, y, z per vertex in a unit of length
 * @param indices three vertices per triangle
 * @returns the sum of its triangles' areas in that unit squared
 */
export function meshArea(positions: Float32Array, indices: Uint32Array): number {
  const at = addressFor(positions, scratch.positions);
  return kernels.sumAreas(at, addressFor(indices, scratch.indices), indices.length / 3);
}
