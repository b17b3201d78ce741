import type { Chance } from "../chance.ts";
import { packStrip } from "./pack.ts";
import { type Directory, dataStart, type Entry, type Form } from "./write.ts";

/** A stack as it is meant: what a reader must deliver, and the right directories and data for it. */
export type Model = {
  readonly form: Form;
  readonly pages: readonly Page[];
  readonly directories: Directory[];
  readonly data: Uint8Array;
};

export type Page = {
  readonly width: number;
  readonly height: number;
  readonly type: string;
  readonly samples: Uint8Array;
};

type Kind = { type: string; bits: number; compression: number; predictor: boolean; tiled: boolean };

/** A right TIFF of any kind that we promise to read. */
export function makeModel(chance: Chance): Model {
  const form = { littleEndian: !chance.once(3), bigTiff: chance.once(3) };
  // One directory for all planes, which follow each other without gaps: ImageJ beyond 4 GiB, tifffile.
  const joined = chance.once(6);
  const kind = makeKind(chance, joined);
  const large = chance.once(16);
  const [width, height] = [1 + chance.below(large ? 150 : 12), 1 + chance.below(large ? 40 : 8)];
  const parts: Uint8Array[] = [];
  let end = dataStart(form);
  const pages: Page[] = [];
  const directories: Directory[] = [];
  const page = { width, height, kind, form, chance };
  const depth = joined || chance.once(3) ? 1 + chance.below(4) : 1;
  for (let z = 0; z < depth; z++) {
    const samples = makeSamples(chance, width * height, kind.bits);
    const cut = cutStrips({ ...page, samples });
    const strips = cut.strips.map((strip) => packStrip(chance, kind.compression, strip));
    const offsets = strips.map((strip) => {
      if (!joined && chance.once(20)) parts.push(new Uint8Array(1 + chance.below(40)));
      end = dataStart(form) + parts.reduce((sum, part) => sum + part.length, 0);
      parts.push(strip);
      return end;
    });
    const places = { offsets, counts: strips.map((strip) => strip.length), tags: cut.tags };
    if (!joined || z === 0) directories.push({ entries: makeEntries({ ...page, ...places }) });
    pages.push({ width, height, type: kind.type, samples });
  }
  if (joined) directories[0]!.entries.push(description(chance, [depth, height, width]));
  return { form, pages, directories, data: new Uint8Array(Buffer.concat(parts)) };
}

function description(chance: Chance, shape: readonly number[]): Entry {
  const imagej = `ImageJ=1.54f\nimages=${shape[0]}\nslices=${shape[0]}\n`;
  const text = chance.once(2) ? imagej : `{"shape": [${shape.join(", ")}], "truncated": true}`;
  return { tag: 270, type: 2, values: new Uint8Array(Buffer.from(`${text}\0`)) };
}

function makeKind(chance: Chance, joined: boolean): Kind {
  const bits = chance.one([1, 8, 8, 16, 16, 32, 64]);
  const compression = joined ? 1 : chance.one([1, 1, 5, 8, 32773, 32946, 50000]);
  const differences = bits > 1 && ![1, 32773].includes(compression);
  const type = bits === 1 ? "bool1" : `${chance.once(4) ? "int" : "uint"}${bits}`;
  return {
    type,
    bits,
    compression,
    predictor: differences && chance.once(2),
    tiled: !joined && chance.once(3),
  };
}

/** Little-endian samples, one byte for a bit: labels in runs, or noise, or one value. */
function makeSamples(chance: Chance, count: number, bits: number): Uint8Array {
  const bytes = bits === 1 ? 1 : bits / 8;
  const out = new Uint8Array(count * bytes);
  const stay = chance.one([1, 5, 30, 1e9]);
  const value = new Uint8Array(bytes);
  for (let i = 0; i < count; i++) {
    if (i === 0 || chance.once(stay)) {
      for (let b = 0; b < bytes; b++) value[b] = chance.once(3) ? chance.word() : chance.one([0, 1, 255]);
    }
    out.set(bits === 1 ? [value[0]! & 1] : value, i * bytes);
  }
  return out;
}

