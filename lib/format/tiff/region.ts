import { InputError } from "../error.ts";
import { readExactly } from "./header.ts";
import type { TiffPage } from "./page.ts";
import { bytesPerSample } from "./pixel.ts";
import { swapBytes, unpredict } from "./predictor.ts";
import { rowBytes, stripRows } from "./strip.ts";

/** Columns [x0,x1) and rows [y0,y1) of a page. */
export type Region = { readonly x0: number; readonly y0: number; readonly x1: number; readonly y1: number };

/** The part of one strip or tile that a region needs, and the bytes of the file that hold it. */
type Piece = Region & { readonly index: number; readonly offset: number; readonly length: number };

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
  const groups = groupPieces(neededPieces(page, region));
  const work = groups.values();
  const lane = async () => {
    for (const group of work) await readGroup(page, { group, region, out });
  };
  await Promise.all(Array.from({ length: Math.min(requests, groups.length) }, lane));
  if (!page.littleEndian && page.predictor === 1) swapBytes(out, bytes);
}

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
  if (page.codec.ratio > 1) {
    pieces.push({ ...part, index, offset, length: page.byteCounts[index]! });
    return;
  }
  const stride = rowBytes(page.stripWidth, page.sampleType);
  const rows = Math.max(1, Math.floor(mostBytes / stride));
  for (let y0 = part.y0; y0 < part.y1; y0 += rows) {
    const piece = { ...part, y0, y1: Math.min(part.y1, y0 + rows) };
    const { skip, used } = span(page, { piece, index });
    pieces.push({ ...piece, index, offset: offset + skip, length: (piece.y1 - y0 - 1) * stride + used });
  }
}

/** Bytes of a strip before the first sample of a piece, and bytes of one row of the piece. */
function span(
  page: TiffPage,
  { piece, index }: { piece: Region; index: number },
): { skip: number; used: number } {
  const column = piece.x0 - (index % page.across) * page.stripWidth;
  const row = piece.y0 - Math.floor(index / page.across) * page.stripHeight;
  const first = page.sampleType === "bool1" ? Math.floor(column / 8) : rowBytes(column, page.sampleType);
  const used = rowBytes(column + piece.x1 - piece.x0, page.sampleType) - first;
  return { skip: row * rowBytes(page.stripWidth, page.sampleType) + first, used };
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

type Target = { readonly group: readonly Piece[]; readonly region: Region; readonly out: Uint8Array };

async function readGroup(page: TiffPage, { group, region, out }: Target): Promise<void> {
  const start = group[0]!.offset;
  const last = group.at(-1)!;
  const data = await readExactly(page.source, start, last.offset + last.length - start);
  for (const piece of group) {
    const raw = data.subarray(piece.offset - start, piece.offset - start + piece.length);
    const samples = page.codec.ratio > 1 ? decodePiece(page, piece, raw) : raw;
    place(page, { piece, samples, region, out });
  }
}

/** The decoded strip from the first sample of the piece on. */
function decodePiece(page: TiffPage, piece: Piece, raw: Uint8Array): Uint8Array {
  const { index } = piece;
  const length = rowBytes(page.stripWidth, page.sampleType) * stripRows(page, page.height, index);
  let data: Uint8Array;
  try {
    data = page.codec.decode(raw, length);
  } catch (error) {
    throw damaged(page, piece, `does not decode: ${(error as Error).message}`, error);
  }
  if (data.length !== length)
    throw damaged(page, piece, `is short: it decodes to ${data.length} bytes, not ${length}`);
  const bytes = bytesPerSample(page.sampleType);
  if (page.predictor === 2) {
    if (data.byteOffset % bytes !== 0) data = new Uint8Array(data);
    if (!page.littleEndian) swapBytes(data, bytes);
    unpredict(data, page.stripWidth, bytes);
  }
  return data.subarray(span(page, { piece, index }).skip);
}

function damaged(
  page: TiffPage,
  { index, offset, length }: Piece,
  found: string,
  cause?: unknown,
): InputError {
  const where = `${page.kind} ${index} (bytes ${offset} to ${offset + length}, ${page.codec.name})`;
  const fault = {
    file: page.source.name,
    found: `${where} ${found}`,
    advice: "Copy or save the slice again",
  };
  return new InputError(fault, { cause });
}

type Placed = {
  readonly piece: Piece;
  readonly samples: Uint8Array;
  readonly region: Region;
  readonly out: Uint8Array;
};

function place(page: TiffPage, { piece, samples, region, out }: Placed): void {
  const stride = rowBytes(page.stripWidth, page.sampleType);
  const bytes = bytesPerSample(page.sampleType);
  const width = (piece.x1 - piece.x0) * bytes;
  const rowOut = (region.x1 - region.x0) * bytes;
  const rows = piece.y1 - piece.y0;
  let at = (piece.y0 - region.y0) * rowOut + (piece.x0 - region.x0) * bytes;
  if (page.sampleType === "bool1") {
    const bit = (piece.x0 - (piece.index % page.across) * page.stripWidth) % 8;
    for (let y = 0; y < rows; y++, at += rowOut)
      unpackBits(samples.subarray(y * stride), bit, out.subarray(at, at + width));
  } else if (width === rowOut && width === stride) out.set(samples.subarray(0, rows * stride), at);
  else {
    for (let y = 0; y < rows; y++, at += rowOut)
      out.set(samples.subarray(y * stride, y * stride + width), at);
  }
}

/** One byte 0 or 1 per bit, most significant bit first, from bit `first` of `packed` on. */
function unpackBits(packed: Uint8Array, first: number, out: Uint8Array): void {
  for (let i = 0, bit = first; i < out.length; i++, bit++)
    out[i] = (packed[bit >> 3]! >> (7 - (bit & 7))) & 1;
}
