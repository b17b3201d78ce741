import { beforeAll, expect } from "vitest";
import type { Site } from "../../lib/cloud/site.ts";
import { readStatus, type Status } from "../../lib/step/status.ts";
import { bucketStore, createS3 } from "../../lib/store/bucket.ts";
import { inLanes } from "../../lib/store/lanes.ts";
import type { Store } from "../../lib/store/store.ts";
import { allCases } from "../bad/all.ts";
import type { Case } from "../bad/case.ts";
import { readCases } from "../bad/folder.ts";
import { judge } from "../bad/judge.ts";
import { plain } from "../bad/read.ts";
import { figure, long } from "../figure.ts";
import { test } from "./lane.ts";
import { deployedSite, ended } from "./site.ts";

/*
 * Awkward and broken inputs uploaded to the deployed stack: some of each class, or all of them where NEUROPRESS_LONG
 * is set, and those of a folder where NEUROPRESS_BAD_INPUTS names one.
 */

const foreign = process.env["NEUROPRESS_BAD_INPUTS"];
const cases = foreign === undefined ? (long ? allCases : sample()) : readCases(foreign);
const lanes = 12;
let site: Site;
let stores: Record<"uploads" | "work" | "output", (project: string) => Store>;

beforeAll(() => {
  site = deployedSite();
  const shared = createS3();
  const storeIn = (bucket: string) => (prefix: string) => bucketStore({ client: shared, bucket, prefix });
  stores = {
    uploads: storeIn(site.UploadsBucket),
    work: storeIn(site.WorkBucket),
    output: storeIn(site.OutputBucket),
  };
});

/** Cases at even distances in each class. */
function sample(): Case[] {
  const perClass = 5;
  return [...Map.groupBy(allCases, ({ group }) => group).values()].flatMap((all) =>
    Array.from(
      { length: Math.min(perClass, all.length) },
      (_, i) => all[Math.floor((i * all.length) / perClass)]!,
    ),
  );
}

const earlier = new TextEncoder().encode('{"an earlier": "dataset"}');

async function run(one: Case, number: number): Promise<string[]> {
  const project = `bad ${number}/${one.group}`;
  const output = stores.output(project);
  await output.put("info", earlier, { contentType: "application/json" });
  await upload(one, stores.uploads(project), number);
  const status = await verdict(one, stores.work(project));
  if (status === undefined) return ["there is no word on it after two minutes"];
  if (status.state === "done") {
    const dataset = async (key: string) => {
      const object = await output.get(key);
      return object && plain(object.bytes);
    };
    return judge(one, { dataset });
  }
  const wrong = await untouched(output, status.run);
  if (status.state === "waiting") return wrong;
  wrong.push(...(await judge(one, { refused: status.message ?? "" })));
  return [...wrong, ...(await execution(one, status))];
}

/** `info` last, or first: a run starts when all is there. */
async function upload({ files }: Case, uploads: Store, number: number): Promise<void> {
  const names = [...files.keys()].filter((name) => name !== "info");
  const put = (name: string) =>
    uploads.put(name, files.get(name)!, { contentType: "application/octet-stream" });
  const info = files.has("info") ? ["info"] : [];
  for (const part of number % 2 ? [names, info] : [info, names]) await inLanes(part, put);
}

/** Quarters of a second after which a refusal by the trigger is its last word. */
const settled = 40;

/**
 * The last word on a project: waiting counts as one where the case says for what. Of a first slice that is alone for a
 * moment the trigger cannot know that others follow: what it refuses by that is said anew when they are there.
 */
async function verdict({ waits }: Case, desk: Store): Promise<Status | undefined> {
  let refused = 0;
  for (let i = 0; i < 480; i++) {
    const { status } = await readStatus(desk);
    const began = status?.run !== undefined;
    refused = status?.state === "failed" && !began ? refused + 1 : 0;
    if (status?.state === "done" || (status?.state === "failed" && (began || refused > settled)))
      return status;
    if (status?.state === "waiting" && waits?.test(status.message ?? "")) return status;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  return undefined;
}

/** Nothing may point to what the run has written below its name, and the earlier dataset is as it was. */
async function untouched(output: Store, run?: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of output.list("")) keys.push(key);
  const wrong = keys
    .filter((key) => key !== "info" && !key.startsWith(`${run}/`))
    .map((key) => `${key} is in the output`);
  if (Buffer.compare((await output.get("info"))?.bytes ?? new Uint8Array(0), earlier) !== 0)
    wrong.push("the earlier info has changed");
  return wrong;
}

async function execution(one: Case, { executionArn }: Status): Promise<string[]> {
  if (executionArn === undefined) return ["there is no failed execution"];
  const { status, error, cause = "" } = await ended(executionArn);
  if (status !== "FAILED" || error !== "InputError") return [`the execution is ${status}, ${error}`];
  return (await judge(one, { refused: cause })).map((wrong) => `execution: ${wrong}`);
}

test(`${cases.length} awkward and broken inputs: right voxels, or a failed run that says why`, {
  timeout: 1_800_000,
}, async () => {
  const since = performance.now();
  const told = await inLanes(
    cases,
    async (one, i) => (await run(one, i)).map((wrong) => `${one.group}: ${one.name}: ${wrong}`),
    lanes,
  );
  figure(`${cases.length} cases in ${((performance.now() - since) / 1000).toFixed(0)} s`);
  expect(told.flat()).toEqual([]);
});
