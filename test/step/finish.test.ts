import { expect, test } from "vitest";
import { InputError } from "../../lib/format/error.ts";
import { itemsKey } from "../../lib/plan/pipeline.ts";
import type { Plan } from "../../lib/plan/plan.ts";
import { beginRun } from "../../lib/step/begin.ts";
import { recordFaults } from "../../lib/step/fault.ts";
import { type Failure, failRun, finishRun } from "../../lib/step/finish.ts";
import { doItem } from "../../lib/step/item.ts";
import { readStatus, writeStatus } from "../../lib/step/status.ts";
import { type Item, steps } from "../../lib/step/steps.ts";
import { decide } from "../../lib/step/trigger.ts";
import { memoryStore } from "../../lib/store/memory.ts";
import { getJson } from "../../lib/store/object.ts";
import { type MemoryContext, makeVolume, runAll, verifyAll } from "./volume.ts";

const project = "lab/größe 1";
const volume = () => makeVolume([70, 66, 20], (x, y, z) => BigInt((x >> 4) + (y >> 4) + (z >> 3)) << 40n);
const text = (value: string) => new TextEncoder().encode(value);
const plain = { contentType: "text/plain" };

async function begun(context: MemoryContext, chunk = 32) {
  const { run } = (await decide(context.input, project)) as { run: string };
  return { run, plan: await beginRun(context, { project, run }, chunk) };
}

async function fanOut(context: MemoryContext, plan: Plan): Promise<void> {
  const scales = plan.scales.length;
  const items = <S extends keyof Item>(stage: S, scale?: number) =>
    getJson<Item[S][]>(context.work, itemsKey(stage, scale));
  for (const item of await items("encode"))
    await doItem({ stage: "encode", step: steps.encode }, context, item);
  for (let k = 1; k < scales; k++) {
    for (const item of await items("pyramid", k))
      await doItem({ stage: "pyramid", step: steps.pyramid }, context, item);
  }
  for (const item of await items("mesh")) await doItem({ stage: "mesh", step: steps.mesh }, context, item);
  await verifyAll(context, plan);
}

const finish = (context: MemoryContext, desk: ReturnType<typeof memoryStore>, run: string) =>
  finishRun(
    { context, desk, outputUrl: "https://out.example", viewerUrl: "https://viewer.example/" },
    { project, run },
  );

test("a run of the cloud has the objects of a run here, below its name; only what names addresses differs", async () => {
  const [here, there] = [await volume(), await volume()];
  await runAll(here, { settings: { chunk: 32 } });
  const { run, plan } = await begun(there);
  await fanOut(there, plan);
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
  const { plan } = await begun(context);
  await context.input.put("z3.tif", context.input.objects.get("z2.tif")?.bytes as Uint8Array, plain);
  await expect(fanOut(context, plan)).rejects.toThrow(
    /^z3.tif: was changed during the run.* has started a new run/,
  );
});

test("names that are replaced during the run are not published with it", async () => {
  const context = await volume();
  await context.input.put("labels.csv", text("1,soma"), plain);
  const { run, plan } = await begun(context);
  await fanOut(context, plan);
  await context.input.put("labels.csv", text("1,axon"), plain);
  await expect(finish(context, memoryStore(), run)).rejects.toThrow(
    /^labels.csv: was changed during the run/,
  );
  expect(context.output.objects.has("info")).toBe(false);
});

test("an older run does not publish over a newer one, nor touch its state", async () => {
  const context = await volume();
  const { run, plan } = await begun(context);
  await fanOut(context, plan);
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
  const { run, plan } = await begun(context);
  await fanOut(context, plan);
  await recordFaults(context.work, "encode", [{ file: "z3.tif", found: "strip 2 is damaged" }]);
  await expect(finish(context, memoryStore(), run)).rejects.toThrow(/^z3.tif: strip 2 is damaged/);
  for (const key of ["info", "state.json", "index.html"]) expect(context.output.objects.has(key)).toBe(false);
});

test("the status of a run that was published has the link", async () => {
  const context = await volume();
  const { run, plan } = await begun(context);
  await fanOut(context, plan);
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
