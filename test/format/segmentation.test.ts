import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { decodeSegmentation } from "../../lib/format/expand.ts";
import { addLabel, createLabels, type LabelTable, sortLabels } from "../../lib/format/label.ts";
import { encodeSegmentation } from "../../lib/format/segmentation.ts";
import { product } from "../../lib/format/vec.ts";
import { wholeView } from "../../lib/format/view.ts";
import {
  type Golden,
  goldenBytes,
  idWords,
  labelIndices,
  readGolden,
} from "../fixture/segmentation/voxels.ts";

const folder = path.join(import.meta.dirname, "../fixture/segmentation");
const names = readdirSync(folder)
  .filter((file) => file.endsWith(".json"))
  .map((file) => file.slice(0, -5));

test("there are golden chunks", () => {
  expect(names.length).toBeGreaterThanOrEqual(24);
});

test.each(names)("%s: the fixture's voxels are those that were encoded", (name) => {
  const golden = readGolden(name);
  const { labels, table } = makeChunk(golden);
  expect(voxelHash(labels, table, golden)).toBe(golden.voxels);
});

test.each(names)("%s: encoded as the C++ encoder does", (name) => {
  const golden = readGolden(name);
  const encoded = encode(golden);
  expect(encoded.length).toBe(golden.length);
  const expected = goldenBytes(golden);
  if (expected !== undefined) expect(firstDifference(encoded, expected)).toBe(-1);
  expect(sha256(encoded)).toBe(golden.sha256);
});

test.each(names)("%s: decoded to the voxels", (name) => {
  const golden = readGolden(name);
  const { labels, table } = decode(goldenBytes(golden) ?? encode(golden), golden);
  expect(voxelHash(labels, table, golden)).toBe(golden.voxels);
});

type Chunk = { labels: Uint32Array; table: LabelTable };

function encode(golden: Golden): Uint8Array {
  const { labels, table } = makeChunk(golden);
  return encodeSegmentation(wholeView(labels, golden.shape), table, golden).slice();
}

function decode(bytes: Uint8Array, golden: Golden): Chunk {
  const { shape, block, dataType } = golden;
  const table = createLabels();
  const labels = new Uint32Array(product(shape)).fill(0xffffffff);
  decodeSegmentation(bytes, table, { block, dataType, target: wholeView(labels, shape) });
  return { labels, table };
}

function makeChunk(golden: Golden): Chunk {
  const table = createLabels();
  const labels = labelIndices(golden).map((index) => {
    const { lo, hi } = idWords(index, golden.ids);
    return addLabel(table, lo, hi);
  });
  sortLabels(table, labels);
  return { labels, table };
}

function voxelHash(labels: Uint32Array, table: LabelTable, { dataType }: Golden): string {
  const width = dataType === "uint64" ? 2 : 1;
  const words = new Uint32Array(labels.length * width);
  for (let i = 0; i < labels.length; i++) {
    words[i * width] = table.lo[labels[i]!]!;
    if (width === 2) words[i * 2 + 1] = table.hi[labels[i]!]!;
  }
  return sha256(new Uint8Array(words.buffer));
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function firstDifference(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) if (a[i] !== b[i]) return i;
  return -1;
}
