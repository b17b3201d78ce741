import { allocate, isKernel, type KernelBytes, release } from "../../kernel/memory.ts";
import { copyBytes } from "../../kernel/stage.ts";
import { readInto } from "./header.ts";
import type { TiffPage } from "./page.ts";
import { type Piece, placeOf, placePiece, type Region, span } from "./piece.ts";
import { bytesPerSample } from "./pixel.ts";
import { swapBytes } from "./predictor.ts";
import { rowBytes } from "./strip.ts";

export type { Region } from "./piece.ts";

/** Two pieces nearer than this are fetched with one request; one request takes no more than `mostBytes`. */
const nearBytes = 65536;
const mostBytes = 32 * 1024 * 1024;
const requests = 4;

/**
 * Decodes the samples of a region into `out`: row-major, little-endian, (x1-x0)*(y1-y0)*bytesPerSample
 * bytes. Reads only the strips or tiles that are needed, and of uncompressed ones only the rows.
 *
 * @throws InputError when a strip is damaged, short or too long
 */
export async function readRegion(page: TiffPage, region: Region, out: Uint8Array): Promise<void> {
  const bytes = bytesPerSample(page.sampleType);
  const { x0, y0, x1, y1 } = region;
  if (!(x0 >= 0 && y0 >= 0 && x0 < x1 && y0 < y1 && x1 <= page.width && y1 <= page.height)) {
    throw new Error(`region ${x0},${y0} to ${x1},${y1} is not inside ${page.width} x ${page.height}`);
  }
  if (out.length !== (x1 - x0) * (y1 - y0) * bytes)
    throw new Error(`region needs other than ${out.length} bytes`);
  if (isKernel(out)) return await readPieces(page, region, out as KernelBytes);
  const staged = allocate(out.length);
  try {
    await readPieces(page, region, staged);
    copyBytes(staged, out);
  } finally {
    release(staged);
  }
}

/** When it is done nobody writes to `out` any more, be it with an error: its memory may be given away. */
async function readPieces(page: TiffPage, region: Region, out: KernelBytes): Promise<void> {
  const groups = groupPieces(neededPieces(page, region));
  const work = groups.values();
  const lane = async () => {
    for (const group of work) await readGroup(page, { group, region, out });
  };
  const lanes = Array.from({ length: Math.min(requests, groups.length) }, lane);
  for (const { reason } of (await Promise.allSettled(lanes)).filter(isRejected)) throw reason;
}

const isRejected = (lane: PromiseSettledResult<void>) => lane.status === "rejected";

function neededPieces(page: TiffPage, { x0, y0, x1, y1 }: Region): Piece[] {
  const { stripWidth, stripHeight, across } = page;
  const pieces: Piece[] = [];
  for (let row = Math.floor(y0 / stripHeight); row * stripHeight < y1; row++) {
    for (let column = Math.floor(x0 / stripWidth); column * stripWidth < x1; column++) {
      const part = {
        x0: Math.max(x0, column * stripWidth),
        y0: Math.max(y0, row * stripHeight),
        x1: Math.min(x1, (column + 1) * stripWidth),
        y1: Math.min(y1, (row + 1) * stripHeight),
      };
      addPieces(page, { index: row * across + column, part, pieces });
    }
  }
  return pieces;
}

/** A compressed strip is read whole; of an uncompressed one the needed rows, in pieces of bounded size. */
function addPieces(
  page: TiffPage,
  { index, part, pieces }: { index: number; part: Region; pieces: Piece[] },
): void {
  const offset = page.offsets[index]!;
  if (page.codec.decode !== undefined) {
    pieces.push({ ...part, index, offset, length: page.byteCounts[index]! });
    return;
  }
  const stride = rowBytes(page.stripWidth, page.sampleType);
  const rows = Math.max(1, Math.floor(mostBytes / stride));
  for (let y0 = part.y0; y0 < part.y1; y0 += rows) {
    const piece = { ...part, y0, y1: Math.min(part.y1, y0 + rows) };
    const { skip, used } = span(page, { ...piece, index });
    pieces.push({ ...piece, index, offset: offset + skip, length: (piece.y1 - y0 - 1) * stride + used });
  }
}

/** Pieces that follow each other closely in the file share a request: on object stores each costs time. */
function groupPieces(pieces: readonly Piece[]): Piece[][] {
  const groups: Piece[][] = [];
  let end = 0;
  let start = 0;
  for (const piece of pieces) {
    const stop = piece.offset + piece.length;
    const joins = piece.offset >= end && piece.offset - end <= nearBytes && stop - start <= mostBytes;
    const group = groups.at(-1);
    if (group !== undefined && joins) group.push(piece);
    else {
      groups.push([piece]);
      start = piece.offset;
    }
    end = stop;
  }
  return groups;
}

type Target = { readonly group: readonly Piece[]; readonly region: Region; readonly out: KernelBytes };

async function readGroup(page: TiffPage, { group, region, out }: Target): Promise<void> {
  const start = group[0]!.offset;
  const last = group.at(-1)!;
  const length = last.offset + last.length - start;
  const at = placeOf(page, group[0]!, region);
  if (isWhole(page, { group, region, out })) {
    const bytes = out.subarray(at, at + length);
    await readInto(page.source, start, bytes);
    if (!page.littleEndian) swapBytes(bytes, bytesPerSample(page.sampleType));
    return;
  }
  const stored = allocate(length);
  try {
    await readInto(page.source, start, stored);
    for (const piece of group) {
      const bytes = stored.subarray(piece.offset - start, piece.offset - start + piece.length);
      placePiece(page, { piece, stored: bytes, region, out });
    }
  } finally {
    release(stored);
  }
}

/** The bytes of the group are, as they follow each other in the file, rows of the region. */
function isWhole(page: TiffPage, { group, region }: Target): boolean {
  if (page.codec.decode !== undefined || page.sampleType === "bool1") return false;
  if (region.x1 - region.x0 !== page.stripWidth) return false;
  return group.every((piece, i) => {
    const before = group[i - 1];
    const follows =
      before === undefined ||
      (before.offset + before.length === piece.offset && before.y1 === piece.y0 && before.x0 === piece.x0);
    return follows && piece.x1 - piece.x0 === page.stripWidth;
  });
}
