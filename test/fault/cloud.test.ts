import { afterEach, expect, test, vi } from "vitest";
import { readStatus } from "../../lib/step/status.ts";
import { memoryStore } from "../../lib/store/memory.ts";
import { figure } from "../figure.ts";
import { type MemoryContext, makeVolume } from "../step/volume.ts";
import { openCloud } from "./cloud.ts";
import { chosenPoints, type Kind, openFault } from "./fault.ts";

afterEach(() => void vi.useRealTimers());

/** A bucket's reads are whole or fail (lib/store/download.ts), and so are its writes. */
const kinds = ["error", "late error", "throttle", "time-out", "slow", "crash before", "crash after"] as const;

async function uploads(): Promise<MemoryContext["input"]> {
  return (await makeVolume([40, 20, 3], (x, y) => BigInt((x >> 4) + (y >> 4)) + (1n << 50n))).input;
}
const emptyStores = (input: MemoryContext["input"]): MemoryContext => ({
  input,
  work: memoryStore(),
  output: memoryStore(),
});

function whole({ output }: MemoryContext, expected: MemoryContext["output"], what: string): void {
  expect([...output.objects.keys()].sort(), what).toEqual([...expected.objects.keys()].sort());
  for (const [key, { bytes, options }] of expected.objects) {
    const found = output.objects.get(key);
    expect(Buffer.compare(found?.bytes ?? Buffer.of(), bytes), `${what}: ${key}`).toBe(0);
    expect(found?.options, `${what}: ${key}`).toEqual(options);
  }
}

const stateOf = async ({ work }: MemoryContext) => (await readStatus(work)).status?.state;

test("whatever goes wrong in trigger or functions: published whole or not at all, and then by asking again", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const input = await uploads();
  const clean = emptyStores(input);
  const counted = openFault();
  const undisturbed = openCloud(clean, counted.sight);
  await undisturbed.notice();
  await undisturbed.settled();
  expect(await stateOf(clean)).toBe("done");
  const points = chosenPoints(counted.count(), 24);
  const tallies: Partial<Record<Kind, { tried: number; survived: number; failed: number }>> = {};
  for (const kind of kinds) {
    const tally = { tried: 0, survived: 0, failed: 0 };
    tallies[kind] = tally;
    for (const at of points) {
      const what = `${kind} at operation ${at}`;
      const stores = emptyStores(input);
      const fault = openFault({ kind, at });
      const cloud = openCloud(stores, fault.sight);
      // An event that could not be handled comes again.
      await cloud.notice().catch(() => cloud.notice());
      await cloud.settled();
      expect(fault.happened(), what).toBe(true);
      tally.tried++;
      if (stores.output.objects.has("info")) whole(stores, clean.output, what);
      if ((await stateOf(stores)) === "done") {
        tally.survived++;
      } else {
        tally.failed++;
        // Some time later somebody uploads info again, as the message says.
        vi.setSystemTime(Date.now() + 60_000);
        await cloud.notice();
        await cloud.settled();
      }
      expect(await stateOf(stores), what).toBe("done");
      whole(stores, clean.output, what);
    }
  }
  const all = Object.values(tallies);
  const sum = (key: "tried" | "survived" | "failed") => all.reduce((total, tally) => total + tally[key], 0);
  figure(
    `fault injection, cloud: ${points.length} of ${counted.count()} operations x ${kinds.length} kinds, ${sum("tried")} tried: ` +
      `${sum("survived")} survived, ${sum("failed")} failed and were made good by asking again; ${JSON.stringify(tallies)}`,
  );
  expect(sum("failed")).toBeGreaterThan(0);
}, 1_200_000);
