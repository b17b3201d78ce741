import { ChangedError, type PutOptions } from "./store.ts";

/** Headers that an object keeps. */
export function headersOf({ contentType, contentEncoding, cacheControl }: PutOptions) {
  return {
    ContentType: contentType,
    ...(contentEncoding && { ContentEncoding: contentEncoding }),
    ...(cacheControl !== undefined && { CacheControl: cacheControl }),
  };
}

export type Conditions = { readonly IfNoneMatch?: "*"; readonly IfMatch?: string };

export function conditionsOf({ ifNoneMatch, ifMatch }: PutOptions): Conditions {
  return {
    ...(ifNoneMatch && { IfNoneMatch: ifNoneMatch }),
    ...(ifMatch !== undefined && { IfMatch: `"${ifMatch}"` }),
  };
}

/**
 * For `catch`: no such object is an answer. 403 is none: it may be a missing object or a missing right, and a
 * run that took one for the other would leave holes.
 */
export function missing(error: unknown): undefined {
  if (nameOf(error) === "NoSuchKey" || nameOf(error) === "NotFound") return undefined;
  throw error;
}

/**
 * For `catch`: a condition that does not hold (412), or two conditional writes at once (409). With `ifMatch` on
 * an object that is gone S3 answers 404.
 */
export function refusal(key: string): (error: unknown) => never {
  return (error) => {
    const changed = ["PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"].includes(nameOf(error));
    throw changed ? new ChangedError(key, { cause: error }) : error;
  };
}

export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "";
}
