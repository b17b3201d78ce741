import { decodeFragment } from "../../lib/format/fragment.ts";
import type { Vec3 } from "../../lib/format/vec.ts";
import { directoryStore } from "../../lib/store/directory.ts";
import { getBytes } from "../../lib/store/object.ts";
import { weldPositions } from "../../lib/volume/mesh/merge.ts";
import type { Mesh } from "../../lib/volume/mesh/weld.ts";

/**
 * The mesh of a segment of a dataset in the folder `out` (legacy meshes below `mesh/`): its fragments together, vertices
 * at one place being one, in voxels, moved by `shift` voxels along each axis. Undefined if the segment has none.
 */
export async function readMesh(
  { out, resolution, shift }: { out: string; resolution: Vec3; shift: number },
  id: string,
): Promise<Mesh | undefined> {
  const store = directoryStore(out);
  if ((await store.head(`mesh/${id}:0`)) === undefined) return undefined;
  const manifest = JSON.parse(new TextDecoder().decode(await getBytes(store, `mesh/${id}:0`))) as {
    fragments: string[];
  };
  const parts: Mesh[] = [];
  for (const name of manifest.fragments) parts.push(decodeFragment(await getBytes(store, `mesh/${name}`)));
  const positions = new Float32Array(parts.reduce((sum, part) => sum + part.positions.length, 0));
  const indices = new Uint32Array(parts.reduce((sum, part) => sum + part.indices.length, 0));
  let [vertex, corner] = [0, 0];
  for (const part of parts) {
    for (let i = 0; i < part.positions.length; i++)
      positions[3 * vertex + i] = part.positions[i]! / resolution[i % 3]! + shift;
    for (let i = 0; i < part.indices.length; i++) indices[corner + i] = part.indices[i]! + vertex;
    vertex += part.positions.length / 3;
    corner += part.indices.length;
  }
  return weldPositions({ positions, indices });
}
