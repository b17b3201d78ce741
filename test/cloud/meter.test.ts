import { expect, test, vi } from "vitest";
import { billLine } from "../../lib/cloud/bill.ts";
import { openMeter } from "../../lib/cloud/meter.ts";
import { cost } from "../../lib/plan/price.ts";
import { noUsage } from "../../lib/plan/usage.ts";
import { memoryStore } from "../../lib/store/memory.ts";

const plain = { contentType: "text/plain" };

test("a call is charged with its own requests and time, the first one with the start of its function", async () => {
  const now = vi.spyOn(performance, "now").mockReturnValue(1000);
  const meter = openMeter(2048, 0.25);
  const input = meter.count(memoryStore(), "input");
  const work = meter.count(memoryStore());
  await input.put("slice", new Uint8Array(100), plain);
  const first = meter.begin();
  await input.get("slice");
  await work.put("pack", new Uint8Array(7), plain);
  now.mockReturnValue(3000);
  // The put of the receipt is still to come.
  expect(first()).toEqual({
    ...noUsage,
    calls: 1,
    starts: 1,
    seconds: 2.25,
    gbSeconds: 4.5,
    gets: 1,
    puts: 2,
    bytesRead: 100,
    bytesWritten: 7,
    inputBytes: 100,
  });
  const second = meter.begin();
  await work.get("pack");
  now.mockReturnValue(4000);
  expect(second()).toMatchObject({ starts: 0, seconds: 1, gbSeconds: 2, gets: 1, inputBytes: 0, puts: 1 });
  now.mockRestore();
});

test("a bill in one line", () => {
  const total = {
    ...noUsage,
    calls: 8,
    gbSeconds: 46.44,
    puts: 2351,
    lists: 12,
    gets: 1765,
    heads: 7,
    bytesRead: 1_096_700_000,
    bytesWritten: 130_600_000,
    transitions: 21,
  };
  expect(billLine({ voxels: 120_491_388, total, cost: cost(total) })).toBe(
    "8 calls, 46.4 GB-s, 2,363 PUT, 1,772 GET, 1096.7 MB read, 130.6 MB written, 21 transitions: " +
      "0.014 USD at list prices (0.11 USD per gigavoxel)",
  );
});
