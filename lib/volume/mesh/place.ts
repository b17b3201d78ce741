import type { Vec3 } from "../../format/vec.ts";
import { kernels } from "../../kernel/kernel.ts";
import { isKernel } from "../../kernel/memory.ts";
import { fresh, type Take } from "../../kernel/pile.ts";
import { addressFor, createScratch } from "../../kernel/scratch.ts";
import { copyBytes } from "../../kernel/stage.ts";
import type { Mesh } from "./weld.ts";

const scratch = { from: createScratch(), to: createScratch() };

/**
 * Vertices of a mesh (voxels of the volume) in nanometres of the global frame: (p + voxelOffset) x
 * resolution, computed in double and rounded once to float32. x, y, z per vertex.
 *
 * @param take gives memory for them
 */
export function placeMesh(
  { positions }: Mesh,
  { resolution, voxelOffset }: { readonly resolution: Vec3; readonly voxelOffset: Vec3 },
  take: Take = fresh,
): Float32Array {
  const own = take(positions.byteLength);
  const to = isKernel(own) ? own : scratch.to(own.length);
  const from = addressFor(positions, scratch.from);
  kernels.placePoints(from, positions.length / 3, to.byteOffset, ...voxelOffset, ...resolution);
  if (to !== own) copyBytes(to, own);
  return new Float32Array(own.buffer, own.byteOffset, positions.length);
}
