import { cp, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createChance } from "../../lib/local/chance.ts";
import { figure, long, seed } from "../figure.ts";
import { hidden, tree, writeSlices } from "../local/folder.ts";
import type { PlannedFault } from "./preload.ts";
import { runProgram } from "./program.ts";

let folder: string;
let input: string;
/** A result of another input, which may have been there before; and what an uninterrupted run makes of ours. */
let before: string;
let earlier: Record<string, string>;
let whole: Record<string, string>;
/** Milliseconds that a run takes. */
let duration: number;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "neuropress-"));
  input = path.join(folder, "in");
  before = path.join(folder, "before/out");
  await writeSlices(input);
  await writeSlices(path.join(folder, "other"), 7n);
  expect(await runProgram({ input: path.join(folder, "other"), output: before })).toMatchObject({ code: 0 });
  const since = performance.now();
  expect(await runProgram({ input, output: path.join(folder, "after/out") })).toMatchObject({ code: 0 });
  duration = performance.now() - since;
  [earlier, whole] = [await tree(before), await tree(path.join(folder, "after/out"))];
  expect(Object.keys(whole).length).toBeGreaterThan(20);
  expect(earlier).not.toEqual(whole);
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A folder for OUT, in which an earlier result may lie. */
async function makeHome(occupied: boolean): Promise<string> {
  const home = await mkdtemp(path.join(folder, "home-"));
  if (occupied) await cp(before, path.join(home, "out"), { recursive: true });
  return home;
}

/** What is at OUT: nothing, or one of the two datasets, whole. */
async function found(output: string, occupied: boolean): Promise<"absent" | "earlier" | "new"> {
  const now = await tree(output).catch(() => ({}));
  if (Object.keys(now).length === 0) return "absent";
  if (occupied && isDeepStrictEqual(now, earlier)) return "earlier";
  expect(now).toEqual(whole);
  return "new";
}

async function expectFinished(home: string, output: string): Promise<string> {
  const { code, said } = await runProgram({ input, output });
  expect({ code, said }).toMatchObject({ code: 0 });
  expect(await tree(output)).toEqual(whole);
  expect(await hidden(home)).toEqual([]);
  return said;
}

const kills = long ? 200 : 15;

test(`${kills} kills at random moments: OUT is whole, absent or the earlier one, and the next run finishes`, async () => {
  const chance = createChance(77 + seed);
  const seen: Record<string, number> = {};
  let [killed, resumed] = [0, 0];
  while (killed < kills) {
    const occupied = chance() < 0.5;
    const home = await makeHome(occupied);
    const output = path.join(home, "out");
    // Several kills in a row now and then: what one has left the next takes over, and is killed as well.
    for (let row = chance() < 0.3 ? 3 : 1; row > 0 && killed < kills; row--) {
      const { signal } = await runProgram({ input, output, killAfter: duration * (0.1 + 1.1 * chance()) });
      if (signal === null) break;
      killed++;
      const state = await found(output, occupied);
      seen[state] = (seen[state] ?? 0) + 1;
    }
    if (/items were there already/.test(await expectFinished(home, output))) resumed++;
    await rm(home, { recursive: true });
  }
  figure(
    `kill -9 at random moments: ${killed} kills, OUT then ${JSON.stringify(seen)}, ${resumed} runs gone on with`,
  );
  expect(resumed).toBeGreaterThan(0);
}, 3_600_000);

/** Operations of the main thread that change the disk: it makes OUT's place and moves the result there. */
async function operations(occupied: boolean): Promise<number> {
  const home = await makeHome(occupied);
  const { said } = await runProgram({ input, output: path.join(home, "out"), fault: { thread: "main" } });
  await rm(home, { recursive: true });
  return Number(/operations: (\d+)/.exec(said)?.[1]);
}

test.each([
  ["OUT is new", false],
  ["OUT holds an earlier result", true],
])(
  "killed, or refused by the disk, at each operation on it, %s",
  async (name, occupied) => {
    const count = await operations(occupied);
    expect(count).toBeGreaterThan(15);
    // The last of them put the result into its place. Being killed before one is being killed after the one before.
    const points = Array.from({ length: count }, (_, at) => at).filter(
      (at) => long || at >= count - (occupied ? 3 : 2),
    );
    const acts = long ? (["kill", "late kill", "fail"] as const) : (["late kill", "fail"] as const);
    const seen: Record<string, number> = {};
    for (const act of acts) {
      for (const at of points) {
        const home = await makeHome(occupied);
        const output = path.join(home, "out");
        const fault: PlannedFault = { thread: "main", at, act };
        const end = await runProgram({ input, output, fault });
        const what = `${act} at ${at}: ${end.said}`;
        const state = await found(output, occupied);
        if (act === "fail") {
          // To fail to clear up is no failure of the run.
          expect(end.code, what).toBe(state === "new" ? 0 : 1);
          expect(state === "absent" && occupied, what).toBe(false);
          if (end.code === 1) expect(end.said).toMatch(/error: EIO/);
        } else expect(end.signal, what).toBe("SIGKILL");
        seen[`${act}: ${state}`] = (seen[`${act}: ${state}`] ?? 0) + 1;
        await expectFinished(home, output);
        await rm(home, { recursive: true });
      }
    }
    figure(
      `${name}: ${points.length} of ${count} operations on the disk x ${acts.length} kinds: ${JSON.stringify(seen)}`,
    );
  },
  3_600_000,
);
