import { execFileSync } from "node:child_process";
import { rmdirSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { figure } from "../figure.ts";
import { hidden, tree, writeSlices } from "../local/folder.ts";
import { runProgram } from "./program.ts";

/* Each test is some conversions in processes of their own. */
vi.setConfig({ testTimeout: 300_000 });

let folder: string;
let input: string;
/** What an undisturbed run makes. */
let whole: Record<string, string>;
const mounted: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "neuropress-"));
  input = path.join(folder, "in");
  await writeSlices(input);
  const output = path.join(folder, "whole/out");
  expect(await runProgram({ input, output })).toMatchObject({ code: 0 });
  whole = await tree(output);
}, 120_000);
afterAll(async () => {
  unmountAll();
  await rm(folder, { recursive: true, force: true });
});

const isRoot = process.getuid?.() === 0;
const canMount = isRoot && mount("probe", "64k") !== undefined;
unmountAll();
if (!canMount) {
  console.warn(
    "\n*** no disk of its own can be mounted here (that takes root): a full disk is played by a limit on files ***\n",
  );
}

function works(program: string, ...args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** A small disk in memory. @returns where it is, if it could be made */
function mount(name: string, size: string): string | undefined {
  const point = path.join(os.tmpdir(), `neuropress-${name}-${process.pid}`);
  if (!works("mkdir", "-p", point)) return undefined;
  if (!works("mount", "-t", "tmpfs", "-o", `size=${size}`, "tmpfs", point)) {
    rmdirSync(point);
    return undefined;
  }
  mounted.push(point);
  return point;
}

function unmountAll(): void {
  for (const point of mounted.splice(0)) {
    execFileSync("umount", [point]);
    rmdirSync(point);
  }
}

const remount = (point: string, options: string) =>
  execFileSync("mount", ["-o", `remount,${options}`, point]);

test.runIf(canMount)(
  "the disk is full: that is said, nothing is lost, and with room the same command goes on",
  async () => {
    const disk = mount("full", "1m") as string;
    const output = path.join(disk, "out");
    const seen: number[] = [];
    // A little more room each time, so that it ends further on.
    for (const room of [60, 120, 160]) {
      execFileSync("mount", ["-o", `remount,size=${room}k`, disk]);
      const { code, said } = await runProgram({ input, output });
      if (code === 0) break;
      expect({ code, said }).toMatchObject({
        code: 1,
        said: expect.stringMatching(/error: .*no space left on device/),
      });
      expect(said, "no stack").not.toMatch(/^ +at /m);
      expect(said).toMatch(/The same command goes on from there\. What is done is kept in .*neuropress-/);
      expect((await hidden(disk)).length).toBe(1);
      seen.push(room);
    }
    expect(seen.length, "the disk was full at least once").toBeGreaterThan(0);
    remount(disk, "size=20m");
    expect(await runProgram({ input, output })).toMatchObject({ code: 0 });
    expect(await tree(output)).toEqual(whole);
    expect(await hidden(disk)).toEqual([]);
    figure(`disk full with ${seen.join(", ")} KiB: said each time, and gone on with`);
  },
);

test("no file may become larger than a limit: that is said, and without it the same command goes on", async () => {
  const output = path.join(folder, "limited/out");
  // The shell counts in blocks of 512 or 1024 bytes: some objects fit, the packs of surfaces do not.
  const within = ["sh", "-c", 'ulimit -f 4; exec "$@"', "sh"];
  const { code, said } = await runProgram({ input, output, within });
  expect({ code, said }).toMatchObject({
    code: 1,
    said: expect.stringMatching(/error: .*(EFBIG|file too large)/i),
  });
  expect(said).toContain("The same command goes on from there");
  expect(await tree(output).catch(() => "absent")).toBe("absent");
  expect(await runProgram({ input, output })).toMatchObject({ code: 0 });
  expect(await tree(output)).toEqual(whole);
});

test("where nothing may be written there is no OUT, and a clear word", async () => {
  const expectRefused = async (place: string, reason: RegExp) => {
    const { code, said } = await runProgram({ input, output: path.join(place, "out") });
    expect({ code, said }).toMatchObject({ code: 1, said: expect.stringMatching(reason) });
    expect(said.trim().split("\n"), "one line, no stack").toHaveLength(1);
  };
  if (canMount) {
    const disk = mount("readonly", "1m") as string;
    remount(disk, "ro");
    await expectRefused(disk, /out: cannot be made: its disk is read-only/);
  }
  if (!isRoot) {
    const place = path.join(folder, "forbidden");
    await mkdir(place);
    await chmod(place, 0o555);
    await expectRefused(place, /out: cannot be made: you have no right to write there/);
  }
  await expectRefused(path.join(input, "s0.tif"), /out: cannot be made: a part of its path is a file/);
  await expectRefused("/proc/self", /out: cannot be made/);
});

test("what is not ours is not touched", async () => {
  const output = path.join(folder, "foreign/out");
  await mkdir(output, { recursive: true });
  await writeFile(path.join(output, "thesis.txt"), "ten years");
  expect(await runProgram({ input, output })).toMatchObject({
    code: 1,
    said: expect.stringMatching(/is not empty and holds no earlier result of neuropress/),
  });
  expect(await readFile(path.join(output, "thesis.txt"), "utf8")).toBe("ten years");
  expect(await hidden(path.dirname(output))).toEqual([]);
});

test.each([
  ["exit", /a worker thread has ended by itself \(exit code 3\)/],
  ["throw", /a worker thread has failed: thrown where nobody waits/],
  ["memory", /a worker thread has failed: .*memory/],
] as const)(
  "a worker thread that dies (%s) is reported, not waited for, and the same command goes on",
  async (act, reason) => {
    const output = path.join(folder, `worker-${act}/out`);
    const nodeOptions = act === "memory" ? ["--max-old-space-size=96"] : [];
    const { code, said } = await runProgram({
      input,
      output,
      threads: 1,
      nodeOptions,
      fault: { thread: "worker", at: 30, act },
    });
    expect({ code, said }).toMatchObject({ code: 1, said: expect.stringMatching(reason) });
    expect(said).toContain("The same command goes on from there");
    const next = await runProgram({ input, output });
    expect(next).toMatchObject({ code: 0, said: expect.stringMatching(/items were there already/) });
    expect(await tree(output)).toEqual(whole);
  },
);
