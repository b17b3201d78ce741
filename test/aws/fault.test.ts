import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { emulatorEnv } from "../../lib/cloud/emulator.ts";
import type { Site } from "../../lib/cloud/site.ts";
import { convert } from "../../lib/local/convert.ts";
import { makeSample } from "../../lib/local/sample.ts";
import { readStatus, type Status } from "../../lib/step/status.ts";
import { bucketStore, createS3 } from "../../lib/store/bucket.ts";
import { contentOf } from "../../lib/store/object.ts";
import { figure } from "../figure.ts";
import { endpoint, test } from "./lane.ts";
import { openRelay } from "./relay.ts";
import { deployedSite, executions } from "./site.ts";

/* A sample of what goes wrong around a run: processes that die, a service that is gone, rights that end. */

const root = path.resolve(import.meta.dirname, "../..");
let site: Site;
let folder: string;
let input: string;
let local: string;
beforeAll(async () => {
  site = deployedSite();
  folder = await mkdtemp(path.join(tmpdir(), "neuropress-fault-"));
  input = path.join(folder, "sample");
  local = path.join(folder, "local/sample");
  await makeSample(input);
  await convert({ input, output: local });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Ended = { code: number | null; said: string };

function push(project: string, through = endpoint): Promise<Ended> {
  const args = [path.join(root, "bin/push.ts"), input, project];
  const env = { ...process.env, ...emulatorEnv(through) };
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    const listen = (part: Buffer) => {
      said += part.toString();
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.once("close", (code) => resolve({ code, said }));
  });
}

const statusOf = async (project: string): Promise<Status | undefined> =>
  (await readStatus(bucketStore({ client: createS3(), bucket: site.WorkBucket, prefix: project }))).status;
const outputOf = (project: string) =>
  bucketStore({ client: createS3(), bucket: site.OutputBucket, prefix: project });

/** Every chunk and mesh is what `convert` makes of the input. */
async function expectWhole(project: string): Promise<void> {
  const run = (await statusOf(project))?.run;
  const store = outputOf(project);
  const info = new TextDecoder().decode((await store.get("info"))?.bytes);
  expect(info.replaceAll(`${run}/`, "")).toBe(await readFile(path.join(local, "info"), "utf8"));
  let compared = 0;
  const entries = await readdir(local, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((one) => one.isFile())) {
    const file = path.join(entry.parentPath, entry.name);
    const key = path.relative(local, file).replace(/\.gz$/, "");
    if (!key.includes("/")) continue;
    const object = await store.get(`${run}/${key}`);
    const bytes = contentOf({
      bytes: await readFile(file),
      ...(file.endsWith(".gz") && { contentEncoding: "gzip" }),
    });
    expect(Buffer.compare(object ? contentOf(object) : Buffer.of(), bytes), key).toBe(0);
    compared++;
  }
  expect(compared).toBeGreaterThan(100);
}

/** Processes of the emulator's functions of this name. */
async function workers(name: string): Promise<number[]> {
  const found: number[] = [];
  for (const pid of (await readdir("/proc")).filter((one) => /^\d+$/.test(one))) {
    const env = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
    const port = `GATEWAY_PORT=${new URL(endpoint).port}\0`;
    if (env.includes(port) && new RegExp(`AWS_LAMBDA_FUNCTION_NAME=[^\0]*${name}`).test(env))
      found.push(Number(pid));
  }
  return found;
}

/** Receipts of a project's run: items that are done. */
async function doneItems(project: string): Promise<number> {
  const { run } = (await statusOf(project)) ?? {};
  if (run === undefined) return 0;
  const work = bucketStore({ client: createS3(), bucket: site.WorkBucket, prefix: `${project}/${run}` });
  let count = 0;
  for await (const _ of work.list("done/")) count++;
  return count;
}

test("functions whose processes are killed at work: the dataset is whole, at the latest with the next push", async () => {
  const project = "lab/killed";
  let killed = 0;
  let going = true;
  const hunter = (async () => {
    // Some are left to end well, so that there is something to go on with; those that come in their place die too.
    while (going && killed < 8) {
      for (const pid of (await doneItems(project)) < 2 ? [] : await workers("Encode")) {
        process.kill(pid, "SIGKILL");
        killed++;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  })();
  const first = await push(project);
  going = false;
  await hunter;
  expect(killed).toBeGreaterThan(0);
  if (first.code !== 0) {
    expect(first.said).toMatch(/error: .+/);
    expect(await outputOf(project).head("info"), "nothing is published").toBeUndefined();
    const second = await push(project);
    expect(second).toMatchObject({ code: 0, said: expect.stringMatching(/items were there already/) });
  }
  await expectWhole(project);
  const runs = [...(await executions(site)).keys()].filter((name) => name.startsWith("killed-"));
  const said = first.said.split("\n").at(-2);
  figure(`functions killed: ${killed} processes, ${runs.length} executions; the first push said: ${said}`);
});

test.each([
  ["gone", /error: .*\nAWS cannot be reached/],
  ["expired", /error: .*\nthe AWS credentials have expired\. Type: aws sso login/],
] as const)(
  "a service that is %s in the middle of a push: a clear word, and the same command goes on",
  async (how, word) => {
    const project = `lab/${how}`;
    const relay = await openRelay(endpoint);
    try {
      relay.breakAt(40, how);
      const broken = await push(project, relay.endpoint);
      expect(broken).toMatchObject({ code: 1, said: expect.stringMatching(word) });
      expect(broken.said).toContain("What was sent stays: the same command goes on from there");
      expect(await statusOf(project)).not.toMatchObject({ state: "running" });
      await relay.mend();
      const { code, said } = await push(project, relay.endpoint);
      expect({ code, said }).toMatchObject({ code: 0 });
      const [, sent, kept] = /(\d+) files sent .*, (\d+) were there already/.exec(said) ?? [];
      expect(Number(kept)).toBeGreaterThan(10);
      expect(Number(sent) + Number(kept)).toBe(129);
      await expectWhole(project);
    } finally {
      await relay.close();
    }
  },
);
