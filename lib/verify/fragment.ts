/** A surface: x, y, z per vertex, three vertices per triangle. */
export type Surface = { readonly positions: Float32Array; readonly indices: Uint32Array };

/**
 * A fragment of a legacy mesh (precomputed specification, "legacy single-resolution mesh format"): number of vertices,
 * their x, y, z in nanometres as float32, then triangles of three uint32.
 *
 * @throws Error if it is not whole, or a number in it is none
 */
export function readFragment(bytes: Uint8Array): Surface {
  const own = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  if (own.length < 4) throw new Error(`has ${own.length} bytes, and not even a number of vertices`);
  const count = new DataView(own.buffer, own.byteOffset).getUint32(0, true);
  const rest = own.length - 4 - 12 * count;
  if (rest < 0 || rest % 12 !== 0)
    throw new Error(`has ${own.length} bytes, which do not fit ${count} vertices and whole triangles`);
  if (count === 0 || rest === 0) throw new Error(`is empty: ${count} vertices, ${rest / 12} triangles`);
  const positions = new Float32Array(own.buffer, own.byteOffset + 4, 3 * count);
  const indices = new Uint32Array(own.buffer, own.byteOffset + 4 + 12 * count, rest / 4);
  let most = 0;
  for (let i = 0; i < indices.length; i++) if (indices[i]! > most) most = indices[i]!;
  if (most >= count) throw new Error(`has a triangle of vertex ${most}, and ${count} vertices`);
  for (let i = 0; i < positions.length; i++)
    if (!Number.isFinite(positions[i])) throw new Error(`has a vertex at ${positions[i]}`);
  return { positions, indices };
}

/**
 * The names in a manifest `ID:0`.
 *
 * @throws Error if it is not `{"fragments": [names]}`
 */
export function readManifest(bytes: Uint8Array): string[] {
  let fragments: unknown;
  try {
    ({ fragments } = JSON.parse(new TextDecoder().decode(bytes)) as { fragments?: unknown });
  } catch {
    throw new Error("is not JSON");
  }
  const names: unknown[] = Array.isArray(fragments) ? fragments : [];
  if (names.length === 0 || !names.every((name) => typeof name === "string" && name !== ""))
    throw new Error("names no fragments");
  return names as string[];
}

/** Surfaces as one. With several, vertices at the same place are one: there the parts of a segment meet. */
export function joinSurfaces(surfaces: readonly Surface[]): Surface {
  const [only] = surfaces;
  if (only !== undefined && surfaces.length === 1) return only;
  const numbers = new Map<string, number>();
  const positions: number[] = [];
  const indices: number[] = [];
  for (const surface of surfaces) {
    const places = surface.positions;
    for (const index of surface.indices) {
      const at = [places[3 * index]!, places[3 * index + 1]!, places[3 * index + 2]!];
      const name = at.join();
      let number = numbers.get(name);
      if (number === undefined) {
        number = numbers.size;
        numbers.set(name, number);
        for (const v of at) positions.push(v);
      }
      indices.push(number);
    }
  }
  return { positions: Float32Array.from(positions), indices: Uint32Array.from(indices) };
}
