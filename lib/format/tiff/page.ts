import { type Compression, readCompression } from "./compression.ts";
import { openFile, type TiffSource } from "./header.ts";
import { readPixel, type SampleType, tagValue } from "./pixel.ts";
import { checkStrips, type Layout, readLayout, shiftLayout } from "./strip.ts";
import { type Directory, readDirectory } from "./tag.ts";

/** A page of a TIFF: its directory, and the plane when one directory stands for a whole stack (else 0). */
export type PageRef = { readonly ifd: number; readonly plane: number };

/** One slice, ready to be read: nothing about it is unsupported. */
export type TiffPage = Layout & {
  readonly source: TiffSource;
  readonly ref: PageRef;
  /** Samples per row and rows. */
  readonly width: number;
  readonly height: number;
  readonly sampleType: SampleType;
  readonly littleEndian: boolean;
  /** Value of the Compression tag. */
  readonly compression: number;
  readonly codec: Compression;
  readonly predictor: 1 | 2;
  /** Sentences for the user: what was read otherwise than an image viewer would. */
  readonly notes: readonly string[];
};

/**
 * Reads the tags of one page, straight from its directory.
 *
 * @throws InputError when the page cannot be read exactly, naming the tag
 */
export async function openPage(source: TiffSource, ref: PageRef): Promise<TiffPage> {
  const file = await openFile(source);
  const dir = await readDirectory(file, ref.ifd);
  const width = tagValue(dir, 256);
  const height = tagValue(dir, 257);
  if (width === 0 || height === 0) {
    throw dir.fault(
      `ImageWidth (256) x ImageLength (257), the size, is ${width} x ${height}`,
      "Save the slice again",
    );
  }
  const { code, codec } = readCompression(dir);
  const { sampleType, notes } = readPixel(dir);
  const predictor = readPredictor(dir, codec, sampleType);
  const image = { width, height, sampleType };
  const first = readLayout(dir, image);
  checkStrips(dir, { layout: first, image, codec, size: source.size });
  if (ref.plane > 0 && codec.ratio !== 1)
    throw dir.fault(`plane ${ref.plane} of a compressed stack cannot be found`);
  const layout = shiftLayout(dir, first, ref.plane);
  checkStrips(dir, { layout, image, codec, size: source.size });
  const { littleEndian } = file;
  return { ...layout, ...image, source, ref, littleEndian, compression: code, codec, predictor, notes };
}

function readPredictor(dir: Directory, codec: Compression, type: SampleType): 1 | 2 {
  const predictor = tagValue(dir, 317, 1);
  if (predictor === 1) return 1;
  const name = predictor === 2 ? "horizontal" : predictor === 3 ? "floating point" : "unknown";
  if (predictor !== 2)
    throw dir.fault(`Predictor (317) is ${predictor} (${name})`, "Save it without predictor");
  if (!codec.differences || type === "bool1") {
    throw dir.fault(
      `Predictor (317) is 2 with compression ${codec.name} and ${type} samples, which programs read differently`,
      "Save it without predictor",
    );
  }
  return 2;
}
