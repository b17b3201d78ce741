import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cells, writeInput } from "./make.ts";
import { victimIn } from "./spoil.ts";

const root = path.resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(path.join(tmpdir(), "neuropress-command-"));
const at = (name: string) => path.join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(command: string, ...args: string[]) {
  const file = path.join(root, `bin/${command}.ts`);
  return spawnSync(process.execPath, [file, ...args], { encoding: "utf8" });
}

beforeAll(async () => {
  await writeInput(at("in"), { size: [30, 20, 10], idAt: cells(6) });
});

test("convert says what it has verified, and verify says the same of a folder", () => {
  const converted = run("convert", at("in"), at("out"), "--chunk", "16", "--threads", "1");
  expect(converted.stdout).toMatch(
    /^verified: 6,000 voxels in \d+ chunks of \d scales, .*equal to the source/m,
  );
  const { status, stdout } = run("verify", at("out"), "--source", at("in"));
  expect(stdout).toMatch(
    /^verified: 6,000 voxels .*, equal to the source \(not checked: headers: it is a folder\)\n$/,
  );
  expect(status).toBe(0);
});

test("what is wrong is told line by line, in JSON too, and the status is 1", () => {
  const victim = victimIn(at("out"));
  const [chunk] = victim.chunks(0) as [string];
  victim.remove(chunk);
  const { status, stdout } = run("verify", at("out"));
  expect(stdout).toMatch(/^wrong in \d+ places:\n/);
  expect(stdout).toContain(`  chunks: ${chunk}: is missing: a viewer draws background there\n`);
  expect(status).toBe(1);
  const json = run("verify", at("out"), "--json");
  expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, checks: { chunks: { wrong: 1 } } });
  expect(json.status).toBe(1);
});

test("convert --no-verify leaves it out", () => {
  const { stdout } = run(
    "convert",
    at("in"),
    at("unverified"),
    "--chunk",
    "16",
    "--threads",
    "1",
    "--no-verify",
  );
  expect(stdout).not.toMatch(/^verified:/m);
  expect(existsSync(at("unverified/receipt.json"))).toBe(false);
  expect(existsSync(at("unverified/info"))).toBe(true);
});

test("what is no dataset, no source, no server: one line of words", () => {
  for (const [args, says] of [
    [[at("in/nothing")], /^error: .*nothing: has no info/],
    [[at("unverified"), "--source", at("nowhere")], /^error: .*nowhere: is not there\. Give a folder/],
    [["http://127.0.0.1:9"], /^error: .*ECONNREFUSED/],
    [[], /^usage: npm run verify/],
  ] as const) {
    const { status, stderr } = run("verify", ...args);
    expect(stderr).toMatch(says);
    expect(status).toBe(1);
  }
});
