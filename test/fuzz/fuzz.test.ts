import { expect, test } from "vitest";
import { InputError } from "../../lib/format/error.ts";
import { chanceOf } from "./chance.ts";
import { drive } from "./drive.ts";
import { execute } from "./execute.ts";
import { type Execution, must, type Target } from "./target.ts";
import { allTargets } from "./targets.ts";

const seed = 6;
const each = 800;

test(`a short run of every target finds nothing (seed ${seed})`, { timeout: 180_000 }, async () => {
  const targets = allTargets();
  const names = targets.map(({ name }) => name);
  const result = await drive({ targets: names, seed, from: 0, limit: { each }, coverage: false });
  expect(result.failures).toEqual([]);
  expect(result.tallies.map(({ target, executions }) => [target, executions])).toEqual(
    targets.map(({ name, weight }) => [name, weight * each]),
  );
  for (const { target, accepted, executions } of result.tallies) {
    expect(accepted / executions, `${target} must get past its first checks`).toBeGreaterThan(0.03);
  }
});

test("an execution follows from its target, seed and number", () => {
  const [target] = allTargets().filter(({ name }) => name === "tiff-damaged");
  const shown = (start: number, number: number) =>
    target!.prepare(chanceOf(target!.name, start, number)).show();
  expect(shown(1, 5)).toBe(shown(1, 5));
  expect(new Set([shown(1, 5), shown(1, 6), shown(2, 5)]).size).toBe(3);
});

/** A target that always does the same. */
function always(run: Execution["run"], bound = 4 * 2 ** 20): Target {
  return {
    name: "always",
    weight: 1,
    refuses: (error) => error instanceof InputError,
    prepare: () => ({ run, bound: () => bound, show: () => "nothing" }),
  };
}

test("a refusal is none of the failures, an accident and a wrong answer are", async () => {
  const refusing = always(() => {
    throw new InputError({ file: "x", found: "is wrong" });
  });
  expect(await execute(refusing, 1, 1)).not.toHaveProperty("failure");
  const failing = always(() => void new Uint8Array(-1));
  expect((await execute(failing, 1, 7)).failure).toMatchObject({
    number: 7,
    what: expect.stringMatching(/^RangeError: Invalid typed array length/),
  });
  const wrong = always(async () => must(false, () => "the voxel is another"));
  expect((await execute(wrong, 1, 1)).failure?.what).toContain("the voxel is another");
});

test("checks after the run count, and so does a refusal of right input", async () => {
  const good = always(() => {});
  const checked = (more: Partial<Execution>): Target => ({
    ...good,
    prepare: () => ({ ...good.prepare(chanceOf("", 0, 0)), ...more }),
  });
  const check = () => must(false, () => "the voxel is another");
  expect((await execute(checked({ check }), 1, 1)).failure?.what).toContain("the voxel is another");
  const refuse = () => {
    throw new InputError({ file: "x", found: "is wrong" });
  };
  expect((await execute(checked({ check: refuse }), 1, 1)).failure?.what).toContain("x: is wrong");
  expect((await execute(checked({ right: true, run: refuse }), 1, 1)).failure?.what).toContain("x: is wrong");
});

test("memory beyond the bound is a failure, garbage included", async () => {
  const greedy = always(() => void new Uint8Array(32 * 2 ** 20));
  expect((await execute(greedy, 1, 1)).failure?.what).toMatch(/^takes \d{8} bytes of memory/);
  expect(
    await execute(always(greedy.prepare(chanceOf("", 0, 0)).run, 64 * 2 ** 20), 1, 1),
  ).not.toHaveProperty("failure");
});
