import { stat } from "node:fs/promises";
import path from "node:path";
import { InputError } from "../format/error.ts";
import type { Plan } from "../plan/plan.ts";
import { inputsBeside } from "../plan/run.ts";
import { checkImages } from "../step/image.ts";
import { readOptions } from "../step/options.ts";
import { planStep } from "../step/plan.ts";
import { usualSettings } from "../step/settings.ts";
import { directoryStore } from "../store/directory.ts";
import { memoryStore } from "../store/memory.ts";
import type { Site } from "./site.ts";

/** The files to send, and what the user should know of them. */
export type PushInput = {
  readonly folder: string;
  readonly names: readonly string[];
  readonly warnings: readonly string[];
  readonly plan: Plan;
};

/**
 * Finds the files to send and whether they are convertible: the plan reads all headers and compares them with `info`.
 *
 * @throws InputError with everything that is wrong
 */
export async function readInput(input: string): Promise<PushInput> {
  const found = await stat(input).catch(() => undefined);
  if (found === undefined) throw new InputError({ file: input, found: "is not there" });
  const folder = found.isDirectory() ? path.resolve(input) : path.dirname(path.resolve(input));
  const store = directoryStore(folder);
  // What is sent are files under their own names: an info.gz, which the store would find, is none of them.
  const there = new Set<string>();
  for await (const { key } of store.entries()) there.add(key);
  if (!there.has("info")) {
    throw new InputError({ file: "info", found: "is missing", advice: "In the cloud every project has one" });
  }
  const stack = found.isDirectory() ? {} : { stack: path.basename(input) };
  const settings = { ...usualSettings, ...(await readOptions(store)), ...stack };
  const plan = await planStep({ input: store, work: memoryStore(), output: memoryStore() }, settings);
  const names = plan.files.map(({ name }) => name);
  const beside = inputsBeside.filter((name) => name !== "info");
  names.push(...beside.filter((name) => there.has(name)));
  return { folder, names: [...names, "info"], warnings: await checkImages(plan), plan };
}

/** @throws InputError if the stack's own viewer is where the project would be read */
export function checkPlace(project: string, { ViewerBucket }: Pick<Site, "ViewerBucket">): void {
  if (ViewerBucket === undefined || project.split("/")[0] !== "viewer") return;
  throw new InputError({
    file: "PROJECT",
    found: `"${project}" would lie where the viewer is`,
    advice: "Use another name, for example lab/volume-1",
  });
}
