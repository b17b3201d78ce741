import { type ChildProcess, spawn } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { SFNClient, StopExecutionCommand } from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, expect } from "vitest";
import { deskAt, follow } from "../../lib/cloud/follow.ts";
import type { Site } from "../../lib/cloud/site.ts";
import { makeSample } from "../../lib/local/sample.ts";
import { readStatus, writeStatus } from "../../lib/step/status.ts";
import { bucketStore, createS3 } from "../../lib/store/bucket.ts";
import { type Ended, ended } from "../process.ts";
import { test } from "./lane.ts";
import { deployedSite, executions, writeVolume } from "./site.ts";

/* The commands as people run them: arguments, words, exit status, Ctrl-C. */

const root = path.resolve(import.meta.dirname, "../..");
let site: Site;
let folder: string;
beforeAll(async () => {
  site = deployedSite();
  folder = await mkdtemp(path.join(tmpdir(), "neuropress-command-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function start(name: string, ...args: string[]): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [path.join(root, "bin", `${name}.ts`), ...args], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  return { child, ended: ended(child) };
}
const run = (name: string, ...args: string[]) => start(name, ...args).ended;

/** Asks again and again, up to a minute. */
async function until<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  for (let i = 0; i < 600; i++) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`not within a minute: ${what}`);
}

test("push one multi-page TIFF, push it again, ask for its status", async () => {
  const input = path.join(folder, "pages");
  await mkdir(input);
  const tiff = path.join(root, "test/fixture/tiff/imagej-one-ifd.tif");
  await copyFile(tiff, path.join(input, "stack.tif"));
  // Another TIFF beside it is not meant.
  await copyFile(tiff, path.join(input, "other.tif"));
  const scales = [{ size: [37, 23, 4], resolution: [8, 8, 40] }];
  const info = { type: "segmentation", data_type: "uint32", encoding: "raw", scales };
  await writeFile(path.join(input, "info"), JSON.stringify(info));
  const call = [path.join(input, "stack.tif"), "lab one/pages"] as const;

  const first = await run("push", ...call, "--json");
  expect({ code: first.code, err: first.err }).toEqual({ code: 0, err: expect.stringContaining("done") });
  const { state, link, page } = JSON.parse(first.out);
  expect(state).toBe("done");
  expect(first.err).toContain("2 files sent");

  const second = await run("push", ...call);
  expect(second).toMatchObject({ code: 0, out: `${link}\n` });
  expect(second.err).toContain("nothing has changed: the dataset is published");

  expect(await run("status", "lab one/pages")).toEqual({
    code: 0,
    out: `${link}\n`,
    err: expect.stringMatching(
      /^lab one\/pages: done\nverified: .*\nusage: 8 calls, .* USD at list prices\npage: .*\n$/,
    ),
  });
  expect((await run("status", "lab one/pages")).err).toContain(`\npage: ${page}\n`);
  const unknown = await run("status", "lab two");
  expect(unknown).toMatchObject({ code: 1, err: expect.stringContaining("npm run push -- IN 'lab two'") });
  const nowhere = await run("status", "lab one/pages", "--stack", "Elsewhere");
  expect(nowhere).toMatchObject({ code: 1, err: expect.stringContaining("npm run deploy") });
});

test("Ctrl-C while slices are sent; the same command goes on from there", async () => {
  const input = path.join(folder, "sample slices");
  await makeSample(input);
  const uploads = bucketStore({ client: createS3(), bucket: site.UploadsBucket, prefix: "stopped" });
  const count = async () => {
    let files = 0;
    for await (const _ of uploads.entries()) files++;
    return files;
  };
  const { child, ended } = start("push", input, "stopped");
  await until("ten slices are there", async () => ((await count()) >= 10 ? true : undefined));
  child.kill("SIGINT");
  const { code, err } = await ended;
  expect(code).toBe(130);
  expect(err).toContain(`npm run push -- '${input}' stopped\n  npm run status -- stopped\n`);
  expect(await uploads.head("info")).toBeUndefined();

  const again = await run("push", input, "stopped");
  expect(again.code).toBe(0);
  const [, sent, kept] = /(\d+) files sent .*, (\d+) were there already/.exec(again.err) ?? [];
  expect(Number(kept)).toBeGreaterThanOrEqual(10);
  expect(Number(sent) + Number(kept)).toBe(129);
  expect([...(await executions(site)).keys()].filter((name) => name.startsWith("stopped-"))).toHaveLength(1);
});

const idAt = (x: number, y: number) => ((x - 35) ** 2 + (y - 30) ** 2 < 500 ? 7n : 0n);

test("a slice that does not decode: the command fails with its name, and again without another run", async () => {
  const input = path.join(folder, "broken");
  await writeVolume(input, [70, 60, 4], idAt);
  const slice = await readFile(path.join(input, "s 2+%.tif"));
  await writeFile(path.join(input, "s 2+%.tif"), slice.fill(0xff, 60, 90));
  const first = await run("push", input, "undecodable");
  expect(first).toMatchObject({ code: 1, out: "" });
  expect(first.err).toMatch(/error: s 2\+%\.tif: strip 0 .* Copy or save the slice again\n$/);
  const second = await run("push", input, "undecodable");
  expect(second.code).toBe(1);
  expect(second.err).toMatch(/nothing has changed[^\n]*\nerror: s 2\+%\.tif: strip 0/);
  const status = await run("status", "undecodable");
  expect(status).toMatchObject({ code: 1, err: expect.stringMatching(/failed\nerror: s 2\+%\.tif/) });
  expect([...(await executions(site)).keys()].filter((name) => name.startsWith("undecodable"))).toHaveLength(
    1,
  );
});

test("a run that was stopped from outside is told as failed, and the same push tries it again", async () => {
  const input = path.join(folder, "aborted");
  // So much work that it is not done before it is stopped.
  await makeSample(input);
  const first = await run("push", input, "aborted", "--no-follow", "--json");
  expect(first.code).toBe(0);
  expect(first.err).toContain("npm run status -- aborted");
  const desk = deskAt(site, "aborted");
  const executionArn = await until("the run has started", async () => {
    const { status } = await readStatus(desk);
    return status?.stage === "start" || status === undefined ? undefined : status.executionArn;
  });
  await new SFNClient({}).send(new StopExecutionCommand({ executionArn }));
  const told = await run("status", "aborted");
  expect(told).toMatchObject({ code: 1, err: expect.stringContaining("has ended: ABORTED") });
  const again = await run("push", input, "aborted");
  expect({ code: again.code, err: again.err }).toEqual({
    code: 0,
    err: expect.stringMatching(
      /done( \(\d+ of \d+ items were there already\))?\nverified: .*\nusage: .*\npage: .*\n$/,
    ),
  });
  const { status } = await readStatus(desk);
  expect(status?.run).toBe(JSON.parse(first.out).run);
  expect(status?.executionArn).not.toBe(executionArn);
});

test("who follows a run whose place a newer upload has taken is told so, and does not wait for ever", async () => {
  const desk = deskAt(site, "taken");
  await writeStatus(desk, { project: "taken", run: "a", state: "running", stage: "plan" }, {});
  const lines: string[] = [];
  const following = follow({ site, project: "taken", run: "a" }, (line) => lines.push(line), 50);
  await until("it has been seen", async () => lines[0]);
  const known = await readStatus(desk);
  await writeStatus(desk, { project: "taken", run: "b", state: "running", stage: "start" }, known);
  await expect(following).rejects.toThrow(/^taken: run a was superseded.*npm run status -- taken/);
  expect(lines).toEqual(["running: plan"]);
});
