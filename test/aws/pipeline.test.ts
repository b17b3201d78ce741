import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { GetExecutionHistoryCommand, SFNClient } from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, expect } from "vitest";
import { follow } from "../../lib/cloud/follow.ts";
import { push } from "../../lib/cloud/push.ts";
import type { Site } from "../../lib/cloud/site.ts";
import type { Vec3 } from "../../lib/format/vec.ts";
import { convert } from "../../lib/local/convert.ts";
import { makeSample } from "../../lib/local/sample.ts";
import type { Plan } from "../../lib/plan/plan.ts";
import type { Usage } from "../../lib/plan/usage.ts";
import { readStatus, type Status } from "../../lib/step/status.ts";
import { bucketStore, createS3 } from "../../lib/store/bucket.ts";
import { getJson } from "../../lib/store/object.ts";
import { test } from "./lane.ts";
import { ask, deployedSite, ended, executions, writeVolume } from "./site.ts";

let site: Site;
let folder: string;
const quiet = () => {};
/** What readers start from: beside the versions, not below one. */
const entries = ["index.html", "info", "state.json"];
const size: Vec3 = [70, 60, 6];
const idAt = (x: number, y: number, z: number) =>
  (x - 35) ** 2 + (y - 30) ** 2 < 500 - 40 * z ? 2n ** 63n + BigInt(Math.floor(x / 24)) : 0n;

