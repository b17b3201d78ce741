import { type Fault, InputError, keepFaults } from "../format/error.ts";
import { listPages, openPage, type TiffPage, type TiffSource } from "../format/tiff.ts";
import { checkSliceCount } from "../plan/limit.ts";
import { orderSlices } from "../plan/order.ts";
import type { InputFile, SliceRef } from "../plan/plan.ts";
import { isInput } from "../plan/run.ts";
import { inLanes } from "../store/lanes.ts";
import type { Store } from "../store/store.ts";
import { tiffSource } from "./slice.ts";

/** What a plan needs of a page. Its tables of strips are not kept: those of ten thousand large slices are gigabytes. */
export type SliceHead = Pick<
  TiffPage,
  "width" | "height" | "sampleType" | "kind" | "compression" | "stripWidth" | "stripHeight"
> & { readonly file: string };

/** The slices of a volume in the order of z, each page opened and found readable. */
export type Stack = {
  readonly files: readonly InputFile[];
  readonly ignored: readonly string[];
  readonly slices: readonly SliceRef[];
  /** What the page of each slice is like. */
  readonly pages: readonly SliceHead[];
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

/** Of ten thousand slices a plan reads the headers, and not much beside them. */
const headerWindow = 4096;

async function openFile(input: Store, file: InputFile, oneOfMany: boolean) {
  const source = { ...tiffSource(input, file), window: Math.min(headerWindow, file.size) };
  const { pages: refs, notes } = await listPages(source);
  if (oneOfMany && refs.length > 1) {
    throw new InputError({
      file: file.name,
      found: `has ${refs.length} pages, beside other slices: their order cannot be known`,
      advice: "Give one page per file, or one file with all pages",
    });
  }
  const found = new Set(notes);
  const pages = await withFaults(refs, async (ref) => {
    const page = await openPage(source, ref);
    for (const note of page.notes) found.add(note);
    return headOf(page);
  });
  return { refs, pages, notes: [...found] };
}

function headOf(page: TiffPage): SliceHead {
  const { width, height, sampleType, kind, compression, stripWidth, stripHeight } = page;
  return { file: page.source.name, width, height, sampleType, kind, compression, stripWidth, stripHeight };
}

/** The pages of a stack one after another, opened again. */
export async function* openPages(input: Store, { files, slices }: Stack): AsyncGenerator<TiffPage> {
  let last: { file: number; source: TiffSource } | undefined;
  for (const { file, ...ref } of slices) {
    if (last?.file !== file) last = { file, source: tiffSource(input, files[file] as InputFile) };
    yield openPage(last.source, ref);
  }
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
