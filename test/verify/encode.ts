import type { Vec3 } from "../../lib/format/vec.ts";

/**
 * A chunk of `compressed_segmentation`, ids of 64 bits, straight from the specification and with a table for every
 * block: plain, where the writer's is fast.
 */
export function encodeIds(ids: BigUint64Array, { shape, block }: { shape: Vec3; block: Vec3 }): Uint8Array {
  const grid = [0, 1, 2].map((d) => Math.ceil(shape[d]! / block[d]!)) as [number, number, number];
  const blocks = grid[0] * grid[1] * grid[2];
  const words: number[] = new Array(2 * blocks).fill(0);
  for (let number = 0; number < blocks; number++) {
    const at = [
      number % grid[0],
      Math.floor(number / grid[0]) % grid[1],
      Math.floor(number / (grid[0] * grid[1])),
    ];
    const held = idsOfBlock(ids, { shape, block, at });
    const table = [...new Set(held.filter((id) => id !== undefined))];
    let bits = 0;
    while (2 ** bits < table.length) bits = bits === 0 ? 1 : 2 * bits;
    const values = new Uint32Array(Math.ceil((held.length * bits) / 32));
    held.forEach((id, i) => {
      // What lies beyond the chunk has any value.
      if (bits > 0 && id !== undefined) values[(i * bits) >>> 5]! |= table.indexOf(id) << ((i * bits) & 31);
    });
    words[2 * number + 1] = words.length;
    words.push(...values);
    words[2 * number] = words.length + bits * 2 ** 24;
    for (const id of table) words.push(Number(id & 0xffffffffn), Number(id >> 32n));
  }
  return new Uint8Array(Uint32Array.from([1, ...words]).buffer);
}

type Block = { readonly shape: Vec3; readonly block: Vec3; readonly at: readonly number[] };

function idsOfBlock(ids: BigUint64Array, { shape, block, at }: Block): (bigint | undefined)[] {
  const length = block[0] * block[1] * block[2];
  return Array.from({ length }, (_, i) => {
    const within = [i % block[0], Math.floor(i / block[0]) % block[1], Math.floor(i / (block[0] * block[1]))];
    const [x, y, z] = within.map((v, d) => v + at[d]! * block[d]!) as [number, number, number];
    return x < shape[0] && y < shape[1] && z < shape[2] ? ids[x + shape[0] * (y + shape[1] * z)] : undefined;
  });
}
