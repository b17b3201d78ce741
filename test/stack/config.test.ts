import { expect, test } from "vitest";
import { defaults, parseConfig } from "../../lib/stack/config.ts";

function faultsOf(context: Record<string, unknown>): string[] {
  try {
    parseConfig(context);
  } catch (error) {
    return (error as Error).message.split("\n").slice(1);
  }
  return [];
}

test("everything has a default", () => {
  expect(parseConfig({})).toEqual(defaults);
});

test("texts of the command line and values of cdk.json", () => {
  const given = { publicRead: "false", maxConcurrency: "200", memory: '{"mesh":"3538"}', chunk: 64 };
  expect(parseConfig(given)).toEqual({
    ...defaults,
    publicRead: false,
    maxConcurrency: 200,
    chunk: 64,
    memory: { ...defaults.memory, mesh: 3538 },
  });
  const further = { notify: "lab@example.org", removal: "destroy", stack: "Lab-2", logRetentionDays: "7" };
  expect(parseConfig(further)).toEqual({ ...defaults, ...further, logRetentionDays: 7 });
});

test("all that is wrong is told at once, with what would be right", () => {
  const wrong = {
    stack: "my stack",
    publicRead: "maybe",
    viewerUrl: "ftp://x",
    viewer: "on",
    readers: { alice: "secret" },
    chunk: 100,
    maxConcurrency: 0,
    memory: { lambda: 1 },
    logRetentionDays: 8,
    workRetentionDays: "a week",
    removal: "now",
    notify: "me",
    emulator: 1,
  };
  const faults = faultsOf(wrong);
  for (const [i, name] of Object.keys(wrong).entries())
    expect(faults[i]).toMatch(new RegExp(`^ +${name}=.* is not `));
  expect(faults).toHaveLength(13);
  expect(faults[0]).toBe('  stack="my stack" is not letters, digits and -, a letter first');
  expect(faultsOf({ memory: '{"mesh":64}' })[0]).toContain("MB from 128 to 10240");
  expect(faultsOf({ memory: "3538" })).toHaveLength(1);
  // What was typed and left empty is not what was meant.
  expect(faultsOf({ maxConcurrency: "", publicRead: "" })).toHaveLength(2);
});

test("a viewer's address holds no name and no password: functions are told it, and links show it", () => {
  for (const viewerUrl of [
    "https://me:pw@viewer.example/",
    "https://me@viewer.example/",
    "javascript:alert(1)/",
  ])
    expect(faultsOf({ viewerUrl }), viewerUrl).toHaveLength(1);
  for (const viewerUrl of [
    "https://viewer.example/",
    "http://127.0.0.1:9000/viewer/",
    "https://a.example/@lab/v2/",
  ])
    expect(parseConfig({ viewerUrl }).viewerUrl).toBe(viewerUrl);
});

test("a misspelt setting does not pass for none: it would publish what was to be hidden", () => {
  expect(faultsOf({ publicread: "false" })).toEqual([
    expect.stringContaining("publicread=... is no setting"),
  ]);
});

test("the CDK's own context is not taken for settings", () => {
  const own = { "aws:cdk:bundling-stacks": [], "@aws-cdk/core:x": true, "cli-telemetry": false };
  expect(parseConfig(own)).toEqual(defaults);
});

test("readers: names with hashes, as an object or as its JSON", () => {
  const hash = "0123456789abcdef".repeat(4);
  const set = { viewer: true, publicRead: false };
  const readers = { alice: hash, "bob@lab.example": hash };
  expect(parseConfig({ ...set, readers })).toEqual({ ...defaults, ...set, readers });
  expect(parseConfig({ ...set, readers: JSON.stringify(readers) }).readers).toEqual(readers);
  const many = (n: number) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`r${i}`, hash]));
  expect(faultsOf({ ...set, readers: many(100) })).toEqual([]);
  const wrong = [
    {},
    [],
    "alice",
    "",
    many(101),
    { "a:b": hash },
    { "": hash },
    { a: hash.toUpperCase() },
    { a: `${hash}0` },
  ];
  for (const value of wrong)
    expect({ value, faults: faultsOf({ ...set, readers: value }).length }).toEqual({ value, faults: 1 });
});

test("settings that contradict each other are refused: above all readers of what everyone may read", () => {
  const readers = { alice: "0".repeat(64) };
  expect(faultsOf({ viewer: true, viewerUrl: "https://viewer.example/" })).toEqual([
    expect.stringContaining("viewer=true and viewerUrl=... are two viewers"),
  ]);
  expect(faultsOf({ viewer: "false", viewerUrl: "https://viewer.example/" })).toEqual([]);
  expect(faultsOf({ readers, viewer: true })).toEqual([expect.stringContaining("needs publicRead=false")]);
  expect(faultsOf({ readers, viewer: true, publicRead: true })).toHaveLength(1);
  expect(faultsOf({ readers, publicRead: "false" })).toEqual([expect.stringContaining("needs viewer=true")]);
  expect(faultsOf({ readers })).toHaveLength(2);
});
