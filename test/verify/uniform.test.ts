import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { verify } from "../../lib/local/verify/verify.ts";
import { findingsOf } from "../../lib/verify/report.ts";
import { makeDataset } from "./make.ts";
import { type Victim, victimIn } from "./spoil.ts";

const folder = mkdtempSync(path.join(tmpdir(), "neuropress-uniform-"));
const at = (name: string) => path.join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Boxes of 24 voxels, so that most blocks of 8 hold one id; some are background. */
const boxes = (x: number, y: number, z: number) => {
  const number = Math.floor(x / 24) + 4 * Math.floor(y / 24) + 16 * Math.floor(z / 24);
  return number % 3 === 0 ? 0n : BigInt(number) << 30n;
};

beforeAll(async () => {
  const folders = { input: at("input"), output: at("good") };
  await makeDataset(folders, { size: [90, 77, 50], idAt: boxes }, { chunk: 32 });
});

test("most blocks are of one id, and nothing is found", async () => {
  const victim = victimIn(at("good"));
  const blocks = victim.chunks(0).flatMap((key) => blocksOf(victim, key));
  expect(blocks.filter((one) => one.bits === 0).length / blocks.length).toBeGreaterThan(0.4);
  const { report } = await verify(at("good"), at("input"));
  expect(findingsOf(report)).toEqual([]);
});

test.each([
  ["scale 0", 0, "source", /holds other voxels than the source/],
  ["scale 0", 0, "pyramid", /no majority of the scale before/],
  ["scale 1", 1, "pyramid", /no majority of the scale before/],
] as const)(
  "a block of one id in %s (%d) that is given another one is found (%s)",
  async (_, scale, check, says) => {
    const spoiled = at(`${check}-${scale}`);
    cpSync(at("good"), spoiled, { recursive: true });
    const victim = victimIn(spoiled);
    let changed = "";
    for (const key of victim.chunks(scale)) {
      const single = blocksOf(victim, key).filter(({ bits }) => bits === 0);
      const one = single.find(({ id }) => id !== single[0]!.id);
      if (one === undefined || changed !== "") continue;
      changed = key;
      victim.edit(key, (bytes) => {
        const words = new Uint32Array(new Uint8Array(bytes).buffer);
        words[1 + 2 * one.block] = single[0]!.table;
        return new Uint8Array(words.buffer);
      });
    }
    expect(changed).not.toBe("");
    const { report } = await verify(spoiled, at("input"));
    const found = findingsOf(report).filter((one) => one.check === check);
    expect(found.length).toBeGreaterThan(0);
    expect(found[0]!.finding.found).toMatch(says);
    if (check === "source" || scale === 1) expect(found[0]!.finding.at).toBe(changed);
  },
);

type Block = { readonly block: number; readonly bits: number; readonly table: number; readonly id: string };

/** The headers of a chunk of blocks of 8 x 8 x 8 (neuroglancer, compressed_segmentation/README.md). */
function blocksOf(victim: Victim, key: string): Block[] {
  const shape = victim.shapeOf(key);
  const count = shape.reduce((product, n) => product * Math.ceil(n / 8), 1);
  const found: Block[] = [];
  victim.edit(key, (bytes) => {
    const words = new Uint32Array(new Uint8Array(bytes).buffer).subarray(1);
    for (let block = 0; block < count; block++) {
      const [table, bits] = [words[2 * block]! & 0xffffff, words[2 * block]! >>> 24];
      found.push({ block, bits, table, id: `${words[table]},${words[table + 1]}` });
    }
    return bytes;
  });
  return found;
}
