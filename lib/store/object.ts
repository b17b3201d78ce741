import { gunzip, gzip } from "../format/gzip.ts";
import type { Store, StoredObject } from "./store.ts";

/** Never changed under its name: scales, meshes and properties lie below a version. */
const immutable = "public, max-age=31536000, immutable";
/** Asked for anew each time: what points to a version. */
const current = "no-cache";

/**
 * The rules of how objects are put, the same for every store: chunks always gzipped, JSON that other tools
 * read as files plain. Equal input is equal bytes.
 */
export async function putChunk(store: Store, key: string, bytes: Uint8Array): Promise<number> {
  return putGzipped(store, key, bytes, "application/octet-stream");
}

/** A mesh fragment; gzipped, since the viewer reads it whole. */
export async function putFragment(store: Store, key: string, bytes: Uint8Array): Promise<number> {
  return putZipped(store, key, gzip(bytes, "words"), "application/octet-stream");
}

export async function putGzipped(
  store: Store,
  key: string,
  bytes: Uint8Array,
  contentType: string,
): Promise<number> {
  return putZipped(store, key, gzip(bytes), contentType);
}

async function putZipped(
  store: Store,
  key: string,
  gzipped: Uint8Array,
  contentType: string,
): Promise<number> {
  await store.put(key, gzipped, { contentType, contentEncoding: "gzip", cacheControl: immutable });
  return gzipped.byteLength;
}

/** The manifest `ID:0` of a segment: plain JSON, small and asked for by the thousand. */
export async function putManifest(store: Store, key: string, bytes: Uint8Array): Promise<number> {
  await store.put(key, bytes, { contentType: "application/json", cacheControl: immutable });
  return bytes.byteLength;
}

/** JSON below a version: `mesh/info`, provenance. */
export function putJson(store: Store, key: string, value: unknown): Promise<number> {
  return putText(store, key, JSON.stringify(value), immutable);
}

/** JSON that points to a version: `info`, `state.json`. */
export function putCurrentJson(store: Store, key: string, value: unknown): Promise<number> {
  return putText(store, key, JSON.stringify(value), current);
}

/** The picture of a version. */
export async function putPicture(store: Store, key: string, bytes: Uint8Array): Promise<number> {
  await store.put(key, bytes, { contentType: "image/png", cacheControl: immutable });
  return bytes.byteLength;
}

/** A table of a version for spreadsheets and data frames. */
export async function putTable(store: Store, key: string, csv: string): Promise<number> {
  const bytes = new TextEncoder().encode(csv);
  await store.put(key, bytes, { contentType: "text/csv; charset=utf-8", cacheControl: immutable });
  return bytes.byteLength;
}

/** The page of a dataset, which shows its current version. */
export async function putPage(store: Store, key: string, html: string): Promise<number> {
  const bytes = new TextEncoder().encode(html);
  await store.put(key, bytes, { contentType: "text/html; charset=utf-8", cacheControl: current });
  return bytes.byteLength;
}

async function putText(store: Store, key: string, text: string, cacheControl: string): Promise<number> {
  const bytes = new TextEncoder().encode(text);
  await store.put(key, bytes, { contentType: "application/json", cacheControl });
  return bytes.byteLength;
}

/** An object as it is stored. @throws Error if there is none */
export async function getStored(store: Pick<Store, "get">, key: string): Promise<StoredObject> {
  const object = await store.get(key);
  if (object === undefined) throw new Error(`${key} is missing`);
  return object;
}

/** The decoded bytes of an object. @throws Error if there is none */
export async function getBytes(store: Pick<Store, "get">, key: string): Promise<Uint8Array> {
  return contentOf(await getStored(store, key));
}

/** What an object holds, decoded. */
export function contentOf({ bytes, contentEncoding }: StoredObject): Uint8Array {
  return contentEncoding === "gzip" ? gunzip(bytes) : bytes;
}

export async function getJson<T>(store: Store, key: string): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await getBytes(store, key))) as T;
}
