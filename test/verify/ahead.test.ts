import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { manifestKey, meshesAhead } from "../../lib/verify/ahead.ts";
import type { Stored } from "../../lib/verify/gzip.ts";

const text = (value: string): Stored => ({ bytes: new TextEncoder().encode(value) });
const ids = Array.from({ length: 30 }, (_, i) => `${i + 1}`);

/** Answers after a moment, and keeps what was asked for, and how much at the same time. */
function slowObjects(stored: Map<string, Stored>) {
  const asked: string[] = [];
  const count = { now: 0, most: 0 };
  const get = async (key: string) => {
    asked.push(key);
    count.most = Math.max(count.most, ++count.now);
    await setTimeout(2);
    count.now--;
    if (key.includes("broken")) throw new Error(`${key} cannot be read`);
    return stored.get(key);
  };
  return { objects: { get }, asked, count };
}

function meshes(fragments: (id: string) => string[]): Map<string, Stored> {
  return new Map(
    ids.flatMap((id): [string, Stored][] => [
      [manifestKey("mesh", id), text(JSON.stringify({ fragments: fragments(id) }))],
      ...fragments(id).map((name): [string, Stored] => [`mesh/${name}`, text(name)]),
    ]),
  );
}

test("each manifest and fragment is asked for once, several segments at the same time", async () => {
  const fragments = (id: string) => (id === "7" ? ["seven.0", "seven.1"] : [`mesh.${id}`]);
  const stored = meshes(fragments);
  const { objects, asked, count } = slowObjects(stored);
  const ahead = meshesAhead(objects, "mesh", ids, 4);
  for (const id of ids) {
    expect(await ahead.get(manifestKey("mesh", id))).toBe(stored.get(manifestKey("mesh", id)));
    for (const name of fragments(id))
      expect(await ahead.get(`mesh/${name}`)).toBe(stored.get(`mesh/${name}`));
  }
  expect([...asked].sort()).toEqual([...stored.keys()].sort());
  expect(count.most).toBeGreaterThan(3);
  expect(count.most, "four segments ahead, and the one at hand").toBeLessThan(11);
});

test("what is missing or no manifest is left to who asks; errors come in their turn", async () => {
  const stored = meshes((id) => [id === "3" ? "broken" : `mesh.${id}`]);
  stored.delete(manifestKey("mesh", "1"));
  stored.set(manifestKey("mesh", "2"), text("no JSON"));
  const { objects, asked } = slowObjects(stored);
  const ahead = meshesAhead(objects, "mesh", ids);
  await setTimeout(20);
  expect(asked).not.toContain("mesh/mesh.1");
  expect(asked).not.toContain("mesh/mesh.2");
  expect(await ahead.get(manifestKey("mesh", "1"))).toBeUndefined();
  expect(await ahead.get(manifestKey("mesh", "2"))).toEqual(text("no JSON"));
  await ahead.get(manifestKey("mesh", "3"));
  await expect(ahead.get("mesh/broken")).rejects.toThrow("mesh/broken cannot be read");
  expect(await ahead.get("other"), "any other object").toBeUndefined();
});
