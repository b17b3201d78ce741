import { enableCompileCache } from "node:module";
import path from "node:path";

const folder = path.resolve(import.meta.dirname, "../node_modules/.cache/compiled");

/**
 * Keeps what Node makes of our sources for the next time, of this process and of its threads: half of the time until a
 * command has begun. It lies in the project, not where other users of the machine could write.
 */
export function keepCompiled(): void {
  enableCompileCache(folder);
  process.env["NODE_COMPILE_CACHE"] = folder;
}
