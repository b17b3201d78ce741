import type { Box, Vec3 } from "../format/vec.ts";
import { blockGrid, type Decoded, wordsOfBits, writeOut } from "./blocks.ts";
import { type Census, countView, createCensus } from "./census.ts";
import type { Stored } from "./gzip.ts";
import type { Digest } from "./hash.ts";
import {
  boxOfChunk,
  cellsOf,
  chunksOf,
  coveredBy,
  keyOfChunk,
  type Layout,
  numberOfChunk,
  type Scale,
  scaleOf,
  voxelsOf,
} from "./layout.ts";
import { checkMajority, type Rule } from "./majority.ts";
import { mostRows } from "./moments.ts";
import { messageOf, type Objects, unpackObject } from "./object.ts";
import { createPalette, type Palette } from "./palette.ts";
import type { Part } from "./part.ts";
import { decodeRaw } from "./raw.ts";
import { addFigure, looked, type Report, wrong } from "./report.ts";
import { decodeSegmentation } from "./segmentation.ts";
import { countBlocks } from "./strips.ts";
import { copyView, holds, intersect, type View, viewOf } from "./view.ts";

export type VolumeCheck = {
  readonly layout: Layout;
  readonly objects: Objects;
  readonly rule: Rule;
  /** Of several most frequent ids the smallest must have been taken. */
  readonly smallest: boolean;
  /** Hash of the source where a chunk of scale 0 lies, by the number of the chunk; of those that are known. */
  readonly expected: (chunk: number) => Digest | undefined;
  readonly report: Report;
  readonly palette: Palette;
  /** By scale. */
  readonly censuses: Map<number, Census>;
};

/** With room for voxels, by what it is for. */
type Work = VolumeCheck & { readonly memory: Map<string, Uint32Array> };

/** Room that no part is using, kept for the next one: fresh memory has to be cleared, page by page. */
const spare: Work["memory"][] = [];

export function volumeCheck(
  given: Pick<VolumeCheck, "layout" | "objects" | "rule" | "smallest" | "expected" | "report">,
): VolumeCheck {
  return { ...given, palette: createPalette(), censuses: new Map() };
}

/**
 * Reads every chunk of a part: it is there, decodes, has its shape; its ids are counted. Chunks of scale 0 are
 * compared with the source, those of a further scale with the scale before.
 */
export async function checkPart(check: VolumeCheck, { scale, lo, hi }: Part): Promise<void> {
  const memory = spare.pop() ?? new Map<string, Uint32Array>();
  const work = { ...check, memory };
  try {
    for (const at of chunksOf({ chunk: [1, 1, 1] }, { lo, hi })) {
      if (scale === 0) await checkFull(work, at);
      else await checkFurther(work, scale, at);
    }
  } finally {
    spare.push(memory);
  }
}

/** A volume of one scale. */
async function checkFull(check: Work, at: Vec3): Promise<void> {
  const scale = scaleOf(check.layout, 0);
  const box = boxOfChunk(scale, at);
  const chunk = roomOf(check, "fine", scale, box);
  const stored = await check.objects.get(keyOfChunk(scale, box));
  if (decode(check, scale, { key: keyOfChunk(scale, box), stored, chunk })) count(check, 0, { at, chunk });
}

async function checkFurther(check: Work, index: number, at: Vec3): Promise<void> {
  const { layout } = check;
  const scale = scaleOf(layout, index);
  const fine = scaleOf(layout, index - 1);
  const box = boxOfChunk(scale, at);
  const key = keyOfChunk(scale, box);
  const covered = coveredBy(layout, index, box).box;
  const places = chunksOf(fine, covered);
  const keys = places.map((place) => keyOfChunk(fine, boxOfChunk(fine, place)));
  const [stored, ...sources] = await Promise.all([key, ...keys].map((one) => check.objects.get(one)));
  const chunk = roomOf(check, "coarse", scale, box);
  const decoded = decode(check, scale, { key, stored, chunk });
  if (decoded) {
    count(check, index, { at, chunk });
    writeOut(chunk);
  }
  const found = new Map(places.map((place, i) => [numberOfChunk(fine, place), sources[i]]));
  for (const piece of piecesOf(layout, index, { covered, places })) {
    const before = readPiece(check, index, { piece, covered, found });
    if (!decoded || before === undefined) continue;
    const target = intersect(cellsOf(layout, index, piece), box);
    vote(check, index, { key, fine: before, coarse: viewOf(chunk.view.labels, box, target), target, box });
  }
}

