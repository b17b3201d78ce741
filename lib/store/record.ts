import type { Store } from "./store.ts";

export type RecordingStore = Store & {
  /** Bytes, as stored, of what was put, by key; only what is there. */
  readonly written: ReadonlyMap<string, number>;
};

/** A store that remembers what was put through it. */
export function recordingStore(store: Store): RecordingStore {
  const written = new Map<string, number>();
  return {
    ...store,
    written,
    async put(key, bytes, options) {
      await store.put(key, bytes, options);
      written.set(key, bytes.byteLength);
    },
  };
}
