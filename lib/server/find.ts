import { realpath, stat } from "node:fs/promises";
import path from "node:path";

/** A regular file below the served folder. */
export type Found = { readonly path: string; readonly size: number; readonly etag: string };

/** What the file system says when a name leads nowhere. */
const ABSENT = new Set(["ENOENT", "ENOTDIR", "ENAMETOOLONG", "ELOOP", "EINVAL"]);

/**
 * Looks a key up below a folder. Folders, pipes and devices are not found, nor is anything hidden or that symbolic
 * links lead out of the folder.
 *
 * @param folder real path, links resolved.
 * @param key as of keyOf: no `..`, no empty step.
 */
export async function find(folder: string, key: string): Promise<Found | undefined> {
  try {
    const real = await realpath(folder + path.sep + key);
    const base = folder.endsWith(path.sep) ? folder : folder + path.sep;
    if (!real.startsWith(base) || isHidden(real.slice(base.length))) return undefined;
    const found = await stat(real);
    if (!found.isFile()) return undefined;
    return { path: real, size: found.size, etag: etagOf(found) };
  } catch (error) {
    if (ABSENT.has((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}

export function etagOf({ size, mtimeMs }: { readonly size: number; readonly mtimeMs: number }): string {
  return `"${size.toString(16)}-${Math.round(mtimeMs * 1000).toString(16)}"`;
}

/** Names that start with a dot are never of a dataset, but of versions, editors and passwords. */
function isHidden(inner: string): boolean {
  return inner.split(path.sep).some((step) => step.startsWith("."));
}
