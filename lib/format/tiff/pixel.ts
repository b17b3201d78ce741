import { type Directory, tagNames } from "./tag.ts";

/** How a sample is stored. `bool1` is a 1-bit mask, delivered as one byte 0 or 1 per sample. */
export type SampleType =
  | "bool1"
  | "uint8"
  | "uint16"
  | "uint32"
  | "uint64"
  | "int8"
  | "int16"
  | "int32"
  | "int64";

const sizes: Readonly<Record<SampleType, 1 | 2 | 4 | 8>> = {
  bool1: 1,
  uint8: 1,
  uint16: 2,
  uint32: 4,
  uint64: 8,
  int8: 1,
  int16: 2,
  int32: 4,
  int64: 8,
};

/** Bytes of one delivered sample. */
export function bytesPerSample(type: SampleType): 1 | 2 | 4 | 8 {
  return sizes[type];
}

const formats = ["", "", "", "float", "void", "complex integer", "complex float"];
const photometrics = ["", "", "RGB", "", "transparency mask", "CMYK", "YCbCr", "", "CIELab"];

/**
 * The sample type of a page, after every tag that would make its samples something else than ids was
 * refused (TIFF 6.0 section 8; SampleFormat: section 19). The stored samples are the ids: nothing is
 * inverted, looked up or turned; `notes` says so where a viewer of images would do otherwise.
 */
export function readPixel(dir: Directory): { sampleType: SampleType; notes: string[] } {
  refuseOthers(dir);
  const bits = tagValue(dir, 258, 1);
  const format = tagValue(dir, 339, 1);
  if (format !== 1 && format !== 2) {
    const name = formats[format] ?? "unknown";
    throw dir.fault(
      `SampleFormat (339) is ${format} (${name || "unknown"})`,
      "Save labels as integer samples",
    );
  }
  if (![1, 8, 16, 32, 64].includes(bits) || (bits === 1 && format === 2)) {
    throw dir.fault(
      `BitsPerSample (258) is ${bits}${format === 2 ? " (signed)" : ""}`,
      "Save labels with 8, 16, 32 or 64 bits per sample",
    );
  }
  const sampleType = bits === 1 ? "bool1" : (`${format === 2 ? "int" : "uint"}${bits}` as SampleType);
  return { sampleType, notes: photometricNotes(dir) };
}

/** The single value of a tag; of more than one none is to be preferred. */
export function tagValue(dir: Directory, tag: number, absent?: number): number {
  const values = dir.numbers(tag);
  const value = values === undefined ? absent : values[0];
  if (values !== undefined && values.length > 1) {
    const found = `${tagNames[tag]} (${tag}) has ${values.length} values in place of one`;
    throw dir.fault(found, "Save the slice again");
  }
  if (value === undefined) {
    const what = values === undefined ? "is missing" : "is empty";
    throw dir.fault(`${tagNames[tag]} (${tag}) ${what}`, "Save the slice again");
  }
  return value;
}

function refuseOthers(dir: Directory): void {
  const samples = tagValue(dir, 277, 1);
  if (samples !== 1) {
    const kind = samples === 3 || samples === 4 ? " (RGB, RGBA or CMYK?)" : "";
    throw dir.fault(`SamplesPerPixel (277) is ${samples}${kind}`, "Save labels as one sample per pixel");
  }
  const depth = tagValue(dir, 32997, 1);
  if (depth > 1) throw dir.fault(`ImageDepth (32997) is ${depth}`, "Save one page per z slice");
  const planes = tagValue(dir, 33629, 1);
  if (planes > 1)
    throw dir.fault(`UIC2Tag (33629) tells a MetaMorph stack of ${planes} planes`, "Save it as plain TIFF");
  const orientation = tagValue(dir, 274, 1);
  if (orientation !== 1) {
    throw dir.fault(
      `Orientation (274) is ${orientation}`,
      "Save it with orientation 1 (top-left), rows as they are meant",
    );
  }
  const fill = tagValue(dir, 266, 1);
  if (fill !== 1) throw dir.fault(`FillOrder (266) is ${fill}: reversed bits`, "Save it with FillOrder 1");
}

function photometricNotes(dir: Directory): string[] {
  const photometric = tagValue(dir, 262, 1);
  if (photometric === 0)
    return ["photometric MinIsWhite: the stored samples are the ids, nothing is inverted"];
  if (photometric === 3)
    return ["photometric palette: the stored indices are the ids, the palette is not used"];
  if (photometric === 1) return [];
  const name = photometrics[photometric] ?? "";
  throw dir.fault(
    `PhotometricInterpretation (262) is ${photometric}${name && ` (${name})`}`,
    "Save labels as greyscale (photometric MinIsBlack)",
  );
}