/**
 * Boxes of the scale before, each of whole cells: chunk by chunk where chunks end with cells, so that no chunk is
 * decoded twice; else all at once.
 */
function piecesOf(
  layout: Layout,
  index: number,
  { covered, places }: { covered: Box; places: readonly Vec3[] },
): Box[] {
  const { factor } = scaleOf(layout, index);
  const { offset, chunk, size } = scaleOf(layout, index - 1);
  const aligned = ([0, 1, 2] as const).every(
    (d) => chunk[d] >= size[d] || (offset[d] % factor[d] === 0 && chunk[d] % factor[d] === 0),
  );
  if (!aligned) return [covered];
  const fine = scaleOf(layout, index - 1);
  return places.map((place) => intersect(boxOfChunk(fine, place), covered));
}

type Piece = {
  readonly piece: Box;
  readonly covered: Box;
  readonly found: ReadonlyMap<number, Stored | undefined>;
};

/**
 * Decodes a box of the scale before; each of its chunks of scale 0 is counted where its first voxel is covered.
 *
 * @returns undefined if some of it cannot be decoded
 */
function readPiece(check: Work, index: number, { piece, covered, found }: Piece): Decoded | undefined {
  const fine = scaleOf(check.layout, index - 1);
  const places = chunksOf(fine, piece);
  const view = viewOf(room(check, "fine", voxelsOf(piece)), piece, piece);
  let whole: Decoded | undefined = { view };
  for (const at of places) {
    const box = boxOfChunk(fine, at);
    const stored = found.get(numberOfChunk(fine, at));
    const inside = holds(piece, box);
    const own = roomOf(check, "chunk", fine, box, inside ? viewOf(view.labels, piece, box) : undefined);
    const isOwn = holds(covered, { lo: box.lo, hi: box.lo.map((v) => v + 1) as unknown as Vec3 });
    const key = keyOfChunk(fine, box);
    // Only of scale 0: chunks of further scales are judged as such, and here they are read for the next one.
    const judged = index === 1 && isOwn ? check : { ...check, report: {} };
    if (!decode(judged, fine, { key, stored, chunk: own })) {
      whole = undefined;
      continue;
    }
    if (index === 1 && isOwn) count(check, 0, { at, chunk: own });
    if (inside && places.length === 1) return own;
    writeOut(own);
    const shared = intersect(box, piece);
    if (!inside) copyView(viewOf(own.view.labels, box, shared), viewOf(view.labels, piece, shared));
  }
  return whole;
}

type Encoded = { readonly key: string; readonly stored: Stored | undefined; readonly chunk: Decoded };

function decode(check: VolumeCheck, scale: Scale, { key, stored, chunk }: Encoded): boolean {
  const { report, palette, layout } = check;
  looked(report, "chunks");
  if (stored === undefined) {
    wrong(report, "chunks", { at: key, found: "is missing: a viewer draws background there" });
    return false;
  }
  addFigure(report, "chunks", "bytes", stored.bytes.length);
  const bytes = unpackObject(report, key, stored);
  if (bytes === undefined) return false;
  try {
    const { view, blocks } = chunk;
    const idWords = layout.bits === 64 ? 2 : 1;
    if (scale.encoding === "raw") decodeRaw(bytes, layout.bits, palette, view);
    else decodeSegmentation(bytes, { block: scale.block, idWords, blocks }, palette, view);
    return true;
  } catch (error) {
    wrong(report, "chunks", { at: key, found: messageOf(error) });
    return false;
  }
}

