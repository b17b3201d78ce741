import { expect, test } from "vitest";
import { mapVec, product, type Vec3 } from "../../lib/format/vec.ts";
import { type Blocks, blockGrid, wordsOfBits, writeOut } from "../../lib/verify/blocks.ts";
import { countView, createCensus } from "../../lib/verify/census.ts";
import { checkMajority } from "../../lib/verify/majority.ts";
import { createPalette, idOf, numberOf, type Palette } from "../../lib/verify/palette.ts";
import { decodeSegmentation } from "../../lib/verify/segmentation.ts";
import { countBlocks } from "../../lib/verify/strips.ts";
import type { View } from "../../lib/verify/view.ts";
import { type Chance, chanceOf } from "../fuzz/chance.ts";
import { encodeIds } from "./encode.ts";

const sizes: Vec3[] = [
  [8, 8, 8],
  [8, 8, 8],
  [8, 4, 2],
  [8, 6, 4],
  [3, 5, 7],
  [16, 4, 2],
  [64, 64, 64],
  [1, 2, 3],
];
/** Numbers of a palette that has these ids: they meet in a word, or in float64. */
const ids = [0n, 7n, 2n ** 32n + 7n, 2n ** 53n + 1n, 2n ** 53n, 2n ** 64n - 1n, 12n];

/** Ids of boxes, and of a few voxels within them: some blocks of one id, some of several. */
function volume(chance: Chance, shape: Vec3): Uint32Array {
  const labels = new Uint32Array(product(shape));
  const side = mapVec(() => 1 + chance.below(chance.one([2, 12, 12, 40])));
  const most = chance.one([2, 3, ids.length]);
  const seeds = Uint32Array.from({ length: 64 }, () => (chance.once(2) ? 0 : chance.below(most)));
  const dust = chance.one([20, 500, 1e9]);
  let i = 0;
  for (let z = 0; z < shape[2]; z++) {
    for (let y = 0; y < shape[1]; y++) {
      for (let x = 0; x < shape[0]; x++) {
        const cell = mapVec((d) => Math.floor([x, y, z][d]! / side[d]));
        labels[i++] = chance.once(dust)
          ? chance.below(most)
          : seeds[(cell[0] + 5 * cell[1] + 11 * cell[2]) % 64]!;
      }
    }
  }
  return labels;
}

/** A view somewhere inside of an array, rows and slices apart. */
function emptyView(chance: Chance, shape: Vec3): View {
  const strideY = shape[0] + chance.below(4);
  const strideZ = strideY * (shape[1] + chance.below(3));
  const offset = chance.below(9);
  const labels = new Uint32Array(offset + strideZ * shape[2]).map(() => chance.word());
  return { labels, offset, strideY, strideZ, shape };
}

function idsOfView({ labels, offset, strideY, strideZ, shape }: View, palette: Palette): string[] {
  return Array.from({ length: product(shape) }, (_, i) => {
    const [x, y, z] = [
      i % shape[0],
      Math.floor(i / shape[0]) % shape[1],
      Math.floor(i / (shape[0] * shape[1])),
    ];
    return idOf(palette, labels[offset + x + y * strideY + z * strideZ]!);
  });
}

/** A volume, decoded in both ways. */
function decodeTwice(chance: Chance, size: Vec3) {
  const shape = mapVec(() => 1 + chance.below(chance.one([9, 20, 45, 45])));
  const labels = volume(chance, shape);
  const bytes = encodeIds(
    BigUint64Array.from(labels, (label) => ids[label]!),
    { shape, block: size },
  );
  const palette = createPalette();
  const [plain, view] = [emptyView(chance, shape), emptyView(chance, shape)];
  decodeSegmentation(bytes, { block: size, idWords: 2 }, palette, plain);
  const grid = blockGrid(shape, size);
  const list = () => new Uint32Array(product(grid) + 3).map(() => chance.word());
  // Large blocks have no bits (mostRows).
  const bits = new Uint32Array(Math.max(...size) > 31 ? 0 : product(grid) * wordsOfBits(size));
  const blocks: Blocks = { size, grid, zeros: list(), ones: list(), bits };
  decodeSegmentation(bytes, { block: size, idWords: 2, blocks }, palette, view);
  return { labels, palette, plain, view, blocks };
}

