import { type Fault, InputError } from "../format/error.ts";
import { type BasicInfo, infoFault } from "../format/info.ts";
import type { Vec3 } from "../format/vec.ts";
import type { SliceHead } from "./input.ts";
import type { Settings } from "./settings.ts";

/**
 * Checks slices, `info` and options against each other.
 *
 * @throws InputError with all contradictions at once
 */
export function checkAgreement(
  pages: readonly SliceHead[],
  info: BasicInfo | undefined,
  settings: Settings,
): void {
  const faults = [
    ...sizeFaults(pages, info?.size),
    ...signFaults(pages),
    ...resolutionFaults(info, settings),
  ];
  if (faults.length > 0) throw new InputError(faults);
}

function sizeFaults(pages: readonly SliceHead[], size: Vec3 | undefined): Fault[] {
  const first = pages[0];
  if (first === undefined) return [];
  const faults: Fault[] = [];
  const alike = pages.every((page) => page.width === first.width && page.height === first.height);
  const [width, height] = alike || size === undefined ? [first.width, first.height] : size;
  for (const page of pages) {
    if (page.width === width && page.height === height) continue;
    faults.push({
      file: page.file,
      found: `size is ${page.width} x ${page.height} (width x height), the other slices have ${width} x ${height}`,
      advice: "All slices of a volume have one size",
    });
  }
  if (size === undefined) return faults;
  faults.push(...planeFaults(size, { width, height }));
  if (pages.length !== size[2]) {
    faults.push(
      infoFault(
        `size says ${size[2]} slices (z), but there are ${pages.length}`,
        "Add what is missing or mend z",
      ),
    );
  }
  return faults;
}

/** What is wrong with the first two sizes of `info`, by one slice. */
export function planeFaults(size: Vec3, { width, height }: Pick<SliceHead, "width" | "height">): Fault[] {
  if (width === size[0] && height === size[1]) return [];
  const found = `size says ${size[0]} x ${size[1]} (x, y), but the slices are ${width} x ${height}`;
  return [infoFault(found, "Size is x, y, z: columns, rows, slices")];
}

/** Signed samples are told from unsigned ones by the volume's one limit, so they must not be mixed. */
function signFaults(pages: readonly SliceHead[]): Fault[] {
  const signed = pages.find((page) => page.sampleType.startsWith("int"));
  const other = pages.find((page) => signed !== undefined && page.sampleType !== signed.sampleType);
  if (signed === undefined || other === undefined) return [];
  return [
    {
      file: other.file,
      found: `has ${other.sampleType} samples, but ${signed.file} has ${signed.sampleType} (bits and sign differ)`,
      advice: "Save all slices with one unsigned type",
    },
  ];
}

function resolutionFaults(info: BasicInfo | undefined, { resolution }: Settings): Fault[] {
  if (info === undefined && resolution === undefined) {
    const advice = "Add an info file beside the slices, or say the voxel size: --resolution 798x798x2000nm";
    return [infoFault("is missing, and no resolution was given", advice)];
  }
  if (info === undefined || resolution === undefined) return [];
  if (info.resolution.every((nm, d) => nm === resolution[d])) return [];
  const found = `resolution is ${info.resolution.join(" x ")} nm, but --resolution says ${resolution.join(" x ")} nm`;
  return [infoFault(found, "Leave one of them out")];
}
