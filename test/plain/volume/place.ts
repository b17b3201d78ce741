import type { Vec3 } from "../../../lib/format/vec.ts";
import { fresh, type Take } from "../../../lib/kernel/pile.ts";
import type { Mesh } from "../../../lib/volume/mesh/weld.ts";

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
  const { buffer, byteOffset } = take(positions.byteLength);
  const result = new Float32Array(buffer, byteOffset, positions.length);
  for (let d = 0; d < 3; d++) {
    const offset = voxelOffset[d]!;
    const unit = resolution[d]!;
    for (let i = d; i < result.length; i += 3) result[i] = (positions[i]! + offset) * unit;
  }
  return result;
}
