import { expect, onTestFinished, test, vi } from "vitest";
import { launch, type Site } from "../../lib/step/launch.ts";
import { readStatus, reportRun, type Status } from "../../lib/step/status.ts";
import { decide } from "../../lib/step/trigger.ts";
import { memoryStore } from "../../lib/store/memory.ts";
import { ChangedError, type Store } from "../../lib/store/store.ts";
import { makeVolume } from "./volume.ts";

const names = ["info", "z0.tif", "z1.tif", "z2.tif", "z3.tif"];
const text = (value: string) => new TextEncoder().encode(value);
const plain = { contentType: "text/plain" };

/** A project with nothing in it yet, and all that there is to upload. Names of executions are given once. */
async function makeSite(known = new Set<string>()) {
  const from = (await makeVolume([20, 10, 4], (x, y, z) => BigInt(x + y + z))).input;
  const input = memoryStore();
  const work = memoryStore();
  const begun: string[] = [];
  const start: Site["start"] = async (name) => {
    if (known.has(name)) return false;
    known.add(name);
    begun.push(name);
    return true;
  };
  const site: { -readonly [K in keyof Site]: Site[K] } = {
    input,
    work,
    start,
    arnOf: (name) => `arn:execution:${name}`,
  };
  const look = (since = "2026-01-01T00:00:00.000Z") => launch(site, { project: "lab/p", since });
  const upload = async (name: string, bytes = from.objects.get(name)?.bytes) => {
    await input.put(name, bytes as Uint8Array, plain);
    return look(new Date().toISOString());
  };
  const status = async () => (await readStatus(work)).status as Status;
  const run = async () => ((await decide(input, "lab/p")) as { run: string }).run;
  return { site, input, work, begun, look, upload, status, run, from };
}

function permutations<T>(list: readonly T[]): T[][] {
  if (list.length < 2) return [[...list]];
  return list.flatMap((one, i) => permutations(list.toSpliced(i, 1)).map((rest) => [one, ...rest]));
}

test("in each of the 120 orders of arrival one run starts, with the last file", async () => {
  for (const order of permutations(names)) {
    const { upload, begun, status, run } = await makeSite();
    for (const name of order.slice(0, -1)) expect(await upload(name)).toBeUndefined();
    expect((await status()).state).toBe("waiting");
    const name = await upload(order.at(-1) as string);
    expect(name).toBe(`p-${await run()}`);
    expect(begun).toEqual([name]);
    expect(await status()).toEqual({
      project: "lab/p",
      run: await run(),
      state: "running",
      stage: "start",
      executionArn: `arn:execution:${name}`,
      updated: expect.stringMatching(/^2\d{3}-\d\d-\d\dT[\d:.]+Z$/),
    });
  }
});

test("the status says what is missing, and how much", async () => {
  const { upload, status } = await makeSite();
  await upload("z0.tif");
  expect(await status()).toMatchObject({ state: "waiting", message: expect.stringContaining("info is not") });
  await upload("info");
  expect(await status()).toMatchObject({ state: "waiting", slices: { have: 1, need: 4 } });
  await upload("z3.tif");
  expect(await status()).toMatchObject({ message: "2 of 4 slices are there", slices: { have: 2, need: 4 } });
});

test("what is said already is not written again", async () => {
  const { upload, look, work } = await makeSite();
  await upload("z0.tif");
  const said = work.objects.get("status.json");
  await new Promise((resolve) => setTimeout(resolve, 5));
  await upload("z1.tif");
  await look();
  expect(work.objects.get("status.json")).toBe(said);
});

test("a wrong info is reported with all faults, and mended by the next", async () => {
  const { upload, status, begun, from } = await makeSite();
  for (const name of names.slice(1)) await upload(name);
  await upload("info", text('{"type": "image", "scales": []}'));
  expect(await status()).toMatchObject({
    state: "failed",
    faults: [{ file: "info" }, { file: "info" }, {}, {}],
  });
  const { message, executionArn } = await status();
  expect(message).toMatch(/^info: type is "image"/);
  expect(begun, "an execution that fails of it").toEqual([executionArn?.replace("arn:execution:", "")]);
  await upload("z1.tif");
  await upload("info", text('{"type": "image", "scales": []}'));
  expect(begun, "which fails once").toHaveLength(1);
  await upload("info", from.objects.get("info")?.bytes);
  expect(begun).toHaveLength(2);
  expect(await status()).toMatchObject({ state: "running", run: expect.any(String) });
});

test("the execution of a refused input is told the faults, which are those of the status", async () => {
  const { site, input, look, status } = await makeSite();
  const start = vi.fn(site.start);
  site.start = start;
  await input.put("info", text("{"), plain);
  await look();
  const { faults } = await status();
  expect(start).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(/^p-[0-9a-f]{24}$/), {
    project: "lab/p",
    run: expect.stringMatching(/^[0-9a-f]{24}$/),
    faults,
  });
  expect(faults).toEqual([{ file: "info", found: expect.stringMatching(/^is not JSON/) }]);
});

