import { expect, test } from "vitest";
import { InputError } from "../../lib/format/error.ts";
import { noUsage } from "../../lib/plan/usage.ts";
import { beginRun } from "../../lib/step/begin.ts";
import { recordFaults } from "../../lib/step/fault.ts";
import { type Failure, failRun, finishRun } from "../../lib/step/finish.ts";
import { doBatch, doItem } from "../../lib/step/item.ts";
import { readStatus, writeStatus } from "../../lib/step/status.ts";
import { type Item, steps } from "../../lib/step/steps.ts";
import { decide } from "../../lib/step/trigger.ts";
import { memoryStore } from "../../lib/store/memory.ts";
import { getJson } from "../../lib/store/object.ts";
import { batchesOf, itemsOf, type MemoryContext, makeVolume, runAll } from "./volume.ts";

const project = "lab/größe 1";
const volume = () => makeVolume([70, 66, 20], (x, y, z) => BigInt((x >> 4) + (y >> 4) + (z >> 3)) << 40n);
const text = (value: string) => new TextEncoder().encode(value);
const plain = { contentType: "text/plain" };

async function begun(context: MemoryContext, chunk = 32) {
  const { run } = (await decide(context.input, project)) as { run: string };
  return { run, plan: await beginRun(context, { project, run }, chunk) };
}

async function fanOut(context: MemoryContext): Promise<void> {
  const perform = async <S extends keyof Item>(stage: S) => {
    for (const item of await itemsOf(context, stage))
      await doItem({ stage, step: steps[stage] }, context, item);
  };
  for (const stage of ["encode", "pyramid", "mesh", "verify"] as const) await perform(stage);
}

const finish = (context: MemoryContext, desk: ReturnType<typeof memoryStore>, run: string) =>
  finishRun(
    { context, desk, outputUrl: "https://out.example", viewerUrl: "https://viewer.example/" },
    { project, run },
  );

test("a run of the cloud has the objects of a run here, below its name; only what names addresses differs", async () => {
  const [here, there] = [await volume(), await volume()];
  await runAll(here, { settings: { chunk: 32 } });
  const { run } = await begun(there);
  await fanOut(there);
  const finished = await finish(there, memoryStore(), run);
  const entries = ["state.json", "index.html", "info"];
  const own = [...here.output.objects].filter(([key]) => !entries.includes(key));
  const others = [...there.output.objects.keys()].filter((key) => !entries.includes(key));
  expect(others.sort()).toEqual(own.map(([key]) => `${run}/${key}`).sort());
  expect(own.length).toBeGreaterThan(30);
  for (const [key, object] of own) expect(there.output.objects.get(`${run}/${key}`)).toEqual(object);
  const info = new TextDecoder().decode(there.output.objects.get("info")?.bytes);
  const local = new TextDecoder().decode(here.output.objects.get("info")?.bytes);
  expect(info.replaceAll(`${run}/`, "")).toBe(local);
  expect([...there.output.objects.keys()].slice(-3), "info is put last").toEqual(entries);
  const page = new TextDecoder().decode(there.output.objects.get("index.html")?.bytes);
  expect(page).toContain(`<img src="${run}/preview.png"`);
  const stateUrl = "https://out.example/lab/gr%C3%B6%C3%9Fe%201/state.json";
  expect(finished).toMatchObject({ link: `https://viewer.example/#!${stateUrl}`, stateUrl });
  expect(finished.summary).toMatchObject({ voxels: 70 * 66 * 20 });
  const state = await getJson(there.output, "state.json");
  expect(JSON.stringify(state)).toContain('"precomputed://https://out.example/lab/gr%C3%B6%C3%9Fe%201"');
});

