/**
 * Area of a triangle mesh.
 *
 * @param positions x, y, z per vertex in a unit of length
 * @param indices three vertices per triangle
 * @returns the sum of its triangles' areas in that unit squared
 */
export function meshArea(positions: Float32Array, indices: Uint32Array): number {
  let doubled = 0;
  for (let i = 0; i < indices.length; i += 3) {
    const a = 3 * indices[i]!;
    const b = 3 * indices[i + 1]!;
    const c = 3 * indices[i + 2]!;
    const ux = positions[b]! - positions[a]!;
    const uy = positions[b + 1]! - positions[a + 1]!;
    const uz = positions[b + 2]! - positions[a + 2]!;
    const vx = positions[c]! - positions[a]!;
    const vy = positions[c + 1]! - positions[a + 1]!;
    const vz = positions[c + 2]! - positions[a + 2]!;
    const x = uy * vz - uz * vy;
    const y = uz * vx - ux * vz;
    const z = ux * vy - uy * vx;
    doubled += Math.sqrt(x * x + y * y + z * z);
  }
  return doubled / 2;
}
