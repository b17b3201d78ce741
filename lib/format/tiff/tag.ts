import { GeoTIFF, registerTag } from "geotiff";
import { InputError } from "../error.ts";
import type { TiffFile } from "./header.ts";

/** The tags of one image file directory (TIFF 6.0 section 2) that matter for labels. */
export type Directory = {
  /** Byte offset of this directory. */
  readonly ifd: number;
  /** Byte offset of the next one, 0 after the last. */
  readonly next: number;
  /** Bytes of the directory itself, and of the values that its tags claim. */
  readonly bytes: number;
  readonly valueBytes: number;
  /** The tag's values, or undefined when it is absent. */
  numbers(tag: number): ArrayLike<number> | undefined;
  /** The text of ImageDescription, empty when absent. */
  readonly description: string;
  /** Refusal of this directory. */
  fault(found: string, advice?: string): InputError;
};

/** Every tag we look at. 33629 is MetaMorph's UIC2Tag. */
export const tagNames: Readonly<Record<number, string>> = {
  254: "NewSubfileType",
  255: "SubfileType",
  256: "ImageWidth",
  257: "ImageLength",
  258: "BitsPerSample",
  259: "Compression",
  262: "PhotometricInterpretation",
  266: "FillOrder",
  270: "ImageDescription",
  273: "StripOffsets",
  274: "Orientation",
  277: "SamplesPerPixel",
  278: "RowsPerStrip",
  279: "StripByteCounts",
  317: "Predictor",
  322: "TileWidth",
  323: "TileLength",
  324: "TileOffsets",
  325: "TileByteCounts",
  339: "SampleFormat",
  32997: "ImageDepth",
  33629: "UIC2Tag",
};
const descriptionTag = 270;
const planesTag = 33629;

/** Bytes per value of the integer field types; ASCII (2) and UNDEFINED (7) hold text. */
const fieldBytes: Readonly<Record<number, number>> = { 1: 1, 2: 1, 3: 2, 4: 4, 7: 1, 13: 4, 16: 8, 18: 8 };

// geotiff 3.0.5 reads arrays that it fetches lazily as little-endian, whatever the file is; these it reads at once.
for (const tag of [273, 279, 324, 325]) registerTag(tag, tagNames[tag] as string, undefined, true, true);

/**
 * Reads the directory at byte `ifd` without walking the chain that leads to it.
 *
 * @throws InputError when it lies outside the file or one of its values does
 */
export function readDirectory(file: TiffFile, ifd: number): Promise<Directory> {
  const last = latest.get(file);
  if (last?.ifd === ifd) return last.directory;
  const directory = readAt(file, ifd);
  latest.set(file, { ifd, directory });
  return directory;
}

/** The planes of a stack under one directory, which can be a hundred thousand, ask for the same one. */
const latest = new WeakMap<TiffFile, { readonly ifd: number; readonly directory: Promise<Directory> }>();

async function readAt(file: TiffFile, ifd: number): Promise<Directory> {
  const fault = (found: string, advice?: string) =>
    new InputError({
      file: file.source.name,
      found: `${found} (image file directory at byte ${ifd})`,
      ...(advice === undefined ? {} : { advice }),
    });
  if (ifd === 0) throw fault("the TIFF holds no image: its first IFD offset is 0", "Save the slice again");
  const { block, valueBytes } = await readEntries(file, ifd, fault);
  const parsed = await parse(file, ifd, block).catch((error: unknown) => {
    if (error instanceof InputError) throw error;
    const why = String((error as Error).message);
    const found = /MAX_SAFE_INTEGER/.test(why)
      ? "a tag has a number beyond 2^53, and no place or size in the file is that large: damaged"
      : `the tags cannot be read: ${why}`;
    throw fault(found, "Save the slice again");
  });
  return {
    ifd,
    next: parsed.next,
    bytes: block.length,
    valueBytes,
    numbers: (tag) => parsed.numbers.get(tag),
    description: parsed.text,
    fault,
  };
}