type Cut = { width: number; height: number; kind: Kind; form: Form; chance: Chance; samples: Uint8Array };

/** The strips or tiles as stored, before compression, and the tags that tell of their shape. */
function cutStrips({ width, height, kind, form, chance, samples }: Cut): {
  strips: Uint8Array[];
  tags: Entry[];
} {
  const tile = kind.tiled;
  const across = tile ? 1 + chance.below(12) : width;
  const down = tile ? 1 + chance.below(12) : chance.once(4) ? height : 1 + chance.below(height);
  const strips: Uint8Array[] = [];
  for (let y = 0; y < height; y += down) {
    for (let x = 0; x < width; x += across) {
      const rows = tile ? down : Math.min(down, height - y);
      const strip = Array.from({ length: rows }, (_, r) =>
        storeRow({ width, kind, form, samples, from: x, count: across, y: y + r < height ? y + r : -1 }),
      );
      strips.push(new Uint8Array(Buffer.concat(strip)));
    }
  }
  const number = (tag: number, value: number) => ({ tag, type: 3, values: [BigInt(value)] });
  if (tile) return { strips, tags: [number(322, across), number(323, down)] };
  return { strips, tags: down >= height && chance.once(2) ? [] : [number(278, down)] };
}

type Row = {
  width: number;
  kind: Kind;
  form: Form;
  samples: Uint8Array;
  from: number;
  count: number;
  y: number;
};

function storeRow({ width, kind, form, samples, from, count, y }: Row): Uint8Array {
  const bytes = kind.bits === 1 ? 1 : kind.bits / 8;
  const there = y < 0 ? 0 : Math.min(count, width - from);
  const start = (y * width + from) * bytes;
  const values = new Uint8Array(count * bytes);
  if (there > 0) values.set(samples.subarray(start, start + there * bytes));
  if (kind.bits === 1) {
    const row = new Uint8Array(Math.ceil(count / 8));
    values.forEach((value, i) => {
      row[i >> 3]! |= value << (7 - (i & 7));
    });
    return row;
  }
  if (kind.predictor) subtract(values, bytes);
  if (!form.littleEndian)
    for (let i = 0; i < count; i++) values.subarray(i * bytes, (i + 1) * bytes).reverse();
  return values;
}

/** Each sample less its left neighbour, byte by byte with a borrow, from the right. */
function subtract(values: Uint8Array, bytes: number): void {
  for (let at = values.length - bytes; at > 0; at -= bytes) {
    let borrow = 0;
    for (let b = at; b < at + bytes; b++) {
      const less = values[b]! - values[b - bytes]! - borrow;
      borrow = less < 0 ? 1 : 0;
      values[b] = less;
    }
  }
}

type Places = {
  width: number;
  height: number;
  kind: Kind;
  form: Form;
  chance: Chance;
  offsets: number[];
  counts: number[];
  tags: Entry[];
};

/** The tags in ascending order; what has a default is sometimes left out. */
function makeEntries({ width, height, kind, form, chance, offsets, counts, tags }: Places): Entry[] {
  const fits = (values: readonly number[]) => {
    const wide = form.bigTiff ? [4, 16] : [4];
    return chance.one(values.every((value) => value < 65536) ? [3, ...wide] : wide);
  };
  const list = (tag: number, values: readonly number[]): Entry => ({
    tag,
    type: fits(values),
    values: values.map(BigInt),
  });
  const optional = (tag: number, value: number, usual: boolean) =>
    usual && chance.once(2) ? [] : [list(tag, [value])];
  const signed = kind.type.startsWith("int");
  return [
    list(256, [width]),
    list(257, [height]),
    ...optional(258, kind.bits, kind.bits === 1),
    ...optional(259, kind.compression, kind.compression === 1),
    list(262, [1]),
    list(kind.tiled ? 324 : 273, offsets),
    ...optional(277, 1, true),
    list(kind.tiled ? 325 : 279, counts),
    ...optional(317, kind.predictor ? 2 : 1, !kind.predictor),
    ...optional(339, signed ? 2 : 1, !signed),
    ...tags,
  ].sort((a, b) => a.tag - b.tag);
}
