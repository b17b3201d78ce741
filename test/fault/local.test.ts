import { expect, test } from "vitest";
import type { Pool } from "../../lib/local/pool.ts";
import { silent } from "../../lib/local/progress.ts";
import { type RunResult, runPipeline } from "../../lib/local/run.ts";
import type { FanOutStage } from "../../lib/plan/pipeline.ts";
import type { Context } from "../../lib/step/context.ts";
import { doItem } from "../../lib/step/item.ts";
import { type Item, steps } from "../../lib/step/steps.ts";
import { inLanes } from "../../lib/store/lanes.ts";
import { memoryStore } from "../../lib/store/memory.ts";
import { figure } from "../figure.ts";
import { type MemoryContext, makeVolume, settings } from "../step/volume.ts";
import { chosenPoints, faultyContext, type Kind, kinds } from "./fault.ts";

/** The items in this process, two at a time, as two threads would do them. */
function poolOf(context: Context): Pool {
  const perform = <S extends FanOutStage>(stage: S, item: unknown) =>
    doItem({ stage, step: steps[stage] }, context, item as Item[S]);
  return {
    run: async (stage, items, done) => {
      await inLanes(items, async (item) => done(await perform(stage, item)), 2);
    },
    close: async () => {},
  };
}

/** A local run as `convert` does it, up to the moment when the result is moved into its place. */
const runOn = (context: Context): Promise<RunResult> =>
  runPipeline({
    context,
    open: () => poolOf(context),
    hash: async (names) => Object.fromEntries(names.map((name) => [name, `hash of ${name}`])),
    settings: { ...settings, chunk: 16 },
    publish: { name: "test", url: "http://host/test", viewer: "http://host/viewer/" },
    progress: silent,
  });

const labels = new TextEncoder().encode("id,label\n1152921504606846977,soma\n1152921504606846978,axon");

async function makeInput(): Promise<MemoryContext["input"]> {
  const { input } = await makeVolume(
    [36, 20, 3],
    (x, y) => BigInt((x >> 3) % 3) * (y > 4 ? 2n ** 60n + 1n : 1n),
  );
  await input.put("labels.csv", labels, { contentType: "text/csv" });
  await input.put("neuropress.json", new TextEncoder().encode("{}"), { contentType: "application/json" });
  return input;
}

const contentOf = ({ objects }: MemoryContext["output"]) =>
  new Map(
    [...objects].map(([key, { bytes, options }]) => [
      key,
      { bytes: Buffer.from(bytes).toString("hex"), options },
    ]),
  );

/** What a run that died before this operation has left; nothing of a run that has not begun. */
async function leftBehind(input: MemoryContext["input"], at?: number): Promise<MemoryContext> {
  const stores: MemoryContext = { input, work: memoryStore(), output: memoryStore() };
  if (at === undefined) return stores;
  await runOn(faultyContext(stores, { kind: "crash before", at }).context).catch(() => {});
  return stores;
}

type Tally = { tried: number; survived: number; failed: number };

test.each([
  ["a fresh run", undefined],
  ["a run that goes on after another", 0.6],
])(
  "%s, whatever goes wrong at whatever operation: the same bytes, or nothing and then the same bytes",
  async (name, died) => {
    const input = await makeInput();
    const clean = await leftBehind(input);
    const first = faultyContext(clean);
    const { items } = await runOn(first.context);
    const expected = contentOf(clean.output);
    const at = died === undefined ? undefined : Math.floor(first.count() * died);
    const second = faultyContext(await leftBehind(input, at));
    const { skipped: before } = await runOn(second.context);
    const points = chosenPoints(second.count(), 24);
    const tallies: Partial<Record<Kind, Tally>> = {};
    let skipped = 0;
    for (const kind of kinds) {
      const tally = { tried: 0, survived: 0, failed: 0 };
      tallies[kind] = tally;
      for (const point of points) {
        const what = `${kind} at operation ${point}`;
        const stores = await leftBehind(input, at);
        const faulty = faultyContext(stores, { kind, at: point });
        const result = await runOn(faulty.context).catch((error: Error) => error);
        if (!faulty.happened()) continue;
        tally.tried++;
        if (result instanceof Error) {
          tally.failed++;
          // Readers start from info: where it is, all else must be. A bucket has no half objects, and a folder is moved
          // into its place when the run has ended.
          if (kind !== "torn write" && stores.output.objects.has("info")) whole(stores, expected, what);
          const again = await runOn(stores);
          expect(again.items, what).toBe(items);
          // What the verification has found wrong is made anew, all of it.
          const anew = result.message.includes("found on reading back");
          expect(again.skipped, what).toBeGreaterThanOrEqual(anew ? 0 : before);
          skipped += again.skipped;
        } else tally.survived++;
        whole(stores, expected, what);
      }
    }
    const sum = (key: keyof Tally) => Object.values(tallies).reduce((total, one) => total + one[key], 0);
    const { length } = points;
    figure(
      `fault injection, ${name}: ${length} of ${second.count()} operations x ${kinds.length} kinds, ${sum("tried")} tried: ` +
        `${sum("survived")} survived, ${sum("failed")} failed with nothing published and were gone on with ` +
        `(${skipped} items skipped); ${JSON.stringify(tallies)}`,
    );
    expect(skipped).toBeGreaterThan(0);
    for (const kind of [
      "error",
      "late error",
      "throttle",
      "time-out",
      "crash before",
      "crash after",
      "torn write",
    ] as const)
      expect(tallies[kind]?.failed, kind).toBeGreaterThan(0);
    expect(tallies["slow"]?.failed).toBe(0);
  },
  1_200_000,
);

function whole({ output }: MemoryContext, expected: Map<string, unknown>, what: string): void {
  const found = contentOf(output);
  expect([...found.keys()].sort(), what).toEqual([...expected.keys()].sort());
  for (const [key, object] of expected) expect(found.get(key), `${what}: ${key}`).toEqual(object);
}
