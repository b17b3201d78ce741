import type { Vec3 } from "../../../lib/format/vec.ts";
import { casesOf, usual, withFiles } from "../make.ts";
import { writeTiff } from "../tiff.ts";
import { infoOf, pageOf, slicesOf, text, usualName, volumeOf } from "../volume.ts";

/** Inputs with several faults: all are told at once. */
const { list, refused } = casesOf("several");
export const several = list;

const damaged = (z: number, of = usual) =>
  writeTiff([
    pageOf(of, z, {
      compression: 8,
      damage: (strip) => strip.map((byte, i) => (i > 9 && i < 22 ? 255 - byte : byte)),
    }),
  ]);
const at = [0, 2, 5].map(usualName);
refused("three slices whose strips do not decode", /strip 0/, {
  files: withFiles(Object.fromEntries([0, 2, 5].map((z) => [usualName(z), damaged(z)]))),
  at,
});
const size: Vec3 = [20, 18, 48];
const tall = volumeOf("uint16", (x, y, z) => BigInt((x >> 2) + (y >> 3) + (z >> 4)), size);
const apart = [1, 22, 46];
refused("three slices far from each other, each in a block of its own", /strip 0/, {
  files: new Map([
    ...slicesOf(tall),
    ...apart.map((z) => [usualName(z), damaged(z, tall)] as const),
    ["neuropress.json", text('{"chunk": 8}')],
  ]),
  info: infoOf(tall),
  at: apart.map(usualName),
});
refused("three slices with wrong headers, each in its way", /Compression.*HTML.*empty/s, {
  files: withFiles({
    [usualName(0)]: writeTiff([pageOf(usual, 0, { tags: { 259: 7 } })]),
    [usualName(2)]: text("<html>"),
    [usualName(5)]: new Uint8Array(0),
  }),
  at,
});
refused("info, a slice, the names and the options", /info: is not JSON/, {
  files: withFiles({
    [usualName(2)]: text("<html>"),
    "labels.csv": text("x,y\n"),
  }),
  info: text("{"),
  at: ["info"],
});
