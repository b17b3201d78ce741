import { readdir } from "node:fs/promises";
import path from "node:path";
import { InputError } from "../format/error.ts";
import { typeOf } from "../format/media.ts";

/** A file of a converted dataset as the object that it is in a bucket. */
export type FolderObject = {
  /** Relative key, without the `.gz` that stands for an encoding. */
  readonly key: string;
  readonly file: string;
  readonly contentType: string;
  readonly contentEncoding?: "gzip";
};

/**
 * The objects of a folder that `convert` made, `info` last: what readers start from comes when all else is there.
 *
 * @throws InputError if the folder is no dataset
 */
export async function folderObjects(root: string): Promise<FolderObject[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  const objects: FolderObject[] = [];
  for (const entry of entries.filter((one) => one.isFile())) {
    const file = path.join(entry.parentPath, entry.name);
    const name = path.relative(root, file).replaceAll(path.sep, "/");
    const gzip = name.endsWith(".gz");
    const key = gzip ? name.slice(0, -3) : name;
    objects.push({ key, file, contentType: typeOf(key), ...(gzip && { contentEncoding: "gzip" }) });
  }
  if (!objects.some(({ key }) => key === "info")) {
    throw new InputError({
      file: root,
      found: "holds no info, so it is no dataset",
      advice: "Make one: npm run convert",
    });
  }
  const last = ({ key }: FolderObject) => (key === "info" ? 1 : 0);
  return objects.sort((a, b) => last(a) - last(b) || (a.key < b.key ? -1 : 1));
}
