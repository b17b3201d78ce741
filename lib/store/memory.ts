import { createHash } from "node:crypto";
import { ChangedError, type PutOptions, type Store, type StoredObject } from "./store.ts";

type Kept = StoredObject & { readonly etag: string; readonly options: PutOptions };

/** A store in memory, for tests: it also remembers with what options objects were put. */
export function memoryStore(): Store & { readonly objects: Map<string, Kept> } {
  const objects = new Map<string, Kept>();
  return {
    objects,
    async get(key, range) {
      const object = objects.get(key);
      if (object === undefined || range === undefined) return object;
      if (range.etag !== undefined && range.etag !== object.etag) throw new ChangedError(key);
      return { ...object, bytes: object.bytes.subarray(range.offset, range.offset + range.length) };
    },
    async head(key) {
      const object = objects.get(key);
      return object && { size: object.bytes.byteLength, etag: object.etag };
    },
    async put(key, bytes, options) {
      const { ifNoneMatch, ifMatch, ...kept } = options;
      const before = objects.get(key);
      if (ifNoneMatch === "*" && before !== undefined) throw new ChangedError(key);
      if (ifMatch !== undefined && ifMatch !== before?.etag) throw new ChangedError(key);
      const etag = createHash("md5").update(bytes).digest("hex");
      objects.set(key, {
        bytes: new Uint8Array(bytes),
        etag,
        ...(kept.contentEncoding && { contentEncoding: kept.contentEncoding }),
        options: kept,
      });
    },
    async *list(prefix) {
      for (const key of [...objects.keys()]) if (key.startsWith(prefix)) yield key;
    },
    async *entries() {
      for (const [key, { bytes, etag }] of [...objects]) {
        if (!key.includes("/")) yield { key, size: bytes.byteLength, etag };
      }
    },
    async delete(key) {
      objects.delete(key);
    },
  };
}
