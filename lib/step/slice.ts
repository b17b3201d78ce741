import { InputError } from "../format/error.ts";
import { idText, type LabelTable } from "../format/label.ts";
import { labelRun, samplesOf } from "../format/samples.ts";
import { bytesPerSample, openPage, readRegion, type TiffPage, type TiffSource } from "../format/tiff.ts";
import type { LabelView } from "../format/view.ts";
import type { InputFile, Plan } from "../plan/plan.ts";
import { ChangedError, type Range, type Store, type StoredObject } from "../store/store.ts";
import { type Share, shareOf } from "./share.ts";

/** An input file as the TIFF reader wants it, and only that one: a run never mixes old slices and new ones. */
export function tiffSource(input: Store, { name, size, etag }: InputFile): TiffSource {
  return {
    name,
    size,
    async read(offset, length, into) {
      const range = { offset, length, ...(etag !== undefined && { etag }), ...(into && { into }) };
      return (await getPlanned(input, name, range)).bytes;
    },
  };
}

/**
 * A part of the input file that the run was planned with, and of no other.
 *
 * @throws InputError if it is gone or was changed since
 */
export async function getPlanned(input: Store, file: string, range: Range): Promise<StoredObject> {
  const object = await input.get(file, range).catch(changed(file));
  if (object !== undefined) return object;
  throw new InputError({ file, found: "is gone: it was there when the run was planned", passing: true });
}

/** For `catch`: says in the user's words that a file is not the one that was planned with. */
function changed(file: string): (error: unknown) => never {
  return (cause) => {
    if (!(cause instanceof ChangedError)) throw cause;
    const found = "was changed during the run, which cannot mix what was there before with what is there now";
    throw new InputError(
      { file, found, advice: "Its upload has started a new run", passing: true },
      { cause },
    );
  };
}

/** Columns and rows of a slice, in samples. */
export type Window = { readonly x0: number; readonly y0: number; readonly x1: number; readonly y1: number };

/** Samples of a window of one slice, not yet labelled. */
export type SliceSamples = { readonly page: TiffPage; readonly z: number; readonly bytes: Uint8Array };

/** Input files by their number in the plan, one source per file, since readers keep its header; and what blocks share. */
export type Sources = { readonly file: (number: number) => TiffSource; readonly share?: Share };

export function openSources(input: Store, { files }: Plan): Sources {
  const share = shareOf(input);
  const own = new Map<string, TiffSource>();
  const source = (name: string, open: () => TiffSource) => {
    const known = own.get(name) ?? share?.source(name, open) ?? open();
    own.set(name, known);
    return known;
  };
  const file = (number: number) => {
    const found = files[number];
    if (found === undefined) throw new Error(`the plan has no file ${number}`);
    return source(found.name, () => tiffSource(input, found));
  };
  return { file, ...(share && { share }) };
}

type SliceRead = {
  readonly z: number;
  readonly window: Window;
  readonly buffer: Uint8Array;
  /** Another block needs the same window. */
  readonly twice?: boolean;
};

/** Reads a window of a slice into `buffer`, which has room for `windowBytes`. */
export async function readSlice(
  { sources, plan }: { sources: Sources; plan: Plan },
  { z, window, buffer, twice = false }: SliceRead,
): Promise<SliceSamples> {
  const ref = plan.slices[z];
  if (ref === undefined) throw new Error(`the plan has no slice ${z}`);
  const page = await openPage(sources.file(ref.file), ref);
  const length = (window.x1 - window.x0) * (window.y1 - window.y0) * bytesPerSample(page.sampleType);
  const name = [z, window.x0, window.y0, window.x1, window.y1].join(" ");
  const kept = twice ? sources.share?.kept(name) : undefined;
  const bytes = buffer.subarray(0, length);
  if (kept !== undefined) {
    bytes.set(kept);
    return { page, z, bytes };
  }
  await readRegion(page, window, bytes);
  if (twice) sources.share?.keep(name, bytes);
  return { page, z, bytes };
}

/** Bytes of the samples of a window, whatever their type. */
export function windowBytes({ x0, y0, x1, y1 }: Window): number {
  return (x1 - x0) * (y1 - y0) * 8;
}

/**
 * Labels the samples of a window: row y goes to row y of `target`, whose shape is the window's by 1. The
 * table's limit is the largest id of the volume's data type and of the samples' type.
 *
 * @throws InputError naming the first id that the volume's data type or an unsigned integer cannot hold
 */
export function labelSlice(
  samples: SliceSamples,
  table: LabelTable,
  { window, target }: { window: Window; target: LabelView },
): void {
  const { page, bytes } = samples;
  const bits = (bytesPerSample(page.sampleType) * 8) as 8 | 16 | 32 | 64;
  const words = samplesOf(bytes, bits);
  const count = window.x1 - window.x0;
  const rows = window.y1 - window.y0;
  const { labels, offset: at, strideY: stride } = target;
  const refused = labelRun(table, words, { from: 0, count, rows, labels, at, stride });
  if (refused < 0) return;
  const place = { x: window.x0 + (refused % count), y: window.y0 + Math.floor(refused / count) };
  throw refusal(samples, table, { ...place, index: refused });
}

function refusal(
  { page, z, bytes }: SliceSamples,
  table: LabelTable,
  { x, y, index }: { x: number; y: number; index: number },
): InputError {
  const size = bytesPerSample(page.sampleType);
  const value = sampleValue(
    bytes.subarray(index * size, (index + 1) * size),
    page.sampleType.startsWith("int"),
  );
  const place = `at x ${x}, y ${y} of slice ${z} (${page.sampleType})`;
  const largest = idText({ lo: Uint32Array.of(table.limitLo), hi: Uint32Array.of(table.limitHi) }, 0);
  const found =
    value < 0n
      ? `negative id ${value} ${place}`
      : `id ${value} ${place} is out of the range of the volume's data_type, whose largest id is ${largest}`;
  const advice =
    value < 0n
      ? "Ids are 0 (background) and above: relabel the slices"
      : "Use a wider data_type in info, such as uint64";
  return new InputError({ file: page.source.name, found, advice });
}

function sampleValue(bytes: Uint8Array, signed: boolean): bigint {
  const bits = bytes.length * 8;
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] as number);
  return signed ? BigInt.asIntN(bits, value) : value;
}