test("blocks of one id and of two are known by that, and written when they are asked for", () => {
  const chance = chanceOf("blocks", 0, 0);
  // Volumes that have blocks of several ids, of one, of two.
  const volumes = [0, 0, 0];
  for (let i = 0; i < 250; i++) {
    const { labels, palette, plain, view, blocks } = decodeTwice(chance, chance.one(sizes));
    const expected = Array.from(labels, (label) => String(ids[label]));
    expect(idsOfView(plain, palette)).toEqual(expected);
    for (const kind of kindsOf(blocks)) volumes[kind]!++;
    writeOut({ view, blocks });
    expect(idsOfView(view, palette)).toEqual(expected);
    expect([...kindsOf(blocks)]).toEqual([0]);
  }
  for (const count of volumes) expect(count).toBeGreaterThan(30);
});

/** What there is among blocks: 0 for those whose voxels are written, 1 for those of one id, 2 of two. */
function kindsOf({ grid, zeros, ones }: Blocks): Set<number> {
  const kinds = Array.from({ length: product(grid) }, (_, i) => (zeros[i] === 0 ? 0 : ones[i] === 0 ? 1 : 2));
  return new Set(kinds);
}

test("a view is hashed and counted alike by its blocks and by its voxels", () => {
  const chance = chanceOf("strips", 0, 0);
  const [plainly, byBlocks] = [createCensus(), createCensus()];
  for (let i = 0; i < 200; i++) {
    const { palette, plain, view, blocks } = decodeTwice(chance, chance.one(sizes));
    const [one, other] = chance.once(3) ? [plainly, byBlocks] : [createCensus(), createCensus()];
    const lo = mapVec(() => chance.below(1000));
    const hashed = !chance.once(3);
    const digest = countBlocks({ view, blocks }, palette, other, lo, hashed);
    const expected = countView(plain, palette, one, lo);
    if (hashed) expect(digest).toEqual(expected);
    expect(other).toEqual(one);
  }
});

test("cells are judged alike by their blocks and by their voxels", () => {
  const chance = chanceOf("settle", 0, 0);
  const factors: Vec3[] = [
    [2, 2, 2],
    [2, 2, 2],
    [2, 2, 1],
    [2, 2, 1],
    [2, 1, 2],
    [2, 1, 1],
    [4, 2, 1],
    [3, 3, 3],
  ];
  let [wrong, tied, settled, settledPairs] = [0, 0, 0, 0];
  for (let i = 0; i < 800; i++) {
    const size = chance.one([...sizes, [8, 8, 8], [8, 8, 8], [8, 4, 8], [6, 6, 6]] as Vec3[]);
    const { palette, plain, view, blocks } = decodeTwice(chance, size);
    const factor = chance.one(factors);
    const cut = chance.once(4);
    const lead = mapVec((d) => (cut ? chance.below(factor[d]) : 0));
    const cells = {
      factor,
      lead,
      rule: chance.once(3) ? ("majority-sparse" as const) : ("majority" as const),
    };
    const shape = mapVec((d) => Math.ceil((plain.shape[d] + lead[d]) / factor[d]));
    const coarse = emptyView(chance, shape);
    reduce(chance, plain, coarse, cells);
    for (let n = chance.below(4); n > 0; n--) spoil(chance, coarse, palette);
    const votes = checkMajority(plain, coarse, palette, cells);
    expect(checkMajority(view, coarse, palette, { ...cells, blocks })).toEqual(votes);
    if (votes.wrong > 0) wrong++;
    if (votes.notSmallest > 0 && votes.notSmallest < votes.ties) tied++;
    if (kindsOf(blocks).has(1)) settled++;
    if (kindsOf(blocks).has(2)) settledPairs++;
  }
  // All ways have been gone.
  for (const count of [wrong, tied, settled, settledPairs]) expect(count).toBeGreaterThan(30);
});

type Cells = { factor: Vec3; lead: Vec3; rule: "majority" | "majority-sparse" };

/** A most frequent voxel of each cell, which of them by chance. */
function reduce(chance: Chance, fine: View, coarse: View, { factor, lead, rule }: Cells): void {
  const [width, height, depth] = coarse.shape;
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const all = cellOf(fine, { factor, lead }, [x, y, z]);
        const some = all.filter((label) => label !== 0);
        const voters = rule === "majority" || some.length === 0 ? all : some;
        const count = (label: number) => voters.filter((other) => other === label).length;
        const most = Math.max(...voters.map(count));
        const kept = chance.one(voters.filter((label) => count(label) === most));
        coarse.labels[coarse.offset + x + y * coarse.strideY + z * coarse.strideZ] = kept;
      }
    }
  }
}

