import { expect, test } from "vitest";
import { collectFaults, recordFaults } from "../../lib/step/fault.ts";
import { newerRun, readStatus, reportRun, type Status, writeStatus } from "../../lib/step/status.ts";
import { memoryStore } from "../../lib/store/memory.ts";
import { ChangedError } from "../../lib/store/store.ts";

const statusOf = async (work: ReturnType<typeof memoryStore>) => (await readStatus(work)).status as Status;

test("a run speaks of itself, and keeps what its execution is known by", async () => {
  const work = memoryStore();
  const start = { project: "p", run: "a", state: "running", stage: "start", executionArn: "arn" } as const;
  await writeStatus(work, start, {});
  expect(await reportRun(work, { project: "p", run: "a" }, { state: "running", stage: "plan" })).toBe(true);
  expect(await statusOf(work)).toMatchObject({ ...start, stage: "plan" });
  await reportRun(work, { project: "p", run: "a" }, { state: "failed", message: "broken" });
  await reportRun(work, { project: "p", run: "a" }, { state: "done", link: "link" });
  const { updated, ...rest } = await statusOf(work);
  expect(rest, "nothing of earlier words is left").toEqual({
    project: "p",
    run: "a",
    state: "done",
    link: "link",
    executionArn: "arn",
  });
  expect(Math.abs(Date.parse(updated) - Date.now())).toBeLessThan(60_000);
  expect(work.objects.get("status.json")?.options).toMatchObject({
    contentType: "application/json",
    cacheControl: "no-cache",
  });
});

test.each([
  ["of a newer run", { run: "b", state: "running" }],
  ["on an input that is not whole any more", { state: "waiting" }],
] as const)("an older run does not overwrite a word %s", async (_, newer) => {
  const work = memoryStore();
  await writeStatus(work, { project: "p", ...newer }, {});
  const before = work.objects.get("status.json")?.bytes;
  expect(await reportRun(work, { project: "p", run: "a" }, { state: "done" })).toBe(false);
  expect(work.objects.get("status.json")?.bytes).toEqual(before);
});

test("without any status, as after its expiry, a run says its own", async () => {
  const work = memoryStore();
  expect(await reportRun(work, { project: "p", run: "a" }, { state: "done" })).toBe(true);
  expect(await statusOf(work)).toMatchObject({ run: "a", state: "done" });
});

test("a word that comes between reading and writing is looked at", async () => {
  const work = memoryStore();
  await writeStatus(work, { project: "p", run: "a", state: "running" }, {});
  const known = await readStatus(work);
  await writeStatus(work, { project: "p", run: "b", state: "running" }, known);
  await expect(writeStatus(work, { project: "p", run: "a", state: "done" }, known)).rejects.toThrow(
    ChangedError,
  );
  await expect(writeStatus(work, { project: "p", state: "waiting" }, {})).rejects.toThrow(ChangedError);
});

test("which run is newer", async () => {
  const work = memoryStore();
  expect(await newerRun(work, "a")).toBeUndefined();
  await writeStatus(work, { project: "p", state: "waiting" }, {});
  expect(await newerRun(work, "a")).toBeUndefined();
  await writeStatus(work, { project: "p", run: "a", state: "running" }, await readStatus(work));
  expect(await newerRun(work, "a")).toBeUndefined();
  expect(await newerRun(work, "b")).toBe("a");
});

test("faults of many items: each once, by file, at most 50", async () => {
  const work = memoryStore();
  const fault = (z: number) => ({ file: `z${z}.tif`, found: "is damaged" });
  await recordFaults(work, "encode", [fault(10), fault(2)]);
  await recordFaults(work, "encode", [fault(2)]);
  await recordFaults(work, "encode", [fault(2)]);
  expect([...work.objects.keys()].every((key) => /^faults\/encode-[0-9a-f]{16}\.json$/.test(key))).toBe(true);
  expect(work.objects.size).toBe(2);
  expect(await collectFaults(work)).toEqual([fault(2), fault(10)]);
  for (let z = 100; z < 400; z++) await recordFaults(work, "mesh", [fault(z)]);
  expect(await collectFaults(work)).toHaveLength(50);
});
