import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";

/** A dataset in a folder that is about to be spoiled. */
export type Victim = {
  readonly root: string;
  /** Keys of the chunks of a scale, sorted; without `.gz`. */
  chunks(scale: number): string[];
  /** Shape of a chunk, by its key. */
  shapeOf(key: string): [number, number, number];
  /** Changes the decoded bytes of an object. */
  edit(key: string, change: (bytes: Buffer) => Uint8Array): void;
  /** Changes the bytes of a file as they are stored. */
  editFile(key: string, change: (bytes: Buffer) => Uint8Array): void;
  json(key: string, change: (value: Json) => void): void;
  rename(from: string, to: string): void;
  remove(key: string): void;
  /** Segments of the table, largest first. */
  segments(): string[];
};

// biome-ignore lint/suspicious/noExplicitAny: JSON that a test takes apart
export type Json = any;

export function victimIn(root: string): Victim {
  const fileOf = (key: string) =>
    existsSync(path.join(root, `${key}.gz`)) ? path.join(root, `${key}.gz`) : path.join(root, key);
  const edit: Victim["edit"] = (key, change) => {
    const file = fileOf(key);
    const zipped = file.endsWith(".gz");
    const bytes = readFileSync(file);
    const changed = change(Buffer.from(zipped ? gunzipSync(bytes) : bytes));
    writeFileSync(file, zipped ? gzipSync(changed) : changed);
  };
  const json: Victim["json"] = (key, change) =>
    edit(key, (bytes) => {
      const value = JSON.parse(bytes.toString());
      change(value);
      return Buffer.from(JSON.stringify(value));
    });
  const info = () => JSON.parse(readFileSync(path.join(root, "info"), "utf8"));
  return {
    root,
    edit,
    json,
    chunks(scale) {
      const { key } = info().scales[scale];
      return readdirSync(path.join(root, key))
        .sort()
        .map((name) => `${key}/${name.replace(/\.gz$/, "")}`);
    },
    shapeOf(key) {
      const ranges = /([^/]+)$/
        .exec(key)![1]!
        .split("_")
        .map((range) => /^(-?\d+)-(-?\d+)$/.exec(range)!);
      return ranges.map((range) => Number(range[2]) - Number(range[1])) as [number, number, number];
    },
    editFile(key, change) {
      const file = fileOf(key);
      writeFileSync(file, change(readFileSync(file)));
    },
    rename(from, to) {
      const file = fileOf(from);
      renameSync(file, path.join(root, file.endsWith(".gz") ? `${to}.gz` : to));
    },
    remove: (key) => rmSync(fileOf(key)),
    segments() {
      const table = JSON.parse(
        gunzipSync(readFileSync(path.join(root, "segment_properties/info.gz"))).toString(),
      );
      const { ids, properties } = table.inline;
      const { values } = properties.find(({ id }: Json) => id === "voxels");
      return ids
        .map((id: string, i: number) => ({ id, voxels: values[i] }))
        .sort((a: Json, b: Json) => b.voxels - a.voxels)
        .map(({ id }: Json) => id);
    },
  };
}

/** Vertices (nanometres) and triangles of a fragment. */
export type Mesh = { vertices: Float32Array; triangles: Uint32Array };

export function editMesh(victim: Victim, key: string, change: (mesh: Mesh) => Mesh): void {
  victim.edit(key, (bytes) => {
    const own = new Uint8Array(bytes);
    const count = new DataView(own.buffer).getUint32(0, true);
    const { vertices, triangles } = change({
      vertices: new Float32Array(own.buffer, 4, 3 * count),
      triangles: new Uint32Array(own.buffer, 4 + 12 * count),
    });
    const head = Uint32Array.of(vertices.length / 3);
    return Buffer.concat([head, vertices, triangles].map((part) => new Uint8Array(part.slice().buffer)));
  });
}

/** Changes the ids of a raw uint64 chunk, x fastest. */
export function editIds(victim: Victim, key: string, change: (ids: BigUint64Array) => void): void {
  victim.edit(key, (bytes) => {
    const own = new Uint8Array(bytes);
    change(new BigUint64Array(own.buffer));
    return own;
  });
}
