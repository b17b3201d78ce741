/** A tag as it is to be written; what contradicts its values is written all the same. */
export type Entry = {
  tag: number;
  type: number;
  values: readonly bigint[] | Uint8Array;
  /** In place of the number of values. */
  count?: number;
  /** In place of where the values were put. */
  at?: number;
};

export type Directory = {
  entries: Entry[];
  /** In place of the next directory's place. */
  next?: number;
};

export type Form = { readonly littleEndian: boolean; readonly bigTiff: boolean };

/** Bytes of one value of a field type (TIFF 6.0 section 2, BigTIFF); unknown types as one byte. */
export function fieldBytes(type: number): 1 | 2 | 4 | 8 {
  if ([3, 8].includes(type)) return 2;
  if ([4, 9, 11, 13].includes(type)) return 4;
  return [5, 10, 12, 16, 17, 18].includes(type) ? 8 : 1;
}

/** Where `place` puts the first byte of image data. */
export function dataStart(form: Form): number {
  return form.bigTiff ? 16 : 8;
}

/**
 * A TIFF: header, image data, then every directory, each followed by those of its values that do not fit it.
 * Faults in entries are kept; the result is a right file only for right entries.
 */
export function writeTiff(form: Form, directories: readonly Directory[], data: Uint8Array): Uint8Array {
  const { littleEndian: little, bigTiff } = form;
  const [head, entrySize, inline, tail] = bigTiff ? [8, 20, 8, 8] : [2, 12, 4, 4];
  const places: number[] = [];
  let end = even(dataStart(form) + data.length);
  for (const { entries } of directories) {
    places.push(end);
    end += head + entries.length * entrySize + tail;
    for (const entry of entries) if (size(entry) > inline) end = even(end) + size(entry);
    end = even(end);
  }
  const out = new Uint8Array(end);
  const view = new DataView(out.buffer);
  const word = (at: number, value: number) =>
    bigTiff ? view.setBigUint64(at, BigInt(value), little) : view.setUint32(at, value, little);
  out.set(little ? [0x49, 0x49] : [0x4d, 0x4d]);
  view.setUint16(2, bigTiff ? 43 : 42, little);
  if (bigTiff) view.setUint16(4, 8, little);
  word(bigTiff ? 8 : 4, places[0] ?? 0);
  out.set(data, dataStart(form));
  directories.forEach(({ entries, next }, i) => {
    let p = places[i]!;
    let free = p + head + entries.length * entrySize + tail;
    if (bigTiff) view.setBigUint64(p, BigInt(entries.length), little);
    else view.setUint16(p, entries.length, little);
    p += head;
    for (const entry of entries) {
      view.setUint16(p, entry.tag, little);
      view.setUint16(p + 2, entry.type, little);
      word(p + 4, entry.count ?? entry.values.length);
      const value = p + (bigTiff ? 12 : 8);
      if (size(entry) > inline) {
        free = even(free);
        putValues(view, free, { entry, little });
        word(value, entry.at ?? free);
        free += size(entry);
      } else {
        putValues(view, value, { entry, little });
        if (entry.at !== undefined) word(value, entry.at);
      }
      p += entrySize;
    }
    word(p, next ?? places[i + 1] ?? 0);
  });
  return out;
}

function size({ type, values }: Entry): number {
  return values instanceof Uint8Array ? values.length : fieldBytes(type) * values.length;
}

function even(at: number): number {
  return at + (at % 2);
}

function putValues(view: DataView, at: number, { entry, little }: { entry: Entry; little: boolean }): void {
  const bytes = fieldBytes(entry.type);
  if (entry.values instanceof Uint8Array) {
    new Uint8Array(view.buffer).set(entry.values, at);
    return;
  }
  entry.values.forEach((value, i) => {
    const p = at + i * bytes;
    if (bytes === 1) view.setUint8(p, Number(value & 0xffn));
    else if (bytes === 2) view.setUint16(p, Number(value & 0xffffn), little);
    else if (bytes === 4) view.setUint32(p, Number(value & 0xffffffffn), little);
    else view.setBigUint64(p, value, little);
  });
}
