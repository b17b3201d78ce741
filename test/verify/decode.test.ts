import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { crc32, deflateRawSync, gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import type { Vec3 } from "../../lib/format/vec.ts";
import { gunzip, unpack } from "../../lib/verify/gzip.ts";
import { checkMajority } from "../../lib/verify/majority.ts";
import { createPalette, idOf, numberOf, type Palette } from "../../lib/verify/palette.ts";
import { decodeRaw } from "../../lib/verify/raw.ts";
import { decodeSegmentation } from "../../lib/verify/segmentation.ts";
import { viewOf } from "../../lib/verify/view.ts";
import { goldenBytes, readGolden } from "../fixture/segmentation/voxels.ts";

const segmentation = path.join(import.meta.dirname, "../fixture/segmentation");
const goldens = readdirSync(segmentation)
  .filter((name) => name.endsWith(".json"))
  .map((name) => name.slice(0, -5))
  .filter((name) => goldenBytes(readGolden(name)) !== undefined);

const whole = (shape: Vec3) => {
  const box = { lo: [0, 0, 0] as const, hi: shape };
  return viewOf(new Uint32Array(shape[0] * shape[1] * shape[2]), box, box);
};

test.each(goldens)("%s: what the C++ encoder wrote is decoded to its voxels", (name) => {
  const golden = readGolden(name);
  const { shape, block, dataType } = golden;
  const view = whole(shape);
  const palette = createPalette();
  const idWords = dataType === "uint64" ? 2 : 1;
  decodeSegmentation(goldenBytes(golden)!, { block, idWords }, palette, view);
  const words = new Uint32Array(view.labels.length * idWords);
  view.labels.forEach((number, i) => {
    words[i * idWords] = palette.lo[number]!;
    if (idWords === 2) words[2 * i + 1] = palette.hi[number]!;
  });
  expect(createHash("sha256").update(words).digest("hex")).toBe(golden.voxels);
});

test("there are golden chunks", () => expect(goldens.length).toBeGreaterThan(15));

test("raw: numbers of each width, little-endian, x fastest; another length is refused", () => {
  const cases = [
    { bits: 8, bytes: [0, 7, 255, 7], ids: ["0", "7", "255", "7"] },
    { bits: 16, bytes: [1, 2, 0, 0, 255, 255, 1, 2], ids: ["513", "0", "65535", "513"] },
    {
      bits: 64,
      bytes: [1, 0, 0, 0, 0, 0, 32, 0, 0, 0, 0, 0, 0, 0, 32, 0],
      ids: ["9007199254740993", "9007199254740992"],
    },
  ];
  for (const { bits, bytes, ids } of cases) {
    const view = whole([ids.length, 1, 1]);
    const palette = createPalette();
    decodeRaw(Uint8Array.from(bytes), bits, palette, view);
    expect(Array.from(view.labels, (number) => idOf(palette, number))).toEqual(ids);
    expect(() => decodeRaw(Uint8Array.from(bytes.slice(1)), bits, palette, view)).toThrow(/has \d+ bytes/);
  }
});

test("a palette keeps ids apart that are alike, in any number", () => {
  const palette = createPalette();
  const seen = new Map<number, string>();
  for (let i = 0; i < 5000; i++) {
    const [lo, hi] = [i % 70, Math.floor(i / 70) * 0x01000000];
    const number = numberOf(palette, lo, hi >>> 0);
    expect(seen.has(number) || (lo === 0 && hi === 0) || number === palette.count - 1).toBe(true);
    seen.set(number, idOf(palette, number));
    expect(numberOf(palette, lo, hi >>> 0)).toBe(number);
  }
  expect(new Set(seen.values()).size).toBe(5000);
});

type Result = { factor: Vec3; origin: Vec3; shape: Vec3; voxels: string[] };
type Golden = { origin: Vec3; shape: Vec3; voxels: string[]; results: Result[] };
const majority = path.join(import.meta.dirname, "../fixture/majority");

test("what tensorstore's mode made is a majority; with one voxel changed it is not", () => {
  let compared = 0;
  for (const name of readdirSync(majority).filter((one) => one.endsWith(".json"))) {
    const cases: Golden[] = JSON.parse(readFileSync(path.join(majority, name), "utf8"));
    for (const { origin, shape, voxels, results } of cases) {
      for (const result of results) {
        const palette = createPalette();
        const fine = viewOfIds(voxels, shape, palette);
        const { factor } = result;
        const lead = origin.map((v, d) => v - Math.floor(v / factor[d]!) * factor[d]!) as unknown as Vec3;
        const cells = { factor, lead, rule: "majority" } as const;
        const votes = checkMajority(fine, viewOfIds(result.voxels, result.shape, palette), palette, cells);
        expect(votes).toMatchObject({ wrong: 0, notSmallest: 0 });
        const changed = result.voxels.with(-1, "99");
        const again = checkMajority(fine, viewOfIds(changed, result.shape, palette), palette, cells);
        expect(again).toMatchObject({ wrong: 1, first: result.shape.map((n) => n - 1) });
        compared++;
      }
    }
  }
  expect(compared).toBeGreaterThan(20);
});

test("majority-sparse: background has no vote where there is anything else", () => {
  const palette = createPalette();
  const fine = viewOfIds(["0", "0", "0", "5"], [2, 2, 1], palette);
  const check = (id: string, rule: "majority" | "majority-sparse") =>
    checkMajority(fine, viewOfIds([id], [1, 1, 1], palette), palette, {
      factor: [2, 2, 1],
      lead: [0, 0, 0],
      rule,
    }).wrong;
  expect([check("5", "majority-sparse"), check("0", "majority-sparse")]).toEqual([0, 1]);
  expect([check("5", "majority"), check("0", "majority")]).toEqual([1, 0]);
});

function viewOfIds(ids: readonly string[], shape: Vec3, palette: Palette) {
  const view = whole(shape);
  ids.forEach((id, i) => {
    const value = BigInt(id);
    view.labels[i] = numberOf(palette, Number(value & 0xffffffffn), Number(value >> 32n));
  });
  return view;
}

const text = new TextEncoder().encode(Array.from({ length: 200 }, (_, i) => `${(i * i) % 97} ids`).join());

test("gzip: with any header, and never half of it", () => {
  expect(gunzip(gzipSync(text))).toEqual(text);
  const trailer = new Uint8Array(Uint32Array.of(crc32(text), text.length).buffer);
  // FEXTRA of 2 bytes, FNAME, FCOMMENT, FHCRC (RFC 1952, 2.3).
  const header = [0x1f, 0x8b, 8, 2 + 4 + 8 + 16, 0, 0, 0, 0, 0, 255, 2, 0, 9, 9, 97, 0, 98, 98, 0, 1, 2];
  expect(gunzip(Uint8Array.of(...header, ...deflateRawSync(text), ...trailer))).toEqual(text);
  const zipped = gzipSync(text);
  for (let length = 0; length < zipped.length; length++)
    expect(() => gunzip(zipped.subarray(0, length)), `${length} bytes`).toThrow(/gzip/);
  // Two codes can mean the same; what comes out is never anything else.
  let told = 0;
  for (let at = 10; at < zipped.length; at++) {
    const damaged = Uint8Array.from(zipped);
    damaged[at]! ^= 1;
    try {
      expect(gunzip(damaged), `byte ${at}`).toEqual(text);
    } catch (error) {
      expect((error as Error).message).toMatch(/gzip/);
      told++;
    }
  }
  expect(told).toBeGreaterThan(0.95 * (zipped.length - 10));
});

test("what is said of the encoding must fit the bytes", () => {
  const bytes = gzipSync(text);
  expect(unpack({ bytes, contentEncoding: "gzip" })).toEqual(text);
  expect(unpack({ bytes: text })).toBe(text);
  expect(() => unpack({ bytes })).toThrow("no Content-Encoding says so");
  expect(() => unpack({ bytes: text, contentEncoding: "gzip" })).toThrow("its bytes are not gzipped");
  expect(() => unpack({ bytes: gzipSync(bytes), contentEncoding: "gzip" })).toThrow("gzipped twice");
  expect(() => unpack({ bytes, contentEncoding: "br" })).toThrow("Content-Encoding is br");
});