beforeAll(async () => {
  site = deployedSite();
  folder = await mkdtemp(path.join(tmpdir(), "neuropress-aws-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function pushed(input: string, project: string) {
  const { run } = await push({ input, project, site, prune: false, say: quiet });
  return { run, status: await follow({ site, project, run }, quiet, 250) };
}
const urlOf = (project: string, key: string) =>
  `${site.OutputUrl}/${[...project.split("/"), ...key.split("/")].map(encodeURIComponent).join("/")}`;
const uploadsOf = (project: string) =>
  bucketStore({ client: createS3(), bucket: site.UploadsBucket, prefix: project });
const runsOf = async (name: string) =>
  [...(await executions(site)).keys()].filter((one) => one.startsWith(`${name}-`));

/** Files of a folder by their keys as objects: without `.gz`, which is an encoding. */
async function filesOf(root: string): Promise<Map<string, { bytes: Buffer; gzip: boolean }>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = new Map<string, { bytes: Buffer; gzip: boolean }>();
  for (const entry of entries.filter((one) => one.isFile())) {
    const file = path.join(entry.parentPath, entry.name);
    const gzip = file.endsWith(".gz");
    files.set(path.relative(root, file).replace(/\.gz$/, ""), { bytes: await readFile(file), gzip });
  }
  return files;
}

test("the demo sample: every object is what convert makes of it, and any browser may read it", async () => {
  const input = path.join(folder, "sample");
  await makeSample(input);
  await convert({ input, output: path.join(folder, "local") });
  const local = await filesOf(path.join(folder, "local"));
  const { run, status } = await pushed(input, "lab/sample");
  expect(status).toMatchObject({ state: "done", run, stateUrl: urlOf("lab/sample", "state.json") });
  expect(status.link).toBe(`https://neuroglancer-demo.appspot.com/#!${status.stateUrl}`);
  let compared = 0;
  for (const [key, { bytes, gzip }] of local) {
    const current = entries.includes(key);
    const { status: code, headers, body } = await ask(urlOf("lab/sample", current ? key : `${run}/${key}`));
    expect({ key, code }).toEqual({ key, code: 200 });
    expect(headers).toMatchObject({ "access-control-allow-origin": "*" });
    expect(headers["access-control-expose-headers"]).toContain("Content-Encoding");
    expect({ key, encoding: headers["content-encoding"] }).toEqual({
      key,
      encoding: gzip ? "gzip" : undefined,
    });
    expect(headers["cache-control"]).toBe(current ? "no-cache" : "public, max-age=31536000, immutable");
    expect({ key, type: headers["content-type"] }).toEqual({ key, type: contentTypeOf(key) });
    if (key === "info") expect(body.toString().replaceAll(`${run}/`, "")).toBe(bytes.toString());
    else if (key === "provenance.json") expect(withoutHashes(body)).toEqual(withoutHashes(bytes));
    else if (!current) expect(body.equals(bytes), key).toBe(true);
    compared++;
  }
  expect(compared).toBe(local.size);
  expect(status.page).toBe(urlOf("lab/sample", "index.html"));
  await checkAccount(run, status);
  expect(compared).toBeGreaterThan(100);
  const { output } = await ended(status.executionArn!);
  expect(JSON.parse(output!)).toMatchObject({ run, link: status.link, summary: { voxels: 256 * 256 * 128 } });
});

/** What a run says it has used, against what it has left and what the state machine's own history tells. */
async function checkAccount(run: string, { usage, executionArn }: Status): Promise<void> {
  const work = bucketStore({ client: createS3(), bucket: site.WorkBucket, prefix: `lab/sample/${run}` });
  type Account = { total: Usage; stages: Record<string, Usage>; batches: Record<string, number> };
  const { total, stages, batches } = await getJson<Account>(work, "usage.json");
  expect(usage?.total).toEqual(total);
  const count = Object.values(batches).reduce((sum, number) => sum + number, 0);
  expect(total.calls).toBe(count + 2);
  expect(total.gbSeconds).toBeCloseTo((total.seconds * 1769) / 1024, 3);
  const output = bucketStore({ client: createS3(), bucket: site.OutputBucket, prefix: "lab/sample" });
  let [published, worked] = [3, 0];
  for await (const _ of output.list(`${run}/`)) published++;
  for await (const _ of work.list("")) worked++;
  // Beside every object the status is put, once for each of the six stages and at the end.
  expect(total.puts).toBe(published + worked + 7);
  let slices = 0;
  for await (const { key, size: length } of uploadsOf("lab/sample").entries())
    if (key.endsWith(".tif")) slices += length;
  expect(stages["encode"]?.inputBytes, "each byte of the slices is read once").toBe(slices);
  const entered = await statesEntered(executionArn!);
  const { scales } = await getJson<Plan>(work, "plan.json");
  // The emulator's history leaves out what an inline map enters: a state for each scale, and for each of the two lists
  // of mesh and the three of verify. Children are executions of their own: two for each batch are counted, the start and the state.
  expect(total.transitions).toBe(entered + scales.length - 1 + 5 + 2 * count);
}

/** States that an execution has entered itself, without those of its maps' children. */
async function statesEntered(executionArn: string): Promise<number> {
  const client = new SFNClient({});
  let [count, nextToken] = [0, undefined as string | undefined];
  do {
    const page = await client.send(
      new GetExecutionHistoryCommand({ executionArn, ...(nextToken && { nextToken }) }),
    );
    for (const { type } of page.events ?? []) if (type?.endsWith("StateEntered")) count++;
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return count;
}

function contentTypeOf(key: string): string {
  if (key === "index.html") return "text/html; charset=utf-8";
  if (key === "preview.png") return "image/png";
  if (key === "segments.csv") return "text/csv; charset=utf-8";
  return /(^|\/)(info|.*\.json|\d+:0)$/.test(key) ? "application/json" : "application/octet-stream";
}

function withoutHashes(bytes: Buffer): unknown {
  const { inputs, ...rest } = JSON.parse(bytes.toString());
  return {
    ...rest,
    beside: undefined,
    inputs: inputs.map(({ name, size }: { name: string; size: number }) => ({ name, size })),
  };
}

test("no one gets in where they do not belong", async () => {
  const endpoint = new URL(site.OutputUrl).origin;
  const refused = async (url: string, method?: string, body?: string) =>
    (await ask(url, method, body)).status;
  expect(await refused(`${endpoint}/${site.UploadsBucket}/lab/sample/info`)).toBe(403);
  expect(await refused(`${endpoint}/${site.WorkBucket}/lab/sample/status.json`)).toBe(403);
  expect(await refused(`${endpoint}/${site.UploadsBucket}/lab/x`, "PUT", "x")).toBe(403);
  expect(await refused(urlOf("lab/sample", "info"), "PUT", "x")).toBe(403);
  expect(await refused(urlOf("lab/sample", "info"), "DELETE")).toBe(403);
  expect(await refused(`${site.OutputUrl}?list-type=2`)).toBe(403);
});

/** imagej-one-ifd.tif: one directory stands for all planes. */
const stackInfo = {
  type: "segmentation",
  data_type: "uint32",
  encoding: "compressed_segmentation",
  scales: [{ size: [37, 23, 4], resolution: [8, 8, 40] }],
};

test("a stack of planes in one TIFF, in a project whose name needs care", async () => {
  const input = path.join(folder, "pages");
  const tiff = path.join(import.meta.dirname, "../fixture/tiff/imagej-one-ifd.tif");
  await mkdir(input);
  await writeFile(path.join(input, "stack.tif"), await readFile(tiff));
  await writeFile(path.join(input, "info"), JSON.stringify(stackInfo));
  const project = "lab a+b/größe 50%/#1";
  const { status } = await pushed(input, project);
  expect(status).toMatchObject({ state: "done", project });
  expect((await ask(urlOf(project, "info"))).status).toBe(200);
});

test("info first, then the slices from last to first; the same again; one changed slice", async () => {
  const input = path.join(folder, "order");
  await writeVolume(input, size, idAt);
  const uploads = uploadsOf("order");
  const names = (await readdir(input)).sort((a, b) =>
    a === "info" ? -1 : b === "info" ? 1 : a < b ? 1 : -1,
  );
  const put = async (name: string) =>
    uploads.put(name, await readFile(path.join(input, name)), { contentType: "image/tiff" });
  for (const name of names) await put(name);
  const first = await pushed(input, "order");
  expect(first.status).toMatchObject({ state: "done" });
  expect(await runsOf("order")).toHaveLength(1);
  // The same content again, slice and info: events, but nothing new.
  await put("info");
  await put(names.at(-1)!);
  await new Promise((resolve) => setTimeout(resolve, 3000));
  expect(await runsOf("order")).toHaveLength(1);
  await writeVolume(path.join(folder, "changed"), size, (x, y, z) => (z === 2 && x < 9 ? 5n : idAt(x, y, z)));
  await writeFile(path.join(input, "s 2+%.tif"), await readFile(path.join(folder, "changed/s 2+%.tif")));
  const second = await pushed(input, "order");
  expect(second.status).toMatchObject({ state: "done" });
  expect(second.run).not.toBe(first.run);
  expect(await runsOf("order")).toHaveLength(2);
  const { body } = await ask(urlOf("order", "info"));
  expect(body.toString()).toContain(second.run);
});

test("slices that are all replaced start one run, not one each on a mixture of old and new", async () => {
  const input = path.join(folder, "replaced");
  // So many that the first of them are looked at before the last have been sent.
  await writeVolume(input, [8, 8, 150], (x) => BigInt(x >> 2));
  await pushed(input, "replaced");
  await writeVolume(input, [8, 8, 150], (x) => BigInt(x >> 2) + 1n);
  const { status } = await pushed(input, "replaced");
  expect(status).toMatchObject({ state: "done" });
  await new Promise((resolve) => setTimeout(resolve, 3000));
  expect(await runsOf("replaced")).toHaveLength(2);
});

test("a broken slice fails the run by name, and the earlier dataset stays as it was", async () => {
  const input = path.join(folder, "broken");
  await writeVolume(input, size, idAt);
  const first = await pushed(input, "broken");
  expect(first.status).toMatchObject({ state: "done" });
  const before = (await ask(urlOf("broken", "info"))).body;
  const slice = await readFile(path.join(input, "s 4+%.tif"));
  slice.fill(0xff, 60, 90);
  await uploadsOf("broken").put("s 4+%.tif", slice, { contentType: "image/tiff" });
  const failed = await untilState("broken", "failed");
  expect(failed.faults).toEqual([
    expect.objectContaining({ file: "s 4+%.tif", found: expect.stringMatching(/strip 0/) }),
  ]);
  const { status, error, cause } = await ended(failed.executionArn!);
  expect(status).toBe("FAILED");
  expect(error).toBe("InputError");
  expect(cause).toMatch(/s 4\+%\.tif: strip 0/);
  expect((await ask(urlOf("broken", "info"))).body.equals(before)).toBe(true);
  for (const [key, { gzip }] of await filesOf(await local(input))) {
    if (entries.includes(key)) continue;
    const answer = await ask(urlOf("broken", `${first.run}/${key}`));
    expect({ key, status: answer.status, gzip: answer.headers["content-encoding"] === "gzip" }).toEqual({
      key,
      status: 200,
      gzip,
    });
  }
});

test("an info that contradicts the slices is told where the user looks", async () => {
  const input = path.join(folder, "contradiction");
  await writeVolume(input, size, idAt);
  const uploads = uploadsOf("contradiction");
  for (const name of (await readdir(input)).filter((name) => name !== "info")) {
    await uploads.put(name, await readFile(path.join(input, name)), { contentType: "image/tiff" });
  }
  const text = (await readFile(path.join(input, "info"), "utf8")).replace("[70,60,6]", "[60,70,6]");
  await uploads.put("info", new TextEncoder().encode(text), { contentType: "application/json" });
  const { faults } = await untilState("contradiction", "failed");
  expect(faults).toEqual([
    expect.objectContaining({ file: "info", found: expect.stringMatching(/60 x 70.*70 x 60/) }),
  ]);
  expect((await ask(urlOf("contradiction", "info"))).status).not.toBe(200);
});

async function local(input: string): Promise<string> {
  const output = path.join(folder, `${path.basename(input)}-local`);
  await convert({ input, output });
  return output;
}

async function untilState(project: string, state: string) {
  const desk = bucketStore({ client: createS3(), bucket: site.WorkBucket, prefix: project });
  for (let i = 0; i < 480; i++) {
    const { status } = await readStatus(desk);
    if (status?.state === state) return status;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`${project} did not become ${state} within two minutes`);
}
