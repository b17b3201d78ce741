import { tagValue } from "./pixel.ts";
import type { Directory } from "./tag.ts";

/** What the description of a file's first page says about its pages. */
export type Stack = {
  /** Planes that this one directory stands for: more than 1 only when they follow each other in the file. */
  readonly planes: number;
  readonly notes: readonly string[];
};

/**
 * Reads the conventions by which a TIFF says more than its directories do: ImageJ, OME-XML, tifffile.
 *
 * @param pages full-resolution directories of the file
 * @throws InputError when the file has several channels or times, or fewer planes than it promises
 */
export function readStack(dir: Directory, pages: number, size: number): Stack {
  const text = dir.description;
  if (text.startsWith("ImageJ=")) return fits(dir, readImagej(dir, pages), size);
  if (/<(\w+:)?OME[\s>]/.test(text)) return readOme(dir, pages);
  if (/^\s*\{\s*"shape"/.test(text)) return fits(dir, readShaped(dir, pages), size);
  return { planes: 1, notes: [] };
}

/** `key=value` lines. With more than 4 GiB of samples ImageJ writes one directory for all planes. */
function readImagej(dir: Directory, pages: number): Stack {
  const value = (key: string) =>
    Number(new RegExp(`^${key}=(\\d+)\\s*$`, "m").exec(dir.description)?.[1] ?? 1);
  const [images, channels, slices, frames] = ["images", "channels", "slices", "frames"].map(value) as [
    number,
    number,
    number,
    number,
  ];
  if (channels > 1) throw dir.fault(`ImageJ stack with channels=${channels}`, "Save the label channel alone");
  if (slices > 1 && frames > 1) {
    throw dir.fault(`ImageJ stack with slices=${slices} and frames=${frames}`, "Save one time frame alone");
  }
  const notes = frames > 1 ? [`ImageJ stack: its ${frames} time frames are taken as z slices`] : [];
  const planes = Math.max(images, slices, frames);
  return {
    planes: promised(dir, { pages, planes, joined: pages === 1, what: `ImageJ images=${planes}` }),
    notes,
  };
}

function readOme(dir: Directory, pages: number): Stack {
  const pixels = [...dir.description.matchAll(/<(?:\w+:)?Pixels\b([^<>]*)>/g)].map((match) => match[1]!);
  if (pixels.length > 1)
    throw dir.fault(`OME-TIFF with ${pixels.length} images (series)`, "Save the labels alone");
  const value = (text: string, key: string) =>
    Number(new RegExp(`\\b${key}="(\\d+)"`).exec(text)?.[1] ?? NaN);
  for (const key of ["SizeC", "SizeT"]) {
    const found = value(pixels[0] ?? "", key);
    if (found > 1) throw dir.fault(`OME-TIFF with ${key}=${found}`, "Save one channel and one time alone");
  }
  // Planes of other files of the same set are named by UUID; there the file's own pages are what counts.
  if (/<(\w+:)?UUID\b/.test(dir.description)) return { planes: 1, notes: [] };
  for (const match of dir.description.matchAll(/<(?:\w+:)?TiffData\b([^<>]*)>/g)) {
    const ifd = value(match[1]!, "IFD");
    const z = value(match[1]!, "FirstZ");
    if (ifd >= 0 && z >= 0 && ifd !== z) {
      throw dir.fault(`OME-TIFF stores slice ${z} as page ${ifd}`, "Save the pages in the order of z");
    }
  }
  const depth = value(pixels[0] ?? "", "SizeZ");
  if (depth > 1) promised(dir, { pages, planes: depth, joined: false, what: `OME SizeZ=${depth}` });
  return { planes: 1, notes: [] };
}

/** tifffile's `{"shape": [z, y, x]}`; with `"truncated": true` one directory stands for all planes. */
function readShaped(dir: Directory, pages: number): Stack {
  let json: { shape?: unknown; truncated?: unknown };
  try {
    json = JSON.parse(dir.description.split("\0", 1)[0]!);
  } catch {
    return { planes: 1, notes: [] };
  }
  if (!isShape(json.shape)) return { planes: 1, notes: [] };
  const shape = json.shape.filter((n) => n > 1);
  for (const size of [tagValue(dir, 256), tagValue(dir, 257)]) {
    // A description that some program copied from another image says nothing about this one.
    if (size > 1 && shape.pop() !== size && json.truncated !== true) return { planes: 1, notes: [] };
  }
  const what = `tifffile shape ${String(json.shape)}`;
  if (shape.length > 1)
    throw dir.fault(`${what} has more than one stack`, "Save one channel and one time alone");
  const planes = shape[0] ?? 1;
  return { planes: promised(dir, { pages, planes, joined: json.truncated === true, what }), notes: [] };
}

function isShape(shape: unknown): shape is number[] {
  return Array.isArray(shape) && shape.every((n) => Number.isSafeInteger(n) && n >= 0);
}

type Promised = { pages: number; planes: number; joined: boolean; what: string };

/** Planes of the one directory; without joining, all promised planes must have a page of their own. */
function promised(dir: Directory, { pages, planes, joined, what }: Promised): number {
  if (joined) return planes;
  if (planes > pages) {
    throw dir.fault(`${what}, but the file has ${pages} pages: planes are missing`, "Save the stack again");
  }
  return 1;
}

/** Refuses a plane count that the file cannot hold, before a list of that length is made. */
function fits(dir: Directory, stack: Stack, size: number): Stack {
  if (stack.planes === 1) return stack;
  const bytes = Math.max(1, (tagValue(dir, 256) * tagValue(dir, 257) * tagValue(dir, 258, 1)) / 8);
  const start = dir.numbers(273)?.[0] ?? tagValue(dir, 273);
  if (start + stack.planes * bytes > size) {
    throw dir.fault(
      `${stack.planes} planes of ${bytes} bytes end beyond the end of the file (${size} bytes): truncated`,
      "Save the stack again",
    );
  }
  return stack;
}
