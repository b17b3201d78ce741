import { expect, test } from "vitest";
import { decodeSegmentation } from "../../lib/format/expand.ts";
import { createLabels, idText } from "../../lib/format/label.ts";
import { mapVec, product, type Vec3 } from "../../lib/format/vec.ts";
import { cutView, type LabelView, wholeView } from "../../lib/format/view.ts";
import { allocateWords, release } from "../../lib/kernel/memory.ts";
import { type Chance, chanceOf } from "../fuzz/chance.ts";
import { decodePlainly } from "../plain/format/expand.ts";

type Decode = typeof decodeSegmentation;

/** A chunk whose headers mostly point inside it and whose indices mostly are below 6, all else by chance. */
function makeWords(chance: Chance, blocks: number): Uint32Array {
  const end = 1 + 2 * blocks + chance.below(chance.one([10, 300, 2000]));
  const most = chance.one([1, 3, 6, 2 ** 32]);
  const words = Uint32Array.from({ length: end }, () => Math.floor((chance.word() / 2 ** 32) * most));
  words[0] = 1;
  for (let block = 0; block < blocks; block++) {
    const bits = chance.one([0, 0, 1, 1, 1, 2, 4, 8, 16, chance.once(9) ? 3 : 32]);
    const place = () =>
      chance.once(400) ? chance.word() >>> 8 : 2 * blocks + chance.below(end - 2 * blocks - 1);
    words[1 + 2 * block] = (bits << 24) | place();
    words[2 + 2 * block] = Math.max(0, place() - bits * 16);
  }
  return words;
}

/** The ids of a view's voxels and of the table, or why there are none. */
function decoded(
  decode: Decode,
  bytes: Uint8Array,
  chunk: { target: LabelView; block: Vec3; wide: boolean },
) {
  const { target, block, wide } = chunk;
  const limit = wide ? { lo: 0xffffffff, hi: 0xfffffff0 } : { lo: 0xfffffff0, hi: 0 };
  const table = createLabels(limit);
  try {
    decode(bytes, table, { dataType: wide ? "uint64" : "uint32", block, target });
  } catch (error) {
    return { error: (error as Error).message };
  }
  const ids = Array.from({ length: table.count }, (_, label) => idText(table, label));
  return { ids, labels: Array.from(target.labels) };
}

test("sound chunks and others, in kernel memory and outside: as without a kernel", () => {
  const chance = chanceOf("expand", 0, 0);
  let sound = 0;
  for (let i = 0; i < 3000; i++) {
    const block = chance.once(3) ? mapVec(() => chance.one([1, 2, 4, 8, 16])) : ([8, 8, 8] as const);
    const shape = mapVec(() => 1 + chance.below(chance.one([4, 8, 20])));
    const words = makeWords(chance, product(mapVec((d) => Math.ceil(shape[d] / block[d]))));
    // Chunks may start anywhere in a larger buffer.
    const bytes = new Uint8Array(words.length * 4 + 3)
      .subarray(chance.below(4))
      .subarray(0, words.length * 4);
    bytes.set(new Uint8Array(words.buffer));
    const wide = chance.once(2);
    const at = mapVec(() => chance.below(3));
    const around = mapVec((d) => shape[d] + at[d] + chance.below(3));
    const view = (labels: Uint32Array) => cutView(wholeView(labels.fill(77), around), at, shape);
    const plain = decoded(decodePlainly, bytes, {
      target: view(new Uint32Array(product(around))),
      block,
      wide,
    });
    const own = allocateWords(product(around));
    for (const memory of [own, new Uint32Array(product(around))]) {
      expect(decoded(decodeSegmentation, bytes, { target: view(memory), block, wide })).toEqual(plain);
    }
    release(own);
    if (!("error" in plain)) sound++;
  }
  expect(sound).toBeGreaterThan(500);
  expect(sound).toBeLessThan(2500);
});

test("a block with a new id for every voxel is gone through once", () => {
  const shape: Vec3 = [64, 64, 64];
  const voxels = product(shape);
  const words = new Uint32Array(3 + 2 * voxels);
  words.set([1, (32 << 24) | (2 + voxels), 2]);
  for (let i = 0; i < voxels; i++) words.set([i], 3 + i);
  for (let i = 0; i < voxels; i++) words.set([i * 5 + 1], 3 + voxels + i);
  const table = createLabels();
  const target = wholeView(new Uint32Array(voxels), shape);
  decodeSegmentation(new Uint8Array(words.buffer), table, { dataType: "uint32", block: shape, target });
  expect(table.count).toBe(1 + voxels);
  expect(target.labels.every((label, i) => label === i + 1)).toBe(true);
});
