/** Bytes of an object, encoded as stored. */
export type StoredObject = { readonly bytes: Uint8Array; readonly contentEncoding?: "gzip" };

export type ObjectHead = {
  /** Bytes as stored. */
  readonly size: number;
  /** Names the content, where the store knows it without reading. */
  readonly etag?: string;
};

export type PutOptions = {
  readonly contentType: string;
  readonly contentEncoding?: "gzip";
  readonly cacheControl?: string;
  /** `*`: only if there is no such object yet. */
  readonly ifNoneMatch?: "*";
};

export type Range = { readonly offset: number; readonly length: number };

/**
 * Where objects lie: a folder, a bucket, memory. Keys are relative, with `/` between names. The steps of the
 * pipeline know nothing else of the world.
 */
export type Store = {
  /** The object, or the part of it that exists of a range; undefined if there is none. */
  get(key: string, range?: Range): Promise<StoredObject | undefined>;
  head(key: string): Promise<ObjectHead | undefined>;
  put(key: string, bytes: Uint8Array, options: PutOptions): Promise<void>;
  /** Keys that start with the prefix, in no order. */
  list(prefix: string): AsyncIterable<string>;
  delete(key: string): Promise<void>;
};
