import { kernels } from "../../kernel/kernel.ts";
import { allocate, type KernelBytes, release } from "../../kernel/memory.ts";
import { InputError } from "../error.ts";
import type { TiffPage } from "./page.ts";
import { bytesPerSample } from "./pixel.ts";
import { swapBytes } from "./predictor.ts";
import { rowBytes, stripRows } from "./strip.ts";

/** Columns [x0,x1) and rows [y0,y1) of a page. */
export type Region = { readonly x0: number; readonly y0: number; readonly x1: number; readonly y1: number };

/** The part of one strip or tile that a region needs, and the bytes of the file that hold it. */
export type Piece = Region & { readonly index: number; readonly offset: number; readonly length: number };

type Placed = {
  readonly piece: Piece;
  /** The bytes of the file. They are used up. */
  readonly stored: KernelBytes;
  readonly region: Region;
  readonly out: KernelBytes;
};

/**
 * Puts the samples of a piece to their place in the region: row-major, little-endian. A strip that is needed whole and
 * is as wide as the region is decoded right there.
 *
 * @throws InputError when it is damaged, short or too long
 */
export function placePiece(page: TiffPage, { piece, stored, region, out }: Placed): void {
  if (page.codec.decode === undefined) {
    placeRows(page, { piece, first: stored.byteOffset, region, out });
    return;
  }
  const length = rowBytes(page.stripWidth, page.sampleType) * stripRows(page, page.height, piece.index);
  const at = placeOf(page, piece, region);
  const isThere = isWhole(page, piece, region);
  const samples = isThere ? out.subarray(at, at + length) : allocate(length);
  try {
    decode(page, { piece, stored, samples });
    const first = samples.byteOffset + span(page, piece).skip;
    placeRows(page, { piece, first, region, out });
  } finally {
    if (!isThere) release(samples);
  }
}

/** Where the first sample of a piece lies in the region, in bytes. */
export function placeOf({ sampleType }: TiffPage, piece: Region, region: Region): number {
  const column = (piece.y0 - region.y0) * (region.x1 - region.x0) + piece.x0 - region.x0;
  return column * bytesPerSample(sampleType);
}

/** Bytes of a strip before the first sample of a piece, and bytes of one row of the piece. */
export function span(
  { across, stripWidth, stripHeight, sampleType }: TiffPage,
  { index, x0, x1, y0 }: Region & { readonly index: number },
): { skip: number; used: number } {
  const column = x0 - (index % across) * stripWidth;
  const row = y0 - Math.floor(index / across) * stripHeight;
  const first = sampleType === "bool1" ? Math.floor(column / 8) : rowBytes(column, sampleType);
  const used = rowBytes(column + x1 - x0, sampleType) - first;
  return { skip: row * rowBytes(stripWidth, sampleType) + first, used };
}

/** The strip, decoded, is rows of the region. */
function isWhole(page: TiffPage, { index, x0, x1, y0, y1 }: Piece, region: Region): boolean {
  const width = region.x1 - region.x0;
  const rows = stripRows(page, page.height, index);
  return page.sampleType !== "bool1" && width === page.stripWidth && x1 - x0 === width && y1 - y0 === rows;
}

type Decoded = { readonly piece: Piece; readonly stored: KernelBytes; readonly samples: KernelBytes };

function decode(page: TiffPage, { piece, stored, samples }: Decoded): void {
  let length = 0;
  try {
    length = page.codec.decode!(stored, samples);
  } catch (error) {
    throw damaged(page, piece, `does not decode: ${(error as Error).message}`, error);
  }
  if (length !== samples.length)
    throw damaged(page, piece, `is short: it decodes to ${length} bytes, not ${samples.length}`);
  if (page.predictor === 2 && !page.littleEndian) swapBytes(samples, bytesPerSample(page.sampleType));
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

/** `first` is the address of the piece's first sample, and its other rows follow as those of the strip. */
type Rows = {
  readonly piece: Piece;
  readonly first: number;
  readonly region: Region;
  readonly out: KernelBytes;
};

/** Moves rows to the region, if they are not there already, and makes samples of what the file has. */
function placeRows(page: TiffPage, { piece, first, region, out }: Rows): void {
  const bytes = bytesPerSample(page.sampleType);
  const stride = rowBytes(page.stripWidth, page.sampleType);
  const rowOut = (region.x1 - region.x0) * bytes;
  const to = out.byteOffset + placeOf(page, piece, region);
  const samples = piece.x1 - piece.x0;
  const rows = piece.y1 - piece.y0;
  const column = piece.x0 - (piece.index % page.across) * page.stripWidth;
  if (page.sampleType === "bool1") kernels.unpackRows(first, stride, to, rowOut, column % 8, samples, rows);
  else if (page.predictor === 2 && column === 0)
    kernels.sumRows(first, stride, to, rowOut, samples, bytes, rows);
  else if (page.predictor === 2) {
    // Sums start at the edge of the strip.
    const start = first - column * bytes;
    kernels.sumRows(start, stride, start, stride, column + samples, bytes, rows);
    kernels.copyRows(first, stride, to, rowOut, samples * bytes, rows);
  } else if (!page.littleEndian && bytes > 1)
    kernels.swapRows(first, stride, to, rowOut, samples * bytes, bytes, rows);
  else if (first !== to) kernels.copyRows(first, stride, to, rowOut, samples * bytes, rows);
}