test("the account of a run: the receipts' sums, plan and publish, written beside its work and into the status", async () => {
  const context = await volume();
  const { run, plan } = await begun(context);
  const used = (puts: number) => ({ ...noUsage, calls: 1, starts: 1, seconds: 2, gbSeconds: 4, puts });
  let batches = 0;
  const all = async <S extends keyof Item>(stage: S) => {
    for (const items of (await batchesOf(context, stage)).flat()) {
      await doBatch({ stage, step: steps[stage] }, context, items, () => used(10));
      batches++;
    }
  };
  await all("encode");
  await all("pyramid");
  await all("mesh");
  await all("verify");
  const desk = memoryStore();
  await writeStatus(desk, { project, run, state: "running" }, {});
  const account = { planned: used(3), used: () => used(20) };
  await finishRun(
    { context, desk, outputUrl: "https://out.example", viewerUrl: "https://viewer.example/", account },
    { project, run },
  );
  const scales = plan.scales.length - 1;
  // One batch for each list, of which mesh has two and verify three; then the object itself and the last word on the
  // status.
  const lists = scales + 5;
  expect(batches).toBe(1 + lists);
  const calls = batches + 2;
  const usage = { calls, starts: calls, seconds: 2 * calls, puts: 10 * batches + 3 + 20 + 1, gets: 1 };
  const transitions = 7 + lists + 2 * batches;
  const bill = { voxels: 70 * 66 * 20, total: { ...usage, gbSeconds: 4 * calls, transitions } };
  expect(await getJson(context.work, "usage.json")).toMatchObject({
    ...bill,
    stages: {
      plan: { puts: 3 },
      encode: { puts: 10 },
      pyramid: { puts: 10 * scales },
      mesh: { puts: 20 },
      verify: { puts: 30 },
    },
  });
  const { status } = await readStatus(desk);
  expect(status).toMatchObject({ state: "done", usage: bill });
  const usd =
    4 * calls * 0.0000133334 + calls * 2e-7 + transitions * 2.5e-5 + usage.puts * 5e-6 + usage.gets * 4e-7;
  expect(status?.usage?.cost.usd).toBeCloseTo(usd, 10);
});

test("a project that would lie where the stack's viewer is gets no dataset", async () => {
  const context = await volume();
  const viewerUrl = "https://out.example/viewer/";
  const finishing = (project: string) =>
    finishRun(
      { context, desk: memoryStore(), outputUrl: "https://out.example", viewerUrl },
      { project, run: "r" },
    );
  for (const project of ["viewer", "viewer/cortex"])
    await expect(finishing(project)).rejects.toThrow(`${project}: would lie where the viewer is`);
  expect(context.output.objects.size).toBe(0);
  // Others go on, here to the plan that is not there.
  for (const project of ["viewer2", "lab/viewer"]) await expect(finishing(project)).rejects.toThrow(/plan/);
});

test("options of neuropress.json count; the stack's chunk size is the default", async () => {
  const context = await volume();
  expect((await begun(context, 64)).plan.options).toMatchObject({ chunk: 64, mesh: true, meshError: 0.3 });
  await context.input.put("neuropress.json", text('{"chunk": 32, "mesh": false, "encoding": "raw"}'), plain);
  const { plan } = await begun(context, 64);
  expect(plan.options).toMatchObject({ chunk: 32, mesh: false, downsampling: "majority" });
  expect(plan.info.scales[0]).toMatchObject({ encoding: "raw" });
  expect(plan.ignored).toEqual([]);
});

test("faults of options, slices and names are told together", async () => {
  const context = await volume();
  await context.input.put("neuropress.json", text('{"chunk": 33}'), plain);
  await context.input.put("z3.tif", text("<html>"), plain);
  await context.input.put("labels.csv", text("x,soma"), plain);
  const error = await begun(context).catch((error) => error);
  expect((error as InputError).faults.map(({ file }) => file)).toEqual([
    "neuropress.json",
    "z3.tif",
    "labels.csv",
  ]);
});

test("an input that is not the run's is refused, before and while it is planned", async () => {
  const context = await volume();
  const { run } = (await decide(context.input, project)) as { run: string };
  const slice = context.input.objects.get("z2.tif")?.bytes as Uint8Array;
  await context.input.put("z3.tif", slice, plain);
  await expect(beginRun(context, { project, run }, 32)).rejects.toThrow(/has changed since run/);
  const other = await volume();
  const input = {
    ...other.input,
    async head(key: string) {
      if (key === "labels.csv") await other.input.put("neuropress.json", text("{}"), plain);
      return other.input.head(key);
    },
  };
  await expect(beginRun({ ...other, input }, { project, run }, 32)).rejects.toThrow(/has changed since run/);
});

test("a slice that is replaced during the run fails its blocks: old and new are never mixed", async () => {
  const context = await volume();
  await begun(context);
  await context.input.put("z3.tif", context.input.objects.get("z2.tif")?.bytes as Uint8Array, plain);
  await expect(fanOut(context)).rejects.toThrow(
    /^z3.tif: was changed during the run.* has started a new run/,
  );
});

