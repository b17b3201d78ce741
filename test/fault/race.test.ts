import { expect, test } from "vitest";
import { createChance } from "../../lib/local/chance.ts";
import { readStatus } from "../../lib/step/status.ts";
import { decide } from "../../lib/step/trigger.ts";
import { memoryStore } from "../../lib/store/memory.ts";
import type { Store } from "../../lib/store/store.ts";
import { figure, long, seed } from "../figure.ts";
import { type MemoryContext, makeVolume } from "../step/volume.ts";
import { openCloud, project } from "./cloud.ts";

const slices = 4;
const volume = async (add: bigint) =>
  (await makeVolume([40, 36, slices], (x, y) => BigInt((x >> 4) + (y >> 4)) + add)).input;
const names = ["info", ...Array.from({ length: slices }, (_, z) => `z${z}.tif`)];
const emptyStores = (): MemoryContext => ({
  input: memoryStore(),
  work: memoryStore(),
  output: memoryStore(),
});
const plain = { contentType: "image/tiff" };
const bytesOf = (from: MemoryContext["input"], name: string) => from.objects.get(name)?.bytes as Uint8Array;

/** What an input becomes when nothing else goes on: its run, and all objects. */
async function alone(from: MemoryContext["input"]) {
  const stores = emptyStores();
  for (const name of names) await stores.input.put(name, bytesOf(from, name), plain);
  const cloud = openCloud(stores);
  await cloud.notice();
  await cloud.settled();
  const { run } = (await decide(stores.input, project)) as { run: string };
  return { run, objects: stores.output.objects };
}

/** Readers must find what the newer input becomes, and nothing else. */
async function expectNewest(
  stores: MemoryContext,
  { run, objects }: Awaited<ReturnType<typeof alone>>,
  what: string,
) {
  expect((await readStatus(stores.work)).status, what).toMatchObject({ run, state: "done" });
  expect(objects.size).toBeGreaterThan(10);
  for (const [key, { bytes }] of objects) {
    expect(
      Buffer.compare(stores.output.objects.get(key)?.bytes ?? Buffer.of(), bytes),
      `${what}: ${key}`,
    ).toBe(0);
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
const turns = async (count: number) => {
  for (let i = 0; i < count; i++) await turn();
};

/** A store each of whose operations takes its own time. */
function slowed(store: Store, chance: () => number): Store {
  const wait = () => turns(chance() < 0.9 ? Math.floor(chance() * 3) : Math.floor(chance() * 60));
  const after = async <T>(work: () => Promise<T>) => {
    await wait();
    const result = await work();
    await wait();
    return result;
  };
  return {
    ...store,
    get: (key, range) => after(() => store.get(key, range)),
    head: (key) => after(() => store.head(key)),
    put: (key, bytes, options) => after(() => store.put(key, bytes, options)),
  };
}

const rounds = long ? 150 : 12;

test.each([
  ["as push replaces slices: info away first, and last", true],
  ["by hand, slice by slice, each of which starts a run", false],
])(
  "old and new slices at the same time, %s: the newer wins whole",
  async (_, careful) => {
    const [older, newer] = [await volume(1n << 40n), await volume(1n << 50n)];
    const expected = await alone(newer);
    const ends = { done: 0, failed: 0 };
    for (let round = 0; round < rounds; round++) {
      const chance = createChance(1000 * seed + round);
      const stores = emptyStores();
      const cloud = openCloud(stores, () => (store) => slowed(store, chance));
      for (const name of names) await stores.input.put(name, bytesOf(older, name), plain);
      const first = cloud.notice();
      await turns(chance() * 500);
      const noticed = [first];
      if (careful) await stores.input.delete("info");
      for (const name of careful ? names.toReversed() : names.slice(1)) {
        await stores.input.put(name, bytesOf(newer, name), plain);
        noticed.push(cloud.notice());
        await turns(chance() * 100);
      }
      await Promise.all(noticed);
      for (const run of (await cloud.settled()).values())
        for (const end of run) ends[end === "done" ? "done" : "failed"]++;
      await expectNewest(stores, expected, `round ${round}`);
    }
    figure(`two inputs at once: ${rounds} rounds, ${ends.done} runs published, ${ends.failed} gave way`);
    expect(ends.done).toBeGreaterThanOrEqual(rounds);
    expect(ends.failed).toBeGreaterThan(0);
  },
  600_000,
);

test("an input that comes back after another was begun is published again, though its first run gave way", async () => {
  const [older, newer] = [await volume(1n << 40n), await volume(1n << 50n)];
  const expected = await alone(older);
  let gaveWay = 0;
  for (const pause of [0, 20, 60, 100, 140, 180, 400]) {
    const stores = emptyStores();
    const cloud = openCloud(stores, () => (store) => slowed(store, createChance(pause)));
    for (const from of [older, newer, older]) {
      for (const name of names) await stores.input.put(name, bytesOf(from, name), plain);
      await cloud.notice();
      await turns(pause);
    }
    const ends = await cloud.settled();
    gaveWay += (ends.get(expected.run) ?? []).filter((end) => end !== "done").length;
    await expectNewest(stores, expected, `${pause} turns between`);
  }
  expect(gaveWay).toBeGreaterThan(0);
});

test.each(["state.json", "index.html", "info"])(
  "an older run whose put of %s comes late, when the newer is published, changes nothing",
  async (late) => {
    const [older, newer] = [await volume(1n << 40n), await volume(1n << 50n)];
    const expected = await alone(newer);
    const stores = emptyStores();
    const held = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    let first = true;
    const holding = (store: Store): Store => ({
      ...store,
      async put(key, bytes, options) {
        if (key === late && first) {
          first = false;
          reached.resolve();
          await held.promise;
        }
        return store.put(key, bytes, options);
      },
    });
    const cloud = openCloud(stores, () => holding);
    for (const name of names) await stores.input.put(name, bytesOf(older, name), plain);
    await cloud.notice();
    await reached.promise;
    for (const name of names) await stores.input.put(name, bytesOf(newer, name), plain);
    await cloud.notice();
    const published = async () => (await readStatus(stores.work)).status?.state === "done";
    for (let i = 0; i < 20_000 && !(await published()); i++) await turn();
    await expectNewest(stores, expected, "before");
    held.resolve();
    const ends = await cloud.settled();
    expect([...ends.values()].flat().filter((end) => end === "done")).toHaveLength(1);
    await expectNewest(stores, expected, "after");
  },
);
