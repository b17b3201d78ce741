import { type Stored, unpack } from "./gzip.ts";
import { type CheckName, looked, type Report, wrong } from "./report.ts";

/** Where objects are read: a store, or a server. */
export type Objects = { readonly get: (key: string) => Promise<Stored | undefined> };

/**
 * Reads an object of which it is known that it must be there.
 *
 * @param check which check it counts for that it is there
 * @returns undefined if it is not, or its bytes are not what they are said to be: both are reported
 */
export async function readObject(
  { objects, report }: { objects: Objects; report: Report },
  check: CheckName,
  key: string,
): Promise<Uint8Array | undefined> {
  looked(report, check);
  const stored = await objects.get(key);
  if (stored !== undefined) return unpackObject(report, key, stored);
  wrong(report, check, { at: key, found: "is missing" });
  return undefined;
}

/** What an object holds. @returns undefined if its bytes are not what they are said to be, which is reported */
export function unpackObject(report: Report, key: string, stored: Stored): Uint8Array | undefined {
  looked(report, "objects");
  try {
    return unpack(stored);
  } catch (error) {
    wrong(report, "objects", { at: key, found: messageOf(error) });
    return undefined;
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
