import { expect, test } from "vitest";
import { doItem } from "../../lib/step/item.ts";
import { planStep } from "../../lib/step/plan.ts";
import { publishStep } from "../../lib/step/publish.ts";
import { type Item, steps } from "../../lib/step/steps.ts";
import { memoryStore } from "../../lib/store/memory.ts";
import { listsOf, type MemoryContext, makeVolume, runAll, settings } from "../step/volume.ts";

type Stage = keyof Item;
/** How often and in what way each piece of work is done. */
type Way = <T>(work: () => Promise<T>) => Promise<T>;
const inTurn: Way = async (work) => {
  const first = await work();
  expect(await work()).toEqual(first);
  return first;
};
const atOnce: Way = async (work) => {
  const [first, ...others] = await Promise.all([work(), work(), work()]);
  for (const other of others) expect(other).toEqual(first);
  return first as Awaited<ReturnType<typeof work>>;
};
const onTop: Way = async (work) => {
  // The second begins when the first is somewhere in the middle.
  const first = work();
  await new Promise((resolve) => setImmediate(resolve));
  const second = work();
  expect(await second).toEqual(await first);
  return first;
};

async function runEach(context: MemoryContext, way: Way, receipts: boolean): Promise<void> {
  await way(() => planStep(context, { ...settings, chunk: 32 }));
  const once = <S extends Stage>(stage: S, item: Item[S]) =>
    doItem({ stage, step: steps[stage] }, context, item);
  const perform = async <S extends Stage>(stage: S, item: Item[S]) => {
    const step: (context: MemoryContext, item: Item[S]) => Promise<object> = steps[stage];
    if (!receipts) return step(context, item);
    // The second try may be told that the first one has done it.
    const { skipped: _, ...result } = await once(stage, item);
    return result;
  };
  const all = async (stage: Stage, items: readonly Item[Stage][]) => {
    const perItem = async (item: Item[Stage]) => {
      await way(() => perform(stage, item));
      // The page counts what the receipts tell.
      if (!receipts) await once(stage, item);
    };
    if (way === inTurn) for (const item of items) await perItem(item);
    // All items of a stage in one process at the same time, as no worker of ours has them.
    else await Promise.all(items.map(perItem));
  };
  for (const stage of ["encode", "pyramid", "mesh", "verify"] as const) {
    for (const items of await listsOf(context, stage)) await all(stage, items);
  }
  await way(() =>
    publishStep(context, { name: "test", url: "http://host/test", viewer: "http://host/viewer/" }),
  );
}

const contentOf = ({ objects }: MemoryContext["output"]) => [...objects].sort(([a], [b]) => (a < b ? -1 : 1));

test.each([
  ["in turn", inTurn],
  ["at once, thrice", atOnce],
  ["one begun in the middle of the other", onTop],
])("every step done twice, %s: the same bytes", async (_, way) => {
  const volume = () => makeVolume([70, 66, 20], (x, y, z) => BigInt((x >> 4) + (y >> 4) + (z >> 3)) << 40n);
  const once = await volume();
  await runAll(once, { settings: { chunk: 32 } });
  for (const receipts of [false, true]) {
    const twice = { ...(await volume()), work: memoryStore(), output: memoryStore() };
    await runEach(twice, way, receipts);
    expect(contentOf(twice.output)).toEqual(contentOf(once.output));
    expect(contentOf(twice.work)).toEqual(contentOf(once.work));
  }
});
