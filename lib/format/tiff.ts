import type { InputError } from "./error.ts";
import { openFile, type TiffSource } from "./tiff/header.ts";
import type { PageRef } from "./tiff/page.ts";
import { tagValue } from "./tiff/pixel.ts";
import { readStack } from "./tiff/stack.ts";
import { type Directory, readDirectory } from "./tiff/tag.ts";

/*
 * Exact reading of label slices from TIFF 6.0 and BigTIFF: list the pages of a file, open one, read a
 * region of it. What cannot be read exactly is refused by the name of its tag, never guessed.
 */
export type { TiffSource } from "./tiff/header.ts";
export { openPage, type PageRef, type TiffPage } from "./tiff/page.ts";
export { bytesPerSample, type SampleType } from "./tiff/pixel.ts";
export { type Region, readRegion } from "./tiff/region.ts";

/**
 * The full-resolution pages of a file in the order in which it chains them. A stack that is stored under
 * one directory (ImageJ beyond 4 GiB, tifffile `truncate`) is listed plane by plane.
 *
 * @returns `notes`: sentences for the user about what was left out or read in a special way
 * @throws InputError when the file is no TIFF, its chain is broken or a cycle, or it is no single stack
 */
export async function listPages(source: TiffSource): Promise<{ pages: PageRef[]; notes: string[] }> {
  const file = await openFile(source);
  const ifds: number[] = [];
  const seen = new Set<number>();
  const spent = { directories: 0, values: 0 };
  let first: Directory | undefined;
  let dir = await readDirectory(file, file.firstIfd);
  for (;;) {
    seen.add(dir.ifd);
    spend(dir, spent, source.size);
    if (isFull(dir)) {
      first ??= dir;
      ifds.push(dir.ifd);
    }
    if (dir.next === 0) break;
    if (ifds.length > mostPages) throw tooMany(dir, ifds.length);
    if (seen.has(dir.next)) {
      throw dir.fault(
        `the chain of pages is a cycle: the next IFD is at byte ${dir.next} again`,
        "Save the file again",
      );
    }
    dir = await readDirectory(file, dir.next);
  }
  if (first === undefined)
    throw dir.fault("the file has no full-resolution page (NewSubfileType 254)", "Save it again");
  const { planes, notes } = readStack(first, ifds.length, source.size);
  if (planes > mostPages) throw tooMany(first, planes);
  const stack = Array.from({ length: planes }, (_, plane) => ({ ifd: first.ifd, plane }));
  const pages = [...stack, ...ifds.slice(1).map((ifd) => ({ ifd, plane: 0 }))];
  const left = seen.size - ifds.length;
  const skipped =
    left === 0 ? [] : [`${left} of ${seen.size} pages are reduced-resolution images or masks, left out`];
  return { pages, notes: [...notes, ...skipped] };
}

/** Some writers let pages share values; of a file whose pages share more than this, reading would not end. */
const mostShared = 64;

/** Refuses directories that lie upon each other: reading them takes the square of the file's size, or more. */
function spend(dir: Directory, spent: { directories: number; values: number }, size: number): void {
  spent.directories += dir.bytes;
  spent.values += dir.valueBytes;
  if (spent.directories <= size && spent.values <= mostShared * size) return;
  throw dir.fault("its pages' directories lie upon each other: the file is damaged", "Save the file again");
}

/** No volume has more slices (see `mostAlong` of info.ts), and a list of them takes memory. */
const mostPages = 2 ** 19;

function tooMany(dir: Directory, pages: number): InputError {
  return dir.fault(`the file has ${pages} pages or more, and a volume at most ${mostPages} slices`);
}

/** False for overviews, thumbnails and masks (NewSubfileType bits 0 and 2, old SubfileType 2). */
function isFull(dir: Directory): boolean {
  return (tagValue(dir, 254, 0) & 5) === 0 && tagValue(dir, 255, 1) !== 2;
}
