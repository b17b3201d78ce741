import { InputError } from "../../format/error.ts";
import { bucketStore, createS3 } from "../../store/bucket.ts";
import { directoryStore } from "../../store/directory.ts";
import type { Store } from "../../store/store.ts";
import { locate } from "../locate.ts";

/** Where the input of a plan is read, and the one file of it that is the whole stack, if it was named. */
export type Source = { readonly input: Store; readonly stack?: string };

/**
 * Opens a folder of slices, one TIFF, or `s3://BUCKET/PREFIX` with the slices of a project, of which ranges are read
 * with the rights of the shell.
 *
 * @throws InputError if it is not there
 */
export async function openSource(text: string): Promise<Source> {
  if (text.startsWith("s3://")) return openBucket(text);
  const { folder, stack } = await locate(text);
  return { input: directoryStore(folder), ...(stack !== undefined && { stack }) };
}

function openBucket(text: string): Source {
  const [, bucket = "", path = ""] = /^s3:\/\/([a-z0-9][a-z0-9.-]+)(?:\/(.*))?$/.exec(text) ?? [];
  if (bucket === "") {
    const advice = "Write s3://BUCKET/FOLDER, or s3://BUCKET/FOLDER/stack.tif";
    throw new InputError({ file: text, found: "is no place in a bucket", advice });
  }
  const parts = path.split("/").filter((part) => part !== "");
  const last = parts.at(-1) ?? "";
  const stack = /\.tiff?$/i.test(last) && !path.endsWith("/") ? parts.pop() : undefined;
  const input = bucketStore({ client: createS3(), bucket, prefix: parts.join("/") });
  return { input, ...(stack !== undefined && { stack }) };
}
