import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { diagnose } from "../../lib/doctor/diagnose.ts";
import { report } from "../../lib/doctor/report.ts";
import type { Case } from "./case.ts";
import { data } from "./cases/data.ts";
import { lists, meshes } from "./cases/mesh.ts";
import { hosting } from "./cases/server.ts";
import {
  convertSample,
  copy,
  editJson,
  fixtureSite,
  folderSite,
  isChunk,
  layersOf,
  type Made,
  plainOf,
  remove,
  type Site,
  serveSite,
} from "./site.ts";

const ours = new Map<string, Site>();
const made: Made[] = [];
beforeAll(async () => {
  for (const [name, encoding] of [
    ["segmentation", "compressed_segmentation"],
    ["raw", "raw"],
  ] as const) {
    const sample = await convertSample(encoding);
    made.push(sample);
    ours.set(name, await folderSite(sample.folder));
  }
});
afterAll(() => Promise.all(made.map(({ top }) => remove(top))));

/** Each cause by itself: named rightly, and nothing else. */
describe.each([
  ["hosting", hosting],
  ["data", data],
  ["meshes", meshes],
  ["lists and links", lists],
])("%s", (_name, cases: readonly Case[]) => {
  test.each(cases)(
    "$name",
    async ({ cause, of = "segmentation", change, fault, given = (url) => url, options, says }) => {
      const site = copy(ours.get(of) ?? fixtureSite(of));
      const url = await serveSite(site, fault);
      // The state names the address of the server, as one that was published does.
      if (site.has("state.json"))
        editJson(site, "state.json", (state) => {
          layersOf(state)[0]!.source = `precomputed://${url}`;
        });
      change?.(site);
      const diagnosis = await diagnose(given(url), options);
      expect(diagnosis.findings.map((finding) => finding.cause)).toEqual([cause]);
      expect(diagnosis.sound).toBe(false);
      if (says) expect(report(diagnosis)).toMatch(says);
    },
  );
});

test("at least 20 causes are tried, each known by its name", () => {
  const tried = new Set([...hosting, ...data, ...meshes, ...lists].map(({ cause }) => cause));
  expect(tried.size).toBeGreaterThan(20);
});

test("a chunk that holds labels is missed wherever it lies, by one scale or another", async () => {
  const whole = copy(ours.get("raw") as Site);
  whole.delete("state.json");
  const labelled = [...whole].filter(
    ([key, stored]) => isChunk(key) && plainOf(stored).some((byte) => byte !== 0),
  );
  expect(labelled.length).toBe(37);
  for (const [key] of labelled.filter((_, i) => i % 4 === 0)) {
    const site = copy(whole);
    site.delete(key);
    const { findings } = await diagnose(await serveSite(site), { all: true });
    expect(findings).toMatchObject([{ cause: "chunk-lost", where: [key] }]);
  }
});
