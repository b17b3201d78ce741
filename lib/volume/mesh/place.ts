import type { Vec3 } from "../../format/vec.ts";
import type { Mesh } from "./weld.ts";

/**
 * Vertices of a mesh (voxels of the volume) in nanometres of the global frame: (p + voxelOffset) x
 * resolution, computed in double and rounded once to float32. x, y, z per vertex.
 */
export function placeMesh(mesh: Mesh, resolution: Vec3, voxelOffset: Vec3): Float32Array {
  const { positions } = mesh;
  const result = new Float32Array(positions.length);
  for (let d = 0; d < 3; d++) {
    const offset = voxelOffset[d]!;
    const unit = resolution[d]!;
    for (let i = d; i < result.length; i += 3) result[i] = (positions[i]! + offset) * unit;
  }
  return result;
}
