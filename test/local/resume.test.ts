import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { type ConvertOptions, convert } from "../../lib/local/convert.ts";
import type { Progress } from "../../lib/local/progress.ts";
import { UnfinishedError } from "../../lib/local/unfinished.ts";
import { hidden, slice, tree, writeSlices } from "./folder.ts";

/* Each test is several conversions. */
vi.setConfig({ testTimeout: 300_000 });

let folder: string;
let input: string;
/** What an uninterrupted run makes. */
let whole: Record<string, string>;
const options = { resolution: "8x8x40nm", chunk: 32, threads: 2 } as const;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "neuropress-"));
  input = path.join(folder, "in");
  await writeSlices(input);
  await convert({ ...options, input, output: path.join(folder, "whole/out") });
  whole = await tree(path.join(folder, "whole/out"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let home: string;
beforeEach(async () => {
  home = await mkdtemp(path.join(folder, "home-"));
});
/** All results are called `out`: the name is part of what is published. */
const out = () => path.join(home, "out");
const run = (more: Partial<ConvertOptions> = {}) => convert({ ...options, input, output: out(), ...more });

/** Breaks a run off after so many items, and not by its input. */
function breaking(after: number): Progress {
  let left = after;
  const step = () => {
    if (left-- === 0) throw new Error("the plug was pulled");
  };
  return { start() {}, step, end() {} };
}
const breakOff = (after: number, more: Partial<ConvertOptions> = {}) =>
  expect(run({ ...more, progress: breaking(after) })).rejects.toThrow(UnfinishedError);

test("wherever a run breaks off, the next does the rest and makes the same bytes", async () => {
  const { items } = await run();
  expect(items).toBeGreaterThan(20);
  await rm(out(), { recursive: true });
  for (const after of [0, Math.floor(items / 2), items - 1]) {
    await breakOff(after);
    expect(await readdir(home)).toEqual([expect.stringMatching(/^\.out\.neuropress-/)]);
    const { skipped, ...summary } = await run();
    // What the other thread was at is done or not.
    expect(skipped).toBeGreaterThan(after);
    expect(skipped).toBeLessThanOrEqual(after + 2);
    expect(summary.items).toBe(items);
    expect(await tree(out())).toEqual(whole);
    expect(await hidden(home)).toEqual([]);
    await rm(out(), { recursive: true });
  }
});

test("a run may break off again and again; the summary is that of the whole", async () => {
  const { objects, bytes, voxels, segments } = await run();
  for (let tries = 0; tries < 3; tries++) await breakOff(5 + 5 * tries);
  expect(await tree(out()), "the earlier result stays").toEqual(whole);
  const resumed = await run();
  expect(resumed).toMatchObject({ objects, bytes, voxels, segments });
  expect(resumed.skipped).toBeGreaterThan(15);
  expect(await tree(out())).toEqual(whole);
});

test("the error says what broke it, where the folder is and how to go on", async () => {
  const error = (await run({ progress: breaking(3) }).catch((error) => error)) as Error;
  const [name] = await hidden(home);
  expect(error.message).toMatch(/^the plug was pulled\n.*The same command goes on/s);
  expect(error.message).toContain(path.join(home, name!));
});

test("what is missing or cut short in the folder is made again", async () => {
  await breakOff(20);
  const root = path.join(home, (await hidden(home))[0]!);
  const chunks = await readdir(path.join(root, "result/8nm"));
  expect(chunks.length).toBeGreaterThan(4);
  await rm(path.join(root, "result/8nm", chunks[0]!));
  await truncate(path.join(root, "result/8nm", chunks.at(-1)!), 20);
  await run();
  expect(await tree(out())).toEqual(whole);
});

test("other settings, and another input, clear away what is left", async () => {
  await breakOff(10);
  expect((await run({ chunk: 64 })).skipped).toBe(0);
  expect(await hidden(home)).toEqual([]);
  await breakOff(10);
  const other = path.join(home, "in");
  await writeSlices(other);
  expect((await run({ input: other })).skipped).toBe(0);
  expect(await tree(out())).toEqual(whole);
  // The same name and size, other voxels.
  await breakOff(10, { input: other });
  await writeFile(path.join(other, "s3.tif"), slice(3, 1n));
  expect((await run({ input: other })).skipped).toBe(0);
  expect(await tree(out())).not.toEqual(whole);
});

test("a slice that is written anew during a run fails it: no mixture", async () => {
  const other = path.join(home, "in");
  await writeSlices(other);
  // Late, when all has been read and no one would notice; and early, when others find fault with what they read.
  for (const stage of ["mesh", "encode"]) {
    const start = (now: string) => {
      if (now === stage) writeFileSync(path.join(other, "s3.tif"), slice(3, 1n).subarray(0, 500));
    };
    await expect(run({ input: other, progress: { start, step() {}, end() {} } })).rejects.toThrow(
      /^s3\.tif: was changed during the conversion/,
    );
    expect(await readdir(home)).toEqual(["in"]);
    await writeSlices(other);
  }
});

test("what somebody puts at OUT during a run is not replaced", async () => {
  const thesis = path.join(out(), "thesis.txt");
  const start = (stage: string) => {
    if (stage !== "mesh") return;
    mkdirSync(out());
    writeFileSync(thesis, "ten years");
  };
  await expect(run({ progress: { start, step() {}, end() {} } })).rejects.toThrow(/out: is not empty/);
  expect(await readFile(thesis, "utf8")).toBe("ten years");
  expect(await hidden(home)).toEqual([]);
});

test("two at once do not share: both end well, also where there is something to go on with", async () => {
  await breakOff(10);
  const [one, two] = await Promise.all([run(), run()]);
  expect([one.skipped, two.skipped].sort((a, b) => a - b)).toEqual([0, expect.toSatisfy((n) => n > 9)]);
  expect(await tree(out())).toEqual(whole);
  expect(await hidden(home)).toEqual([]);
});

test("two into one OUT at once: each is whole, one of the two wins", async () => {
  const other = path.join(home, "in");
  await writeSlices(other, 7n);
  await run({ input: other, output: path.join(home, "b/out") });
  const second = await tree(path.join(home, "b/out"));
  for (let tries = 0; tries < 2; tries++) {
    await Promise.all([run(), run({ input: other })]);
    expect([whole, second]).toContainEqual(await tree(out()));
    expect(await hidden(home)).toEqual([]);
  }
});

/** The `convert` command in a process of its own, stopped when it says something of this stage. */
function command(stopAt?: RegExp): Promise<{ code: number | null; said: string }> {
  const bin = path.resolve(import.meta.dirname, "../../bin/convert.ts");
  const args = [bin, input, out(), "--resolution", "8x8x40nm", "--chunk", "32", "--threads", "1"];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    const listen = (data: Buffer) => {
      said += data.toString();
      if (stopAt?.test(said)) child.kill("SIGINT");
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.once("close", (code) => resolve({ code, said }));
  });
}

test("Ctrl-C says that the same command goes on and where the folder is; the same command does", async () => {
  const stopped = await command(/^encode/m);
  expect(stopped.code).toBe(130);
  const [name] = await hidden(home);
  expect(stopped.said).toContain("The same command goes on from there");
  expect(stopped.said).toContain(path.join(home, name!));
  expect(await readFile(path.join(home, name!, "fingerprint"), "utf8")).toMatch(/^[0-9a-f]{64}$/);
  const { code, said } = await command();
  expect({ code, said }).toEqual({
    code: 0,
    said: expect.stringMatching(/\d+ of \d+ items were there already/),
  });
  expect(said).toMatch(/^encode +\d+ blocks \(\d+ there already\)/m);
  expect(await tree(out())).toEqual(whole);
  expect(await hidden(home)).toEqual([]);
});
