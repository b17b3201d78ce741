import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import type { ConvertOptions } from "../../lib/local/convert.ts";
import { verify } from "../../lib/local/verify/verify.ts";
import { findingsOf } from "../../lib/verify/report.ts";
import { cells, type IdAt, makeDataset, type Volume } from "./make.ts";

const folder = mkdtempSync(path.join(tmpdir(), "neuropress-good-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const small =
  (most: bigint): IdAt =>
  (x, y, z) =>
    cells(7)(x, y, z) % most;
const raw = { encoding: "raw" };

type Case = { name: string; volume: Volume; options?: Partial<ConvertOptions> };

const cases: Case[] = [
  {
    name: "an odd offset",
    volume: { size: [61, 47, 23], idAt: cells(8), scale: { voxel_offset: [5, -3, 1] } },
  },
  {
    name: "an even offset, raw",
    volume: { size: [64, 48, 16], idAt: cells(8), info: raw, scale: { voxel_offset: [64, -32, 16] } },
  },
  {
    name: "far from the origin",
    volume: { size: [33, 20, 9], idAt: cells(6), scale: { voxel_offset: [1_000_001, 0, -77] } },
  },
  {
    name: "raw uint8",
    volume: { size: [50, 40, 20], idAt: small(200n), info: { ...raw, data_type: "uint8" } },
  },
  {
    name: "raw uint16",
    volume: { size: [50, 40, 20], idAt: small(60_000n), info: { ...raw, data_type: "uint16" } },
  },
  {
    name: "uint8 widened",
    volume: {
      size: [50, 40, 20],
      idAt: small(3n),
      info: { data_type: "uint8", encoding: "compressed_segmentation" },
    },
  },
  {
    name: "blocks of another shape",
    volume: {
      size: [50, 40, 20],
      idAt: cells(8),
      info: { encoding: "compressed_segmentation", compressed_segmentation_block_size: [3, 5, 7] },
    },
  },
  {
    name: "isotropic, one chunk",
    volume: { size: [20, 20, 20], idAt: cells(5), scale: { resolution: [8, 8, 8] } },
    options: { chunk: 64 },
  },
  { name: "coarse z", volume: { size: [70, 50, 12], idAt: cells(8), scale: { resolution: [4, 4, 40] } } },
  { name: "coarse x", volume: { size: [12, 50, 60], idAt: cells(8), scale: { resolution: [40, 4, 4] } } },
  {
    name: "background loses",
    volume: { size: [60, 50, 30], idAt: cells(6) },
    options: { downsampling: "majority-sparse" },
  },
  { name: "full meshes", volume: { size: [40, 30, 20], idAt: cells(6) }, options: { meshError: 0 } },
  { name: "coarse meshes", volume: { size: [40, 30, 20], idAt: cells(6) }, options: { meshError: 3 } },
  { name: "no meshes", volume: { size: [40, 30, 20], idAt: cells(6) }, options: { mesh: false } },
  { name: "nothing but background", volume: { size: [40, 30, 20], idAt: () => 0n } },
  { name: "one id everywhere", volume: { size: [40, 30, 20], idAt: () => 2n ** 64n - 1n } },
  {
    name: "every voxel another id",
    volume: { size: [9, 7, 5], idAt: (x, y, z) => BigInt(1 + x + 9 * (y + 7 * z)) << 33n },
  },
  { name: "one voxel", volume: { size: [1, 1, 1], idAt: () => 3n } },
  { name: "a plane", volume: { size: [40, 30, 1], idAt: cells(6) } },
];

test.each(cases)(
  "$name: nothing is found, with the source and without",
  async ({ name, volume, options }) => {
    const at = path.join(folder, name.replace(/\W+/g, "-"));
    const folders = { input: path.join(at, "in"), output: path.join(at, "out") };
    await makeDataset(folders, volume, options);
    for (const source of [folders.input, undefined]) {
      const { receipt, report } = await verify(folders.output, source);
      expect(findingsOf(report)).toEqual([]);
      expect(receipt.ok).toBe(true);
    }
    // The run has judged itself, in parts: the sums are the same.
    const { receipt } = await verify(folders.output, folders.input);
    const own = JSON.parse(readFileSync(path.join(folders.output, "receipt.json"), "utf8"));
    expect(own.scales).toEqual(receipt.scales);
    expect(own.ok).toBe(true);
    for (const check of ["source", "pyramid", "box", "volume", "closed", "fragments"])
      expect({ check, ...own.checks[check] }).toEqual({ check, ...receipt.checks[check] });
  },
);
