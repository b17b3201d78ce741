import type { PutOptions, Store, StoredObject } from "./store.ts";

/** A store in memory, for tests: it also remembers with what options objects were put. */
export function memoryStore(): Store & {
  readonly objects: Map<string, StoredObject & { options: PutOptions }>;
} {
  const objects = new Map<string, StoredObject & { options: PutOptions }>();
  return {
    objects,
    async get(key, range) {
      const object = objects.get(key);
      if (object === undefined || range === undefined) return object;
      return { ...object, bytes: object.bytes.subarray(range.offset, range.offset + range.length) };
    },
    async head(key) {
      const object = objects.get(key);
      return object && { size: object.bytes.byteLength };
    },
    async put(key, bytes, options) {
      if (options.ifNoneMatch === "*" && objects.has(key)) throw new Error(`${key} exists`);
      const { contentEncoding } = options;
      objects.set(key, {
        bytes: new Uint8Array(bytes),
        ...(contentEncoding && { contentEncoding }),
        options,
      });
    },
    async *list(prefix) {
      for (const key of [...objects.keys()]) if (key.startsWith(prefix)) yield key;
    },
    async delete(key) {
      objects.delete(key);
    },
  };
}