test("events that come again start nothing: while it runs, when it is done, when it has failed", async () => {
  const { upload, look, begun, work, run, status } = await makeSite();
  for (const name of names) await upload(name);
  for (let i = 0; i < 3; i++) expect(await look()).toBeUndefined();
  const ours = { project: "lab/p", run: await run() };
  await reportRun(work, ours, { state: "running", stage: "encode" });
  expect(await look()).toBeUndefined();
  await reportRun(work, ours, { state: "failed", message: "broken" });
  expect(await look()).toBeUndefined();
  await reportRun(work, ours, { state: "done", link: "https://x" });
  expect(await look(new Date(Date.now() + 1000).toISOString())).toBeUndefined();
  expect(begun).toHaveLength(1);
  expect(await status()).toMatchObject({ state: "done", link: "https://x" });
});

test("many who look at once start one run", async () => {
  const { upload, input, look, begun, from } = await makeSite();
  for (const name of names.slice(0, -1)) await upload(name);
  await input.put("z3.tif", from.objects.get("z3.tif")?.bytes as Uint8Array, plain);
  await Promise.all(Array.from({ length: 10 }, () => look()));
  expect(begun).toHaveLength(1);
});

test("a changed slice starts a new run; going back to the old one starts another of that run", async () => {
  const { upload, begun, run, status, from } = await makeSite();
  for (const name of names) await upload(name);
  const first = await run();
  await upload("z1.tif", from.objects.get("z2.tif")?.bytes);
  const second = await run();
  expect(second).not.toBe(first);
  const again = await upload("z1.tif", from.objects.get("z1.tif")?.bytes);
  expect(begun).toEqual([`p-${first}`, `p-${second}`, again]);
  expect(again).toMatch(new RegExp(`^p-${first}-[0-9a-z]+$`));
  expect(await status()).toMatchObject({
    run: first,
    state: "running",
    executionArn: `arn:execution:${again}`,
  });
});

test("after a failure that was not the input's an upload tries again, and the same input does not fail twice", async () => {
  const { upload, begun, work, run } = await makeSite();
  for (const name of names) await upload(name);
  const ours = { project: "lab/p", run: await run() };
  await reportRun(work, ours, { state: "failed", faults: [{ file: "z1.tif", found: "is damaged" }] });
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(await upload("info")).toBeUndefined();
  await reportRun(work, ours, { state: "failed" });
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(await upload("info")).toMatch(/^p-[0-9a-f]{24}-[0-9a-z]+$/);
  expect(begun).toHaveLength(2);
});

test("a trigger that was cut off before it started the run is made up for", async () => {
  const { site, input, from, work, status } = await makeSite();
  for (const name of names) await input.put(name, from.objects.get(name)?.bytes as Uint8Array, plain);
  const touched = { project: "lab/p", since: "2026-01-01T00:00:00.000Z" };
  const cut = { ...site, start: () => Promise.reject(new Error("cut off")) };
  await expect(launch(cut, touched)).rejects.toThrow("cut off");
  const start = vi.fn(site.start);
  await launch({ ...site, start }, touched);
  expect(start, "it may yet be on its way").not.toHaveBeenCalled();
  const old = { ...(await status()), updated: "2026-01-01T00:00:00.000Z" };
  await work.put("status.json", text(JSON.stringify(old)), plain);
  await launch({ ...site, start }, touched);
  expect(start).toHaveBeenCalledWith(`p-${old.run}`, { project: "lab/p", run: old.run });
});

test("who decides on an old listing does not overwrite what was decided on a newer one", async () => {
  const { site, upload, work, run, begun, from } = await makeSite();
  for (const name of names.slice(0, -1)) await upload(name);
  // It has looked while two slices were missing; before it writes, they come and the run starts.
  await site.input.delete("z2.tif");
  let late = true;
  const slow: Store = {
    ...work,
    async put(key, bytes, options) {
      if (late) {
        late = false;
        await site.input.put("z2.tif", from.objects.get("z2.tif")?.bytes as Uint8Array, plain);
        await upload("z3.tif");
      }
      return work.put(key, bytes, options);
    },
  };
  await launch({ ...site, work: slow }, { project: "lab/p", since: "" });
  expect((await readStatus(work)).status).toMatchObject({ state: "running", run: await run() });
  expect(begun).toHaveLength(1);
});

test("without an end of others' writing it gives up with an error, so that the event is tried again", async () => {
  const { site, work } = await makeSite();
  const chance = vi.spyOn(Math, "random").mockReturnValue(0);
  onTestFinished(() => void chance.mockRestore());
  const busy: Store = { ...work, put: (key) => Promise.reject(new ChangedError(key)) };
  await expect(launch({ ...site, work: busy }, { project: "lab/p", since: "" })).rejects.toThrow(
    ChangedError,
  );
});
