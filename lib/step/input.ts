import { type Fault, InputError, keepFaults } from "../format/error.ts";
import { listPages, openPage, type TiffPage } from "../format/tiff.ts";
import { checkSliceCount } from "../plan/limit.ts";
import { orderSlices } from "../plan/order.ts";
import type { InputFile, SliceRef } from "../plan/plan.ts";
import { isInput } from "../plan/run.ts";
import { inLanes } from "../store/lanes.ts";
import type { Store } from "../store/store.ts";
import { tiffSource } from "./slice.ts";

/** The slices of a volume in the order of z, each page opened and found readable. */
export type Stack = {
  readonly files: readonly InputFile[];
  readonly ignored: readonly string[];
  readonly slices: readonly SliceRef[];
  /** Page of each slice. */
  readonly pages: readonly TiffPage[];
  readonly notes: readonly string[];
};

/**
 * Finds the slices of an input and reads their headers; no voxel is read.
 *
 * @param stack the one file that is the whole volume, if the user named it
 * @throws InputError with the faults of all files
 */
export async function readStack(input: Store, stack?: string): Promise<Stack> {
  const found = new Map<string, InputFile>();
  for await (const { key: name, ...head } of input.entries()) found.set(name, { name, ...head });
  const { slices: ordered, ignored } =
    stack === undefined ? orderSlices([...found.keys()].sort()) : { slices: [stack], ignored: [] };
  checkSliceCount(ordered.length);
  const files = ordered.map((name): InputFile => {
    const file = found.get(name);
    if (file === undefined) throw new InputError({ file: name, found: "is not there" });
    return file;
  });
  const opened = await withFaults(files, (file) => openFile(input, file, files.length > 1));
  const notes = [...new Set(opened.flatMap(({ notes }) => notes))];
  const slices = opened.flatMap(({ refs }, file) => refs.map((ref) => ({ file, ...ref })));
  return {
    files,
    ignored: ignored.filter((name) => !isInput(name)),
    slices,
    pages: opened.flatMap(({ pages }) => pages),
    notes,
  };
}

async function openFile(input: Store, file: InputFile, oneOfMany: boolean) {
  const source = tiffSource(input, file);
  const { pages: refs, notes } = await listPages(source);
  if (oneOfMany && refs.length > 1) {
    throw new InputError({
      file: file.name,
      found: `has ${refs.length} pages, beside other slices: their order cannot be known`,
      advice: "Give one page per file, or one file with all pages",
    });
  }
  const pages = await withFaults(refs, (ref) => openPage(source, ref));
  return { refs, pages, notes: [...notes, ...pages.flatMap((page) => page.notes)] };
}

/** All faults are gathered: the user mends them in one go. */
async function withFaults<T, R>(list: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const faults: Fault[][] = list.map(() => []);
  const results = await inLanes(list, (item, i) =>
    work(item).catch((error) => keepFaults(error, faults[i] as Fault[])),
  );
  const all = faults.flat();
  if (all.length > 0) throw new InputError(all);
  return results as R[];
}