test("names that are replaced during the run are not published with it", async () => {
  const context = await volume();
  await context.input.put("labels.csv", text("1,soma"), plain);
  const { run } = await begun(context);
  await fanOut(context);
  await context.input.put("labels.csv", text("1,axon"), plain);
  await expect(finish(context, memoryStore(), run)).rejects.toThrow(
    /^labels.csv: was changed during the run/,
  );
  expect(context.output.objects.has("info")).toBe(false);
});

test("an older run does not publish over a newer one, nor touch its state", async () => {
  const context = await volume();
  const { run } = await begun(context);
  await fanOut(context);
  await context.output.put("info", text("newer"), plain);
  await context.output.put("state.json", text("newer"), plain);
  await context.output.put("index.html", text("newer"), plain);
  const desk = memoryStore();
  await writeStatus(desk, { project, run: "newer", state: "done" }, {});
  await expect(finish(context, desk, run)).rejects.toThrow(/is superseded by run newer/);
  for (const key of ["info", "state.json", "index.html"])
    expect(context.output.objects.get(key)?.bytes).toEqual(text("newer"));
  expect((await readStatus(desk)).status).toMatchObject({ run: "newer", state: "done" });
});

test("a run whose items have found something wrong is not published, whoever let it come so far", async () => {
  const context = await volume();
  const { run } = await begun(context);
  await fanOut(context);
  await recordFaults(context.work, "encode", [{ file: "z3.tif", found: "strip 2 is damaged" }]);
  await expect(finish(context, memoryStore(), run)).rejects.toThrow(/^z3.tif: strip 2 is damaged/);
  for (const key of ["info", "state.json", "index.html"]) expect(context.output.objects.has(key)).toBe(false);
});

test("the status of a run that was published has the link", async () => {
  const context = await volume();
  const { run } = await begun(context);
  await fanOut(context);
  const desk = memoryStore();
  await writeStatus(desk, { project, run, state: "running", executionArn: "arn" }, {});
  const { link, stateUrl, page } = await finish(context, desk, run);
  expect((await readStatus(desk)).status).toMatchObject({
    state: "done",
    link,
    stateUrl,
    page,
    executionArn: "arn",
  });
});

test("a failed run says what its items found wrong", async () => {
  const [work, desk] = [memoryStore(), memoryStore()];
  const faults = [{ file: "z3.tif", found: "strip 2 is damaged", advice: "Save it again" }];
  await recordFaults(work, "encode", faults);
  const failure = { Error: "States.ExceedToleratedFailureThreshold", Cause: "The specified threshold..." };
  const cause = "z3.tif: strip 2 is damaged. Save it again";
  expect(await failRun({ work, desk }, { project, run: "a" }, failure)).toEqual({
    error: "InputError",
    cause,
  });
  expect((await readStatus(desk)).status).toMatchObject({
    run: "a",
    state: "failed",
    message: cause,
    faults,
  });
});

test.each<[Failure, RegExp]>([
  [
    { Error: "TypeError", Cause: '{"errorType":"TypeError","errorMessage":"x is not y","trace":[]}' },
    /^TypeError: x is not y\./,
  ],
  [{ Error: "States.Timeout", Cause: "" }, /^States\.Timeout: no cause was given/],
  [{ Error: "States.Runtime", Cause: "no {json" }, /^States\.Runtime: no \{json/],
  [{}, /^an error without a name: no cause/],
])("without faults the error speaks: %j", async (failure, cause) => {
  const answer = await failRun({ work: memoryStore(), desk: memoryStore() }, { project, run: "a" }, failure);
  expect(answer).toEqual({ error: failure.Error ?? "Error", cause: expect.stringMatching(cause) });
});

test("the error fits the fields of a state machine however long it is", async () => {
  const failure = { Error: "E".repeat(1000), Cause: "c".repeat(100_000) };
  const answer = await failRun({ work: memoryStore(), desk: memoryStore() }, { project, run: "a" }, failure);
  expect(answer.error.length).toBeLessThanOrEqual(256);
  expect(answer.cause.length).toBeLessThanOrEqual(32_768);
});

test("InputError is what is never tried again: its name survives a bundler", () => {
  expect(Object.hasOwn(new InputError({ file: "a", found: "b" }), "name")).toBe(true);
});
