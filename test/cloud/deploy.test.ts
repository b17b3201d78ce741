import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { cdk } from "../../lib/cloud/cdk.ts";
import { deployCommand } from "../../lib/cloud/deploy.ts";
import { settingsOfArgs } from "../../lib/cloud/setting.ts";
import { lookUpSite, type Site } from "../../lib/cloud/site.ts";
import { parseConfig } from "../../lib/stack/config.ts";

vi.mock("../../lib/cloud/cdk.ts");
vi.mock("../../lib/cloud/site.ts");

let folder: string;
let file: string;
let said: { out: string; err: string };
const buildViewer = vi.fn<() => Promise<string | undefined>>();
const deploy = (...args: string[]) => deployCommand(args, { buildViewer, file });
const calls = () => vi.mocked(cdk).mock.calls.map(([args]) => args);
const contextOf = async () => JSON.parse(await readFile(file, "utf8")).context;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "neuropress-deploy-"));
  file = path.join(folder, "cdk.json");
  await writeFile(file, JSON.stringify({ app: "node bin/app.ts", context: { "@aws-cdk/x": true } }));
  vi.resetAllMocks();
  buildViewer.mockResolvedValue("viewer/dist");
  vi.mocked(lookUpSite).mockResolvedValue(undefined);
  said = { out: "", err: "" };
  for (const [stream, name] of [
    [process.stdout, "out"],
    [process.stderr, "err"],
  ] as const)
    vi.spyOn(stream, "write").mockImplementation((text) => {
      said[name] += text;
      return true;
    });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

test("options that are not ours go to the CDK; the viewer is built if the stack has one, from wherever that is set", async () => {
  expect(await deploy("--bootstrap", "-c", "chunk=64", "--profile", "lab")).toBe(0);
  expect(calls()).toEqual([
    ["bootstrap", "-c", "chunk=64", "--profile", "lab"],
    ["deploy", "-c", "chunk=64", "--profile", "lab"],
  ]);
  expect(buildViewer).not.toHaveBeenCalled();
  expect(await deploy("-c", "viewer=true")).toBe(0);
  await writeFile(file, JSON.stringify({ context: { viewer: true } }));
  expect(await deploy()).toBe(0);
  expect(buildViewer).toHaveBeenCalledTimes(2);
});

test("a viewer that cannot be built ends the deployment before it begins", async () => {
  buildViewer.mockResolvedValue(undefined);
  expect(await deploy("-c", "viewer=true")).toBe(1);
  expect(calls()).toEqual([]);
});

test("--reader: cdk.json gets what the stack takes, and the password is told once", async () => {
  expect(await deploy("--reader", "alice", "--reader=bob@lab.example")).toBe(0);
  const lines = said.out
    .trim()
    .split("\n")
    .map((line) => line.split(": "));
  expect(lines.map(([name]) => name)).toEqual(["alice", "bob@lab.example"]);
  const { readers, ...rest } = await contextOf();
  expect(rest).toEqual({ "@aws-cdk/x": true, viewer: true, publicRead: false });
  for (const [name, password] of lines as [string, string][]) {
    expect(password).toMatch(/^[\w-]{22}$/);
    expect(readers[name]).toBe(createHash("sha256").update(`${name}:${password}`).digest("hex"));
    expect(await readFile(file, "utf8")).not.toContain(password);
  }
  expect(parseConfig({ readers, viewer: true, publicRead: false }).readers).toEqual(readers);
  expect(calls()).toEqual([["deploy"]]);
  expect(buildViewer).toHaveBeenCalled();
  // Again: another password, and nobody else's changes.
  expect(await deploy("--reader", "alice")).toBe(0);
  const after = (await contextOf()).readers;
  expect(after["bob@lab.example"]).toBe(readers["bob@lab.example"]);
  expect(after.alice).not.toBe(readers.alice);
});

test("--remove-reader takes one out, but never the last", async () => {
  await deploy("--reader", "alice", "--reader", "bob");
  expect(await deploy("--remove-reader", "alice")).toBe(0);
  expect(Object.keys((await contextOf()).readers)).toEqual(["bob"]);
  vi.mocked(cdk).mockClear();
  expect(await deploy("--remove-reader", "carol")).toBe(1);
  expect(said.err).toContain('"carol" is no reader. There are bob');
  expect(await deploy("--remove-reader", "bob")).toBe(1);
  expect(said.err).toContain('"bob" is the last reader');
  expect(Object.keys((await contextOf()).readers)).toEqual(["bob"]);
  expect(calls()).toEqual([]);
});

test("names that HTTP cannot carry, and readers from two places, are refused", async () => {
  for (const name of ["a:b", "", "a b", "ä"]) expect(await deploy(`--reader=${name}`)).toBe(1);
  expect(await deploy("--reader", "alice", "-c", 'readers={"bob":"00"}')).toBe(1);
  expect(said.err).toContain("readers: are given twice");
  expect((await contextOf()).readers).toBeUndefined();
  expect(calls()).toEqual([]);
});

test("a private stack does not become public because its settings were left out", async () => {
  vi.mocked(lookUpSite).mockResolvedValue({ Readers: "alice, bob" } as Site);
  expect(await deploy("-c", "stack=Lab")).toBe(1);
  expect(vi.mocked(lookUpSite)).toHaveBeenCalledWith("Lab");
  expect(said.err).toContain("only alice, bob may read its data, but these settings name no readers");
  expect(calls()).toEqual([]);
  expect(await deploy("--public")).toBe(0);
  expect(await deploy("-c", 'readers={"alice":"00"}')).toBe(0);
  expect(calls()).toHaveLength(2);
  // Whether it is private cannot be seen: then nothing is done either.
  vi.mocked(lookUpSite).mockRejectedValue(new Error("ExpiredToken"));
  expect(await deploy()).toBe(1);
  expect(calls()).toHaveLength(2);
});

test("settings of the command line, in every form the CDK takes", () => {
  expect(
    settingsOfArgs(["-c", "a=1", "--context", "b=x=y", "--context=c=3", "-c=d=4", "-ce=5", "--all"]),
  ).toEqual({
    ...{ a: "1", b: "x=y", c: "3", d: "4", e: "5" },
  });
});
