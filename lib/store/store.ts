/** Bytes of an object, encoded as stored. */
export type StoredObject = {
  readonly bytes: Uint8Array;
  readonly contentEncoding?: "gzip";
  /** Names the content, where the store knows it without reading. */
  readonly etag?: string;
};

export type ObjectHead = {
  /** Bytes as stored. */
  readonly size: number;
  /** Names the content, where the store knows it without reading. */
  readonly etag?: string;
};

/** An object as a listing tells of it. */
export type ObjectEntry = ObjectHead & { readonly key: string };

export type PutOptions = {
  readonly contentType: string;
  readonly contentEncoding?: "gzip";
  readonly cacheControl?: string;
  /** `*`: only if there is no such object yet. */
  readonly ifNoneMatch?: "*";
  /** Only over the object of this etag; stores without etags take no notice. */
  readonly ifMatch?: string;
};

export type Range = {
  readonly offset: number;
  readonly length: number;
  /** Only of the object of this etag; stores without etags take no notice. */
  readonly etag?: string;
  /** At least `length` bytes of memory, where the answer may lie, so that none has to be made: fresh memory is slow. */
  readonly into?: Uint8Array;
};

/** An object is not the one that was meant: someone has put another in its place. */
export class ChangedError extends Error {
  override readonly name = "ChangedError";

  constructor(key: string, options?: ErrorOptions) {
    super(`${key} has changed in the meantime`, options);
  }
}

/**
 * Where objects lie: a folder, a bucket, memory. Keys are relative, with `/` between names. The steps of the
 * pipeline know nothing else of the world.
 */
export type Store = {
  /**
   * The object, or the part of it that exists of a range; undefined if there is none.
   *
   * @throws ChangedError if it is not the one of the range's etag
   */
  get(key: string, range?: Range): Promise<StoredObject | undefined>;
  head(key: string): Promise<ObjectHead | undefined>;
  /** @throws ChangedError if a condition of the options does not hold */
  put(key: string, bytes: Uint8Array, options: PutOptions): Promise<void>;
  /** Keys that start with the prefix, in no order. */
  list(prefix: string): AsyncIterable<string>;
  /** Objects of the top level, whose keys have no `/`, in no order. */
  entries(): AsyncIterable<ObjectEntry>;
  delete(key: string): Promise<void>;
};
