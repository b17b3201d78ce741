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
  const most = largestOf(indices);
  if (most >= count) throw new Error(`has a triangle of vertex ${most}, and ${count} vertices`);
  if (!areFinite(positions)) throw new Error(`has a vertex at ${positions.find((v) => !Number.isFinite(v))}`);
  return { positions, indices };
}

function largestOf(numbers: Uint32Array): number {
  let most = 0;
  for (let i = 0; i < numbers.length; i++) if (numbers[i]! > most) most = numbers[i]!;
  return most;
}

function areFinite(numbers: Float32Array): boolean {
  // 0 times a number is 0, times what is none it is none.
  let sum = 0;
  for (let i = 0; i < numbers.length; i++) sum += numbers[i]! * 0;
  return sum === 0;
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
  const sum = (length: (surface: Surface) => number) =>
    surfaces.reduce((total, surface) => total + length(surface), 0);
  const positions = new Float32Array(sum((surface) => surface.positions.length));
  const indices = new Uint32Array(sum((surface) => surface.indices.length));
  const bits = new Uint32Array(positions.buffer);
  // Open addressing by the bits of the place; number + 1, or 0 for free. Never more than half full.
  const slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * (positions.length / 3) + 2)));
  let [vertices, corners] = [0, 0];
  for (const surface of surfaces) {
    // Number + 1 of each vertex of this surface, once a triangle has it.
    const numbers = new Int32Array(surface.positions.length / 3);
    for (const index of surface.indices) {
      if (numbers[index] === 0) {
        // The vertex is put behind the others, and stays there if none of them is at its place. Adding 0 makes -0 to 0.
        for (let d = 0; d < 3; d++) positions[3 * vertices + d] = surface.positions[3 * index + d]! + 0;
        const number = find(bits, slots, vertices);
        if (number === vertices) vertices++;
        numbers[index] = number + 1;
      }
      indices[corners++] = numbers[index]! - 1;
    }
  }
  return { positions: positions.slice(0, 3 * vertices), indices };
}

/** The first vertex at the place of the last one, which is remembered if it is the first. */
function find(bits: Uint32Array, slots: Int32Array, last: number): number {
  const [x, y, z] = [bits[3 * last]!, bits[3 * last + 1]!, bits[3 * last + 2]!];
  let h = Math.imul(x, 0x9e3779b1) ^ Math.imul(y, 0x85ebca6b) ^ Math.imul(z, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  const mask = slots.length - 1;
  // Low bits of floats are often 0, so the hash's high ones count as well.
  let slot = (h ^ (h >>> 13)) & mask;
  for (let entry = slots[slot]!; entry !== 0; entry = slots[slot]!) {
    const at = 3 * (entry - 1);
    if (bits[at] === x && bits[at + 1] === y && bits[at + 2] === z) return entry - 1;
    slot = (slot + 1) & mask;
  }
  slots[slot] = last + 1;
  return last;
}
