import { mkdir, readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { fill } from "./fill.ts";
import {
  ChangedError,
  type ObjectEntry,
  type ObjectHead,
  type PutOptions,
  type Range,
  type Store,
  type StoredObject,
} from "./store.ts";
import { writeNow } from "./write.ts";

/**
 * A folder as a store. An object put with `contentEncoding: gzip` is the file `KEY.gz`, as neuroglancer-scripts,
 * cloud-volume and nginx (`gzip_static`) have it; content types and cache rules are the web server's matter.
 */
export function directoryStore(root: string): Store {
  const made = new Set<string>();
  return {
    get: (key, range) => read(fileOf(root, key), range),
    async head(key) {
      const file = fileOf(root, key);
      return (await sizeOf(file)) ?? (await sizeOf(`${file}.gz`));
    },
    async put(key, bytes, options) {
      const file = fileOf(root, key);
      const folder = path.dirname(file);
      if (!made.has(folder)) await mkdir(folder, { recursive: true });
      made.add(folder);
      await write(file, bytes, options);
    },
    list: (prefix) => walk(root, prefix),
    entries: () => top(root),
    async delete(key) {
      const file = fileOf(root, key);
      await rm(file, { force: true });
      await rm(`${file}.gz`, { force: true });
    },
  };
}

/** Keys come from `info` and from file names: none may lead out of the folder. */
function fileOf(root: string, key: string): string {
  const file = path.resolve(root, key);
  if (!file.startsWith(path.resolve(root) + path.sep)) throw new Error(`key "${key}" leads out of the store`);
  return file;
}

async function sizeOf(file: string): Promise<ObjectHead | undefined> {
  const found = await stat(file).catch(absent);
  return found?.isFile() ? { size: found.size } : undefined;
}

async function read(file: string, range?: Range): Promise<StoredObject | undefined> {
  const plain = await fill(file, range);
  if (plain !== undefined) return { bytes: plain };
  const gzipped = await fill(`${file}.gz`, range);
  return gzipped && { bytes: gzipped, contentEncoding: "gzip" };
}

async function write(file: string, bytes: Uint8Array, options: PutOptions): Promise<void> {
  const target = options.contentEncoding === "gzip" ? `${file}.gz` : file;
  await writeNow(target, bytes, options.ifNoneMatch ? "wx" : "w").catch((error: NodeJS.ErrnoException) => {
    throw error.code === "EEXIST" ? new ChangedError(path.basename(file), { cause: error }) : error;
  });
}

async function* walk(root: string, prefix: string): AsyncGenerator<string> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(absent);
  for (const entry of entries ?? []) {
    if (!entry.isFile()) continue;
    const file = path.relative(root, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, "/");
    if (file.startsWith(prefix)) yield file;
  }
}

async function* top(root: string): AsyncGenerator<ObjectEntry> {
  const entries = await readdir(root, { withFileTypes: true }).catch(absent);
  for (const entry of entries ?? []) {
    const linked = entry.isSymbolicLink();
    if (!linked && !entry.isFile()) continue;
    const found = await stat(path.join(root, entry.name)).catch(absent);
    if (found?.isFile()) yield { key: entry.name, size: found.size };
    // A link that leads nowhere is no file that may be left out: who reads it finds it gone.
    else if (linked && found === undefined) yield { key: entry.name, size: 0 };
  }
}

/** A missing file is an answer, everything else (rights, a broken disk) is an error. */
function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
  throw error;
}
