import { type Fault, InputError } from "../format/error.ts";
import { type BasicInfo, infoFault, parseInfo } from "../format/info.ts";
import { listPages, openPage, type TiffPage } from "../format/tiff.ts";
import { checkNames, isSlice } from "../plan/order.ts";
import type { InputFile } from "../plan/plan.ts";
import { program } from "../plan/program.ts";
import { checkProject } from "../plan/project.ts";
import { isInput, runId } from "../plan/run.ts";
import { contentOf } from "../store/object.ts";
import type { Store } from "../store/store.ts";
import { planeFaults } from "./agree.ts";
import { tiffSource } from "./slice.ts";

/** What a project's files are good for, as they are now. */
export type Decision =
  | { readonly state: "waiting"; readonly message: string; readonly slices?: { have: number; need: number } }
  | { readonly state: "failed"; readonly faults: readonly Fault[] }
  | { readonly state: "start"; readonly run: string };

/**
 * Decides on a project by what lies in it, never by the event that made us look: events come twice and in any
 * order. Cheap checks first, since ten thousand slices are ten thousand events: `info`, then one listing.
 *
 * @param input the uploads, narrowed to the project
 */
export async function decide(input: Store, project: string): Promise<Decision> {
  try {
    checkProject(project);
    const object = await input.get("info");
    if (object === undefined) {
      return {
        state: "waiting",
        message: "info is not there yet: the run starts when it and all slices are",
      };
    }
    const info = parseInfo(new TextDecoder().decode(contentOf(object)));
    return await decideSlices(input, project, info);
  } catch (error) {
    if (error instanceof InputError) return { state: "failed", faults: error.faults };
    throw error;
  }
}

async function decideSlices(input: Store, project: string, info: BasicInfo): Promise<Decision> {
  const need = info.size[2];
  const { files, slices } = await listInputs(input, need);
  const have = slices.length;
  const [only] = slices;
  if (have > need) {
    checkNames(slices.map(({ name }) => name));
    const found = `size says ${need} slices (z), but there are ${have} or more`;
    throw new InputError(infoFault(found, "Remove what does not belong to the volume, or mend z"));
  }
  const whole = have === need || (have === 1 && (await lookInto(input, only as InputFile)).several);
  if (whole) return { state: "start", run: runId({ project, files, program }) };
  if (only !== undefined) await checkPlane(input, only, info);
  const but = await obstacle(input, slices);
  const message = `${have} of ${need} slices are there${but === undefined ? "" : `, but ${but}`}`;
  return { state: "waiting", message, slices: { have, need } };
}

/** @throws InputError if `info` says another size than a slice has: further slices do not mend that */
async function checkPlane(input: Store, slice: InputFile, info: BasicInfo): Promise<void> {
  const { first } = await lookInto(input, slice).catch(broken);
  const faults = first === undefined ? [] : planeFaults(info.size, first);
  if (faults.length > 0) throw new InputError(faults);
}

/** Some of the first files of an upload are looked into for pages; later ones are too many. */
const lookedInto = 4;
const onlyStack = "A stack of pages must be the only TIFF of its project";

/** Why it is no use to wait for further slices, if there is a reason: what is there must be mended first. */
async function obstacle(input: Store, slices: readonly InputFile[]): Promise<string | undefined> {
  if (slices.length < 2) return undefined;
  try {
    checkNames(slices.map(({ name }) => name));
  } catch (error) {
    const [fault] = error instanceof InputError ? error.faults : [];
    if (fault === undefined) throw error;
    return `${fault.file} ${fault.found}. ${onlyStack}`;
  }
  for (const slice of slices.length > lookedInto ? [] : slices) {
    const { several } = await lookInto(input, slice).catch(broken);
    if (several) return `${slice.name} has several pages. ${onlyStack}`;
  }
  return undefined;
}

/** For `catch`: what is wrong with a file is said when all are there. */
function broken(error: unknown): Look {
  if (error instanceof InputError) return { several: false };
  throw error;
}

/** The files that count; no further than is needed to know that there are too many slices. */
async function listInputs(input: Store, need: number): Promise<{ files: InputFile[]; slices: InputFile[] }> {
  const files: InputFile[] = [];
  const slices: InputFile[] = [];
  for await (const { key: name, ...head } of input.entries()) {
    if (!isInput(name)) continue;
    files.push({ name, ...head });
    if (isSlice(name)) slices.push({ name, ...head });
    if (slices.length > need) break;
  }
  return { files, slices };
}

/** Reads after which a chain of pages is long enough: the plan walks the rest, and has the time. */
const mostReads = 32;

/** What a file of slices is like: whether it has several pages, and its first, where the chain was not too long. */
type Look = { readonly several: boolean; readonly first?: TiffPage };

/** How many pages a file has in all is for the plan to judge. */
async function lookInto(input: Store, file: InputFile): Promise<Look> {
  const source = tiffSource(input, file);
  const long = new Error("a long chain of pages");
  let reads = 0;
  const read = (offset: number, length: number) => {
    if (reads++ >= mostReads) throw long;
    return source.read(offset, length);
  };
  const bounded = { ...source, read };
  try {
    const { pages } = await listPages(bounded);
    const [first] = pages;
    return { several: pages.length > 1, ...(first && { first: await openPage(bounded, first) }) };
  } catch (error) {
    if (error === long) return { several: true };
    throw error;
  }
}
