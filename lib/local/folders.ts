import type { Context } from "../step/context.ts";
import { directoryStore } from "../store/directory.ts";

/** Folders of a run, as a thread is told them: each thread opens its own stores and shares nothing. */
export type Folders = { readonly input: string; readonly work: string; readonly output: string };

export function openFolders({ input, work, output }: Folders): Context {
  return { input: directoryStore(input), work: directoryStore(work), output: directoryStore(output) };
}