function count(check: VolumeCheck, index: number, { at, chunk }: { at: Vec3; chunk: Decoded }): void {
  const { layout, report, palette, censuses, expected } = check;
  const scale = scaleOf(layout, index);
  const box = boxOfChunk(scale, at);
  let census = censuses.get(index);
  if (census === undefined) {
    census = createCensus();
    censuses.set(index, census);
  }
  const { view, blocks } = chunk;
  const digest =
    blocks === undefined
      ? countView(view, palette, census, box.lo)
      : countBlocks({ view, blocks }, palette, census, box.lo, index === 0);
  addFigure(report, "chunks", `chunks of scale ${index}`, 1);
  if (index > 0) return;
  const source = expected(numberOfChunk(scale, at));
  if (source === undefined) return;
  looked(report, "source");
  addFigure(report, "source", "voxels", voxelsOf(box));
  if (source.a === digest.a && source.b === digest.b) return;
  const found = `holds other voxels than the source at x ${box.lo[0]}-${box.hi[0]}, y ${box.lo[1]}-${box.hi[1]}, z ${box.lo[2]}-${box.hi[2]}`;
  wrong(report, "source", { at: keyOfChunk(scale, box), found });
}

type Vote = {
  readonly key: string;
  readonly fine: Decoded;
  readonly coarse: View;
  readonly target: Box;
  readonly box: Box;
};

function vote(check: VolumeCheck, index: number, { key, fine, coarse, target, box }: Vote): void {
  const { layout, palette, report, rule, smallest } = check;
  const { factor } = scaleOf(layout, index);
  const { lead } = coveredBy(layout, index, target);
  const votes = checkMajority(fine.view, coarse, palette, { factor, lead, rule, blocks: fine.blocks });
  looked(report, "pyramid", voxelsOf(target));
  addFigure(report, "pyramid", "ties", votes.ties);
  addFigure(report, "pyramid", "ties not to the smallest id", votes.notSmallest);
  if (votes.first !== undefined) {
    const at = votes.first.map((v, d) => v + target.lo[d]! - box.lo[d]!);
    const found = `${votes.wrong} voxels are no majority of the scale before, the first at ${at.join(",")} of the chunk`;
    wrong(report, "pyramid", { at: key, found }, votes.wrong);
  }
  if (smallest && votes.notSmallest > 0) {
    const found = `${votes.notSmallest} voxels did not go to the smallest of the most frequent ids`;
    wrong(report, "pyramid", { at: key, found }, votes.notSmallest);
  }
}

/** Voxels of a block below which a list of blocks would be about as long as the voxels. */
const fewVoxels = 64;

/** Where a chunk is decoded to. @param view of its voxels, if it is not to have room of its own */
function roomOf(check: Work, name: string, scale: Scale, box: Box, view?: View): Decoded {
  const own = view ?? viewOf(room(check, name, voxelsOf(box)), box, box);
  const { encoding, block: size } = scale;
  if (encoding === "raw" || voxelsOf({ lo: [0, 0, 0], hi: size }) < fewVoxels) return { view: own };
  const grid = blockGrid(own.shape, size);
  const count = grid[0] * grid[1] * grid[2];
  const list = (what: string, length: number) => room(check, `${what} of ${name}`, length);
  // Where ids are in a block of bits is told by a bit for each row.
  const bits = Math.max(...size) > mostRows ? new Uint32Array(0) : list("bits", count * wordsOfBits(size));
  const blocks = { size, grid, zeros: list("zeros", count), ones: list("ones", count), bits };
  return { view: own, blocks };
}

function room({ memory }: Work, name: string, length: number): Uint32Array {
  const kept = memory.get(name);
  if (kept !== undefined && kept.length >= length) return kept;
  const made = new Uint32Array(length);
  memory.set(name, made);
  return made;
}
