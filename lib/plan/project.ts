import { InputError } from "../format/error.ts";

/** Bytes of a project's name: with all that comes below it, it fits a key of S3 (1024 bytes). */
const longest = 600;

/**
 * Makes sure that a project can name a place in a bucket and in a URL.
 *
 * @throws InputError if it cannot
 */
export function checkProject(project: string): void {
  const bytes = new TextEncoder().encode(project).length;
  if (bytes > longest) {
    const found = `the name is ${bytes} bytes long, and may be ${longest}`;
    throw new InputError({
      file: "PROJECT",
      found,
      advice: "Use for example lab/volume-1",
    });
  }
  if (isPath(project) && !/\p{Cc}/u.test(project)) return;
  const found = `"${project}" is not a name`;
  throw new InputError({ file: "PROJECT", found, advice: "Use for example lab/volume-1" });
}

/** Whether no part of a path is empty or leads elsewhere. */
export function isPath(project: string): boolean {
  return project.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}
