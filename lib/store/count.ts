import type { Requests } from "../plan/usage.ts";
import type { Store } from "./store.ts";

export type RequestCounter = {
  /** The store, each request through it counted. */
  of(store: Store): Store;
  /** What was asked so far. */
  now(): Requests;
};

/** A listing comes in pages of so many keys. */
const pageKeys = 1000;

/**
 * Counts what is asked of stores, as S3 is asked: a listing is a request per page. What the S3 client repeats after
 * a fault of the service, and objects so large that they travel in parts, count once.
 */
export function requestCounter(): RequestCounter {
  const sum = { puts: 0, gets: 0, heads: 0, lists: 0, deletes: 0, bytesRead: 0, bytesWritten: 0 };
  return {
    now: () => ({ ...sum }),
    of: (store) => ({
      async get(key, range) {
        sum.gets++;
        const object = await store.get(key, range);
        sum.bytesRead += object?.bytes.byteLength ?? 0;
        return object;
      },
      head(key) {
        sum.heads++;
        return store.head(key);
      },
      async put(key, bytes, options) {
        sum.puts++;
        await store.put(key, bytes, options);
        sum.bytesWritten += bytes.byteLength;
      },
      list: (prefix) => pages(store.list(prefix), () => sum.lists++),
      entries: () => pages(store.entries(), () => sum.lists++),
      delete(key) {
        sum.deletes++;
        return store.delete(key);
      },
    }),
  };
}

async function* pages<T>(listing: AsyncIterable<T>, page: () => void): AsyncGenerator<T> {
  let seen = 0;
  page();
  for await (const entry of listing) {
    if (seen > 0 && seen % pageKeys === 0) page();
    seen++;
    yield entry;
  }
}