/** The voxels of a cell that there are. */
function cellOf(fine: View, { factor, lead }: Pick<Cells, "factor" | "lead">, at: Vec3): number[] {
  const { labels, offset, strideY, strideZ, shape } = fine;
  const [x0, y0, z0] = at.map((v, d) => Math.max(0, v * factor[d]! - lead[d]!)) as [number, number, number];
  const [x1, y1, z1] = at.map((v, d) => Math.min(shape[d]!, (v + 1) * factor[d]! - lead[d]!)) as [
    number,
    number,
    number,
  ];
  const found: number[] = [];
  for (let z = z0; z < z1; z++) {
    for (let y = y0; y < y1; y++)
      for (let x = x0; x < x1; x++) found.push(labels[offset + x + y * strideY + z * strideZ]!);
  }
  return found;
}

/** Another id in one voxel, be it met in the finer scale or not. */
function spoil(chance: Chance, { labels, offset, strideY, strideZ, shape }: View, palette: Palette): void {
  const [x, y, z] = mapVec((d) => chance.below(shape[d]));
  const id = chance.once(2) ? 99n : chance.one(ids);
  labels[offset + x + y * strideY + z * strideZ] = numberOf(
    palette,
    Number(id & 0xffffffffn),
    Number(id >> 32n),
  );
}

test("a block of one id that is another one is found, wherever it is", () => {
  const palette = createPalette();
  for (const id of [5, 9]) numberOf(palette, id, 0);
  const shape = [20, 17, 16] as const;
  const [size, factor] = [[8, 8, 8] as const, [2, 2, 2] as const];
  const grid = blockGrid(shape, size);
  const dense = (of: Vec3): View => ({
    ...{ labels: new Uint32Array(product(of)), offset: 0, strideY: of[0], strideZ: of[0] * of[1], shape: of },
  });
  const coarse = dense([10, 9, 8]);
  coarse.labels.fill(1);
  for (let block = 0; block < product(grid); block++) {
    const list = () => new Uint32Array(product(grid));
    const blocks = { size, grid, zeros: list().fill(2), ones: list(), bits: list() };
    const cells = { factor, lead: [0, 0, 0], rule: "majority", blocks } as const;
    expect(checkMajority(dense(shape), coarse, palette, cells)).toEqual({
      wrong: 0,
      ties: 0,
      notSmallest: 0,
    });
    blocks.zeros[block] = 3;
    const [x, y, z] = [
      block % grid[0],
      Math.floor(block / grid[0]) % grid[1],
      Math.floor(block / (grid[0] * grid[1])),
    ];
    const cut = [0, 1, 2].map((d) => Math.min(coarse.shape[d]!, 4 * ([x, y, z][d]! + 1)) - 4 * [x, y, z][d]!);
    const found = checkMajority(dense(shape), coarse, palette, cells);
    expect(found).toMatchObject({ wrong: cut[0]! * cut[1]! * cut[2]!, first: [4 * x, 4 * y, 4 * z] });
  }
});

test("a table that has an id twice makes one run of it", () => {
  const size = [8, 8, 8] as const;
  const rows = Uint32Array.from({ length: 16 }, (_, i) => 0x9e3779b1 * (i + 1));
  const bytes = new Uint8Array(Uint32Array.of(1, 18 | (1 << 24), 2, ...rows, 70, 70).buffer);
  const palette = createPalette();
  const view: View = { labels: new Uint32Array(512), offset: 0, strideY: 8, strideZ: 64, shape: size };
  const list = () => new Uint32Array(16);
  const blocks = { size, grid: [1, 1, 1] as const, zeros: list(), ones: list(), bits: list() };
  decodeSegmentation(bytes, { block: size, idWords: 1, blocks }, palette, view);
  const census = createCensus();
  const digest = countBlocks({ view, blocks }, palette, census, [0, 0, 0], true);
  writeOut({ view, blocks });
  const plainly = createCensus();
  expect(digest).toEqual(countView(view, palette, plainly, [0, 0, 0]));
  expect(census).toEqual(plainly);
  expect(census.voxels[1]).toBe(512);
});
