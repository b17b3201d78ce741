import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Vec3 } from "../../lib/format/vec.ts";
import { planStep } from "../../lib/step/plan.ts";
import { usualSettings } from "../../lib/step/settings.ts";
import { memoryStore } from "../../lib/store/memory.ts";
import { allCases } from "../bad/all.ts";
import type { Case } from "../bad/case.ts";
import { convertCommand, type Measured } from "../bad/command.ts";
import { judge } from "../bad/judge.ts";
import { writeTiff } from "../bad/tiff.ts";
import { figure, long } from "../figure.ts";

/*
 * The command itself, in a process of its own whose memory is measured: what is refused is refused with exit 1 and
 * within 1 GiB with two threads, however large it claims to be. All cases where NEUROPRESS_LONG is set.
 */

const mostMebibytes = 1024;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "neuropress-limit-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }), 300_000);

async function unpack(name: string, files: ReadonlyMap<string, Uint8Array>): Promise<string> {
  const input = path.join(folder, name);
  await mkdir(input);
  for (const [file, bytes] of files) await writeFile(path.join(input, file), bytes);
  return input;
}

const worst = { mebibytes: 0, seconds: 0 };
function checkCost({ mebibytes, seconds }: Measured): void {
  expect(mebibytes).toBeLessThan(mostMebibytes);
  worst.mebibytes = Math.max(worst.mebibytes, mebibytes);
  worst.seconds = Math.max(worst.seconds, seconds);
}
afterAll(() => figure(`refused: at most ${worst.mebibytes.toFixed(0)} MiB, ${worst.seconds.toFixed(1)} s`));

const refused = allCases.filter((one) => one.volume === undefined);
const chosen = refused.filter(({ group }, i) => long || group === "limits" || i % 20 === 0);

test.concurrent.each(chosen.map((one) => [`${one.group}: ${one.name}`, one] as [string, Case]))(
  "%s",
  async (name, one) => {
    const input = await unpack(`in ${refused.indexOf(one)}`, one.files);
    const output = path.join(folder, `out ${refused.indexOf(one)}`);
    const ended = await convertCommand([input, output, "--threads", "2"]);
    expect({ name, code: ended.code, err: ended.err }).toMatchObject({ code: 1, err: /error: / });
    expect(
      ended.err.split("\n").filter((line) => /^\s+at /.test(line)),
      "no stack",
    ).toEqual([]);
    expect(await judge(one, { refused: ended.err })).toEqual([]);
    checkCost(ended);
  },
);

const text = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const infoOf = (size: Vec3, dataType: string) =>
  text({ type: "segmentation", data_type: dataType, scales: [{ size, resolution: [8, 8, 8] }] });

/** Every voxel has an id of its own. */
function* distinctSlices(side: number, depth: number): Generator<[string, Uint8Array]> {
  for (let z = 0; z < depth; z++) {
    const ids = Uint32Array.from({ length: side * side }, (_, i) => z * side * side + i + 1);
    const tags = { 256: side, 257: side, 278: side };
    const page = {
      width: 1,
      height: 1,
      bits: 32,
      values: [0],
      damage: () => new Uint8Array(ids.buffer),
      tags,
    } as const;
    yield [`z${z}.tif`, writeTiff([page])];
  }
}

const [side, depth] = long ? [220, 207] : [128, 72];
test(`${((side * side * depth) / 1e6).toFixed(1)} million ids`, { timeout: 600_000 }, async () => {
  const files = new Map(distinctSlices(side, depth));
  files.set("info", infoOf([side, side, depth], "uint32"));
  const ended = await convertCommand([
    await unpack("ids", files),
    path.join(folder, "ids-out"),
    "--threads",
    "2",
  ]);
  expect(ended.code).toBe(1);
  expect(ended.err).toMatch(/error: slices: hold more than 1048576 different ids/);
  checkCost(ended);
});

test("a million tiny files, in a listing", async () => {
  const names = async function* () {
    for (let i = 0; i < 1_000_000; i++) yield { key: `z${i}.tif`, size: 1 };
  };
  const input = {
    ...memoryStore(),
    entries: names,
    get: () => Promise.reject(new Error("a file was opened")),
  };
  const context = { input, work: memoryStore(), output: memoryStore() };
  await expect(planStep(context, { ...usualSettings, resolution: [8, 8, 8] })).rejects.toThrow(
    /^input: there are 1000000 TIFFs, and a volume has at most 524288 slices/,
  );
});

async function aMillionFiles(): Promise<void> {
  const input = await unpack("many", new Map());
  for (let from = 0; from < 1_000_000; from += 1000) {
    const names = Array.from({ length: 1000 }, (_, i) => `z${from + i}.tif`);
    await Promise.all(names.map((name) => writeFile(path.join(input, name), "x")));
  }
  const ended = await convertCommand([input, path.join(folder, "many-out"), "--resolution", "8x8x8nm"]);
  expect(ended.code).toBe(1);
  expect(ended.err).toMatch(/error: input: there are 1000000 TIFFs, and a volume has at most 524288 slices/);
  checkCost(ended);
}
// Writing them takes minutes.
if (long) test("a million tiny files, on disk", { timeout: 600_000 }, aMillionFiles);

test("as many slices as there may be, under one directory", { timeout: 600_000 }, async () => {
  const pages = 2 ** 19;
  const description = `ImageJ=1.54f\nimages=${pages}\n`;
  const samples = new Uint8Array(pages).fill(1);
  const page = { width: 1, height: 1, bits: 8, values: [0], damage: () => samples } as const;
  const files = new Map([["all.tif", writeTiff([{ ...page, tags: { 270: description, 279: 1 } }])]]);
  files.set("info", infoOf([1, 1, pages + 1], "uint8"));
  const wrong = await convertCommand([await unpack("planes", files), path.join(folder, "planes-out")]);
  expect(wrong).toMatchObject({ code: 1, err: expect.stringMatching(/size is \[1,1,524289\]/) });
  files.set("info", infoOf([1, 2, pages], "uint8"));
  const ended = await convertCommand([await unpack("planes 2", files), path.join(folder, "planes-out")]);
  expect(ended).toMatchObject({
    code: 1,
    err: expect.stringMatching(/1 x 2 \(x, y\), but the slices are 1 x 1/),
  });
  checkCost(ended);
});
