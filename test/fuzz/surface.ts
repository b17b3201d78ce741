import { bucketOf, decodeHead, encodePack, headLength, type SegmentPart } from "../../lib/format/bucket.ts";
import { decodeEntries } from "../../lib/format/entry.ts";
import { decodeFragment, encodeFragment } from "../../lib/format/fragment.ts";
import { encodeGroup, entryRange, rowRange } from "../../lib/format/group.ts";
import { joinId } from "../../lib/format/label.ts";
import { decodePiece, encodePiece, type SurfacePiece } from "../../lib/format/pack.ts";
import type { Chance } from "./chance.ts";
import { edges, mutateBytes } from "./mutate.ts";
import { isPlainError, must, showBytes, type Target } from "./target.ts";

/** Mesh fragments: what is read gives the same bytes when written, and names only its own vertices. */
export const fragments: Target = {
  name: "fragment",
  weight: 1,
  refuses: isPlainError,
  prepare(chance) {
    const count = chance.below(9);
    const positions = Float32Array.from({ length: 3 * count }, () => chance.below(1e6) / 32);
    const indices = Uint32Array.from({ length: count === 0 ? 0 : 3 * chance.below(9) }, () =>
      chance.below(count),
    );
    const encoded = encodeFragment(positions, indices);
    const bytes = chance.once(6) ? encoded : mutateBytes(chance, encoded);
    return {
      right: bytes === encoded,
      run() {
        const read = decodeFragment(bytes);
        const vertices = read.positions.length / 3;
        must(
          read.indices.every((i) => i < vertices),
          () => "an index points beyond the vertices",
        );
        must(
          Buffer.compare(encodeFragment(read.positions, read.indices), bytes) === 0,
          () => "written again it differs",
        );
      },
      bound: () => 2 ** 20 + 64 * bytes.length,
      show: () => showBytes(bytes),
    };
  },
};

/** Surface pieces of the work store. */
export const pieces: Target = {
  name: "piece",
  weight: 1,
  refuses: isPlainError,
  prepare(chance) {
    const piece = makePiece(chance);
    const encoded = encodePiece(piece);
    const shift = chance.below(9);
    const changed = chance.once(4) ? encoded : mutateBytes(chance, encoded);
    const bytes = new Uint8Array(shift + changed.length).subarray(shift);
    bytes.set(changed);
    return {
      right: changed === encoded,
      run() {
        const read = decodePiece(bytes);
        const vertices = read.keys.length;
        must(
          read.positions.length === 3 * vertices,
          () => `${read.positions.length} coordinates of ${vertices}`,
        );
        must(
          read.triangles.every((i) => i < vertices),
          () => "a triangle points beyond the vertices",
        );
        if (Buffer.compare(changed, encoded) === 0) mustBeSame(read, piece);
        else mustBeSame(decodePiece(encodePiece(read)), read);
      },
      bound: () => 2 ** 20 + 64 * bytes.length,
      show: () => `at byte ${shift}: ${showBytes(bytes)}`,
    };
  },
};

function makePiece(chance: Chance): SurfacePiece {
  const count = chance.once(200) ? 70_000 : chance.below(12);
  const extent = chance.one([100, 0xffff, 0x10000, 2 ** 24]);
  const origin = chance.one([0, -32, 2 ** 24]);
  return {
    label: chance.one(edges),
    positions: Int32Array.from({ length: 3 * count }, () => origin + chance.below(extent + 1)),
    keys: Float64Array.from({ length: count }, () => (chance.once(3) ? chance.word() * 2 ** 20 : -1)),
    triangles: Uint32Array.from({ length: count === 0 ? 0 : 3 * chance.below(12) }, () =>
      chance.below(count),
    ),
  };
}

function mustBeSame(a: SurfacePiece, b: SurfacePiece): void {
  const same =
    a.label === b.label &&
    equal(a.positions, b.positions) &&
    equal(a.keys, b.keys) &&
    equal(a.triangles, b.triangles);
  must(same, () => "read again it differs");
}

function equal(
  a: Int32Array | Uint32Array | Float64Array,
  b: Int32Array | Uint32Array | Float64Array,
): boolean {
  return a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
}

/** Packs, read as the mesh stage reads them: ranges of a store, which answers with what there is of them. */
export const packs: Target = {
  name: "pack",
  weight: 1,
  refuses: isPlainError,
  prepare(chance) {
    const buckets = chance.one([1, 2, 7, 64]);
    const parts = makeParts(chance);
    const encoded = encodePack(parts, buckets);
    const bytes = chance.once(4) ? encoded : mutateBytes(chance, encoded);
    const intact = Buffer.compare(bytes, encoded) === 0;
    return {
      right: intact,
      run() {
        const head = range(bytes, { offset: 0, length: headLength(range(bytes, { offset: 0, length: 4 })) });
        const group = encodeGroup([{ block: 5, records: decodeHead(head) }], buckets, false);
        let found = 0;
        for (let bucket = 0; bucket < buckets; bucket++) {
          const { more: _, ...at } = entryRange(range(group, rowRange(bucket)), buckets);
          const entries = [...decodeEntries(new Uint32Array(range(group, at).slice().buffer))];
          found += entries.length;
          if (!intact) continue;
          for (const [i, entry] of entries.entries()) {
            const before = i === 0 ? -1n : joinId(entries[i - 1]!.lo, entries[i - 1]!.hi);
            must(before < joinId(entry.lo, entry.hi), () => "segments are not in the order of their ids");
            must(bucketOf(entry.lo, entry.hi, buckets) === bucket, () => "a segment is in another bucket");
            const part = parts.find(({ lo, hi }) => lo === entry.lo && hi === entry.hi);
            const piece = range(bytes, { offset: entry.at, length: entry.bytes });
            must(entry.block === 5, () => "a segment is in another block");
            must(
              Buffer.compare(piece, Buffer.concat(part!.pieces)) === 0,
              () => "a segment has another surface",
            );
            must(
              entry.voxels === part!.voxels && String(entry.box) === String(part!.box),
              () => "other counts",
            );
          }
        }
        must(!intact || found === parts.length, () => `${found} of ${parts.length} segments`);
      },
      bound: () => 2 ** 20 + 512 * bytes.length * buckets,
      show: () => `${buckets} buckets: ${showBytes(bytes)}`,
    };
  },
};

function makeParts(chance: Chance): SegmentPart[] {
  const parts = new Map<bigint, SegmentPart>();
  for (let times = chance.below(8); times > 0; times--) {
    const [lo, hi] = [chance.word(), chance.once(2) ? 0 : chance.word()];
    const pieces = Array.from({ length: chance.below(4) }, () =>
      Uint8Array.from({ length: chance.below(30) }, () => chance.below(256)),
    );
    const box = [0, 1, 2, 3, 4, 5].map(() => chance.below(2 ** 31));
    const sums = [0, 1, 2].map(() => chance.below(2 ** 21) * 2 ** 32 + chance.word());
    parts.set(joinId(lo, hi), {
      lo,
      hi,
      voxels: chance.word(),
      box,
      sums,
      triangles: chance.below(99),
      pieces,
    });
  }
  return [...parts.values()];
}

/** Exactly what is asked for, as the mesh stage demands it. */
function range(bytes: Uint8Array, { offset, length }: { offset: number; length: number }): Uint8Array {
  const part = bytes.subarray(offset, offset + length);
  if (part.length !== length) throw new Error(`${part.length} bytes at ${offset}, expected ${length}`);
  return part;
}