/**
 * A copy of the directory's bytes in which tags that we do not use are emptied: geotiff would otherwise
 * fetch or allocate for them whatever count they claim.
 */
async function readEntries(
  file: TiffFile,
  ifd: number,
  fault: Directory["fault"],
): Promise<{ block: Uint8Array; valueBytes: number }> {
  const { bigTiff, littleEndian, source } = file;
  const countBytes = bigTiff ? 8 : 2;
  const entryBytes = bigTiff ? 20 : 12;
  const head = view(await file.bytes(ifd, countBytes));
  const entries = bigTiff ? Number(head.getBigUint64(0, littleEndian)) : head.getUint16(0, littleEndian);
  // A copy; a Buffer's own slice() would share its memory.
  const block = new Uint8Array(await file.bytes(ifd, countBytes + entries * entryBytes + (bigTiff ? 8 : 4)));
  const at = view(block);
  const seen = new Set<number>();
  let valueBytes = 0;
  for (let i = 0, p = countBytes; i < entries; i++, p += entryBytes) {
    const tag = at.getUint16(p, littleEndian);
    const name = tagNames[tag];
    const type = at.getUint16(p + 2, littleEndian);
    const count = bigTiff ? Number(at.getBigUint64(p + 4, littleEndian)) : at.getUint32(p + 4, littleEndian);
    const size = fieldBytes[type];
    if (name !== undefined && seen.has(tag)) {
      throw fault(`${name} (${tag}) is there twice`, "Save the slice again");
    }
    seen.add(tag);
    if (name === undefined || tag === planesTag) mask(at, p, file);
    else if (size === undefined || (type === 2 && tag !== descriptionTag)) {
      throw fault(`${name} (${tag}) has field type ${type}, not an integer`, "Save the slice again");
    } else if (size * count > source.size) {
      throw fault(
        `${name} (${tag}) claims ${count} values, beyond the end of the file`,
        "Save the slice again",
      );
    } else valueBytes += size * count;
  }
  return { block, valueBytes };
}

/** Empties an entry; of MetaMorph's tag the count is kept as its value, for it is the number of planes. */
function mask(at: DataView, p: number, { bigTiff, littleEndian }: TiffFile): void {
  const planes = at.getUint16(p, littleEndian) === planesTag;
  const count = at.getUint32(p + (bigTiff && !littleEndian ? 8 : 4), littleEndian);
  for (let i = 2; i < (bigTiff ? 20 : 12); i++) at.setUint8(p + i, 0);
  at.setUint16(p + 2, planes ? 4 : 1, littleEndian);
  if (!planes) return;
  at.setUint32(p + (bigTiff && !littleEndian ? 8 : 4), 1, littleEndian);
  at.setUint32(p + (bigTiff ? 12 : 8), count, littleEndian);
}

async function parse(file: TiffFile, ifd: number, block: Uint8Array) {
  const fetch = (slices: { offset: number; length: number }[]) =>
    Promise.all(
      slices.map(async ({ offset, length }) =>
        offset === ifd
          ? (block.buffer as ArrayBuffer)
          : new Uint8Array(await file.bytes(offset, length)).buffer,
      ),
    );
  const source = { fetch } as unknown as ConstructorParameters<typeof GeoTIFF>[0];
  const directory = await new GeoTIFF(source, file.littleEndian, file.bigTiff, ifd).requestIFD(0);
  const numbers = new Map<number, ArrayLike<number>>();
  for (const tag of Object.keys(tagNames).map(Number)) {
    if (tag === descriptionTag || !directory.hasTag(tag)) continue;
    const value: unknown = await directory.loadValue(tag);
    numbers.set(tag, typeof value === "number" ? [value] : (value as ArrayLike<number>));
  }
  const text: unknown = await directory.loadValue(descriptionTag);
  const plain = text instanceof Uint8Array ? new TextDecoder().decode(text) : text;
  return { numbers, next: directory.nextIFDByteOffset, text: typeof plain === "string" ? plain : "" };
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
