import { expect, test } from "vitest";
import { addLabel, createLabels, idText, type LabelTable } from "../../lib/format/label.ts";
import { relabel } from "../../lib/format/relabel.ts";
import { labelRun, type Samples, samplesOf } from "../../lib/format/samples.ts";
import { allocate, allocateWords, release } from "../../lib/kernel/memory.ts";
import { type Chance, chanceOf } from "../fuzz/chance.ts";
import { labelPlainly, relabelPlainly } from "../plain/format/samples.ts";

/** Runs of few or many ids, so that both the quick way and the slow one are gone, at every place of a row. */
function makeSamples(chance: Chance, bits: 8 | 16 | 32 | 64, count: number): Samples {
  const samples = samplesOf(new Uint8Array((count * bits) / 8), bits);
  const ids = chance.one([1, 2, 5, 300, 100_000]);
  const stay = chance.one([1, 3, 40]);
  const step = chance.one([1, 2 ** 27 + 1, 2 ** 31 + 7]);
  const [low, high] = [chance.below(2), chance.below(2)];
  let id = chance.below(ids);
  for (let i = 0; i < count; i++) {
    if (chance.once(stay)) id = chance.below(ids);
    if (bits !== 64) samples.words[i] = id * step;
    else {
      // Ids that differ in one word only are not the same.
      samples.words[2 * i] = low * id * step;
      samples.words[2 * i + 1] = high * id * step;
    }
  }
  return samples;
}

const idsOf = (table: LabelTable) => Array.from({ length: table.count }, (_, label) => idText(table, label));

test.each([8, 16, 32, 64] as const)(
  "%i bits: labels and table as without a kernel, and nothing beside them",
  (bits) => {
    const chance = chanceOf("samples", bits, 0);
    for (let i = 0; i < 300; i++) {
      const count = 1 + chance.below(chance.one([3, 9, 70, 300]));
      const rows = 1 + chance.below(6);
      const from = chance.below(5);
      const at = chance.below(7);
      const stride = count + chance.below(4);
      const samples = makeSamples(chance, bits, from + count * rows + chance.below(3));
      const most = chance.once(4) ? { lo: chance.word(), hi: chance.once(2) ? 0 : chance.word() } : undefined;
      const [table, other] = [createLabels(most), createLabels(most)];
      const length = at + stride * rows + 5;
      const plain = new Uint32Array(length).fill(77);
      const run = { from, count, rows, at, stride };
      const refused = labelPlainly(other, samples, { ...run, labels: plain });
      const own = allocateWords(length).fill(77);
      const outside = new Uint32Array(length).fill(77);
      for (const labels of [own, outside]) {
        expect(labelRun(table, samples, { ...run, labels })).toBe(refused);
        expect(Array.from(labels)).toEqual(Array.from(plain));
      }
      expect(idsOf(table)).toEqual(idsOf(other));
      release(own);
    }
  },
);

test("samples in kernel memory, at an odd place too", () => {
  const bytes = allocate(64 + 1).subarray(1);
  bytes.set(Uint8Array.from({ length: 64 }, (_, i) => (i < 50 ? 9 : i)));
  const labels = allocateWords(64);
  const table = createLabels();
  expect(labelRun(table, { bits: 8, words: bytes }, { from: 0, count: 64, labels, at: 0 })).toBe(-1);
  expect(Array.from(labels, (label) => idText(table, label))).toEqual(Array.from(bytes, String));
});

test("two tables in turn: each has its own labels", () => {
  const tables = [createLabels(), createLabels()];
  const samples = samplesOf(Uint8Array.of(5, 6, 7, 5, 0, 200), 8);
  for (let i = 0; i < 4; i++) {
    for (const [t, table] of tables.entries()) {
      addLabel(table, 1000 * i + t, 0);
      const labels = new Uint32Array(6);
      labelRun(table, samples, { from: 0, count: 6, labels, at: 0 });
      expect(Array.from(labels, (label) => idText(table, label))).toEqual(["5", "6", "7", "5", "0", "200"]);
    }
  }
});

test("rows beyond the samples or the labels are refused", () => {
  const table = createLabels();
  const samples = samplesOf(new Uint8Array(12), 8);
  expect(() =>
    labelRun(table, samples, { from: 1, count: 4, rows: 3, labels: new Uint32Array(12), at: 0 }),
  ).toThrow();
  expect(() =>
    labelRun(table, samples, { from: 0, count: 4, rows: 3, labels: new Uint32Array(11), at: 0 }),
  ).toThrow();
});

test("ranks: as without a kernel, in kernel memory and outside", () => {
  const chance = chanceOf("ranks", 0, 0);
  for (let i = 0; i < 200; i++) {
    const ranks = 1 + chance.below(chance.one([1, 2, 5, 300]));
    const rank = Uint32Array.from({ length: ranks }, () => (chance.once(3) ? 0 : chance.below(ranks)));
    const stay = chance.one([1, 3, 40]);
    let label = chance.below(ranks);
    const labels = Uint32Array.from({ length: chance.below(70) }, () => {
      if (chance.once(stay)) label = chance.below(ranks);
      return label;
    });
    const plain = labels.slice();
    relabelPlainly(plain, rank);
    const own = allocateWords(labels.length);
    own.set(labels);
    relabel(own, rank);
    relabel(labels, rank);
    expect(Array.from(own)).toEqual(Array.from(plain));
    expect(labels).toEqual(plain);
    release(own);
  }
});
