import { enableCompileCache } from "node:module";
import path from "node:path";

/** Where it lies: in the project, not where other users of the machine could write. */
const folder = path.resolve(import.meta.dirname, "../../node_modules/.cache/compiled");

/**
 * For the environment of threads. They would strip the types of all sources by a WebAssembly module of Node, each anew;
 * with some hundred threads in one process V8 (of Node 24.21.0) then crashes in its cache of wrappers for imports
 * (`Runtime_TierUpWasmToJSWrapper`).
 */
export const compiledEnvironment = { NODE_COMPILE_CACHE: folder } as const;

/**
 * Keeps what Node makes of our sources for the next time, of this process and of its threads: half of the time until a
 * command has begun.
 */
export function keepCompiled(): void {
  enableCompileCache(folder);
  Object.assign(process.env, compiledEnvironment);
}
