import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { convert } from "../../lib/local/convert.ts";
import { allCases } from "../bad/all.ts";

/*
 * What must convert of the awkward inputs is read by tensorstore; and tifffile reads of the slices what the tests
 * mean to have written.
 */

const python = process.env["NEUROPRESS_PYTHON"] ?? "";
const folder = mkdtempSync(path.join(tmpdir(), "peer-bad-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const fine = allCases.filter(({ volume }) => volume !== undefined);

test.skipIf(python === "")(`tensorstore reads ${fine.length} awkward inputs as they were meant`, async () => {
  const list: unknown[] = [];
  for (const [i, { group, name, files, volume }] of fine.entries()) {
    const at = (what: string) => path.join(folder, `${i} ${what}`);
    mkdirSync(at("in"));
    for (const [file, bytes] of files) writeFileSync(path.join(at("in"), file), bytes);
    await convert({ input: at("in"), output: at("out"), threads: 1, mesh: false });
    writeFileSync(
      at("voxels"),
      new Uint8Array(volume!.ids.buffer, volume!.ids.byteOffset, volume!.ids.byteLength),
    );
    const input = group === "encoding" ? { input: at("in") } : {};
    list.push({
      name: `${group}: ${name}`,
      dataset: at("out"),
      voxels: at("voxels"),
      size: volume!.size,
      ...input,
    });
  }
  writeFileSync(path.join(folder, "list.json"), JSON.stringify(list));
  const script = path.join(import.meta.dirname, "bad.py");
  const { stdout, stderr } = spawnSync(python, ["-B", script, path.join(folder, "list.json")], {
    encoding: "utf8",
  });
  expect(stdout, stderr).not.toBe("");
  const { failures, read, slices } = JSON.parse(stdout.trim().split("\n").at(-1)!);
  expect(failures).toEqual([]);
  expect(read).toBe(fine.length);
  expect(slices).toBeGreaterThan(30);
});
