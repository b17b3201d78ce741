import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { aliveFile, disown, isOrphan, ownName } from "../../lib/local/owner.ts";

const start = ".out.neuropress-";
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "neuropress-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
const orphan = (name: string) => isOrphan(path.join(folder, name), start);

test("a folder is its process's until that lets go of it", async () => {
  const [one, two] = [ownName(start), ownName(start)];
  expect(one).not.toBe(two);
  expect([await orphan(one), await orphan(two)]).toEqual([false, false]);
  disown(path.join(folder, one));
  expect([await orphan(one), await orphan(two)]).toEqual([true, false]);
});

test("another process's folder is an orphan when that has ended, also where its number is used again", async () => {
  const module = path.resolve(import.meta.dirname, "../../lib/local/owner.ts");
  const script = `import { ownName } from ${JSON.stringify(module)}; console.log(ownName("${start}")); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script]);
  const name = await new Promise<string>((resolve) => {
    child.stdout.once("data", (data: Buffer) => resolve(data.toString().trim()));
  });
  expect(name.startsWith(`${start}${child.pid}-`)).toBe(true);
  expect(await orphan(name)).toBe(false);
  // The same number, but a process that began at another time.
  if (process.platform === "linux") expect(await orphan(name.replace(/-(\d+)-(\d+)-/, "-$1-1-"))).toBe(true);
  child.kill("SIGKILL");
  await new Promise((resolve) => child.once("close", resolve));
  expect(await orphan(name)).toBe(true);
});

test("an owner on another machine is gone when nothing was heard of it for long", async () => {
  const name = `${start}1-1-00000000-0`;
  await mkdir(path.join(folder, name));
  const alive = path.join(folder, name, aliveFile);
  await writeFile(alive, "");
  expect(await orphan(name)).toBe(false);
  const old = new Date(Date.now() - 180_000);
  await utimes(alive, old, old);
  expect(await orphan(name)).toBe(true);
});

test("a folder with another name is nobody's business", async () => {
  for (const name of [`${start}backup`, `${start}12`, ".other.neuropress-1-1-00000000-0"]) {
    await mkdir(path.join(folder, name));
    expect(await orphan(name)).toBe(false);
  }
});
