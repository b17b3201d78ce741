import { casesOf, usual } from "../make.ts";
import { plainId, slicesOf, text, volumeOf } from "../volume.ts";

/** Names of slices, as people and microscopes give them. */
const { list, ok, refused } = casesOf("names");
export const names = list;

const tall = volumeOf("uint16", plainId, [45, 34, 12]);
const named = (title: string, name: (z: number) => string, volume = usual) =>
  ok(title, { volume, files: slicesOf(volume, { name }) });

named("unpadded: 2 comes before 10", (z) => `z${z + 1}.tif`, tall);
named("some padded", (z) => `z${z % 2 ? String(z).padStart(4, "0") : z}.tif`, tall);
named("numbers from 2600", (z) => `cell.${2600 + z}.tif`);
named("numbers in steps of 5", (z) => `cell_${5 * z + 3}.tif`);
named("numbers beyond 2^53", (z) => `t${2n ** 60n + BigInt(z)}.tif`);
named("capital extensions", (z) => `S${z}.TIFF`);
named("four extensions", (z) => `s${z}.${["tif", "tiff", "TIF", "TIFF"][z % 4]}`);
named("spaces", (z) => ` my  slice ${z} .tif`);
named("plus and space", (z) => `a+b c+${z}.tif`);
named("percent signs", (z) => `100%25 %2F ${z}.tif`);
named("signs that URLs use", (z) => `a#b?c=d&e;f:g@h,${z}.tif`);
named("quotes, dollars and backslashes", (z) => `"it's" $HOME \`x\` \\n ${z}.tif`);
named("letters that are not ASCII", (z) => `größe_細胞_${z}.tif`);
named("letters in two pieces", (z) => `gr${z % 2 ? "\u00f6" : "o\u0308"}_${z}.tif`);
named("letters beyond 16 bits", (z) => `🧠${z}.tif`);
named("several numbers, one of which varies", (z) => `2024-05-17_x10_z${z}_c1.tif`);
named("a minus sign before the number", (z) => `z-${z}.tif`);
named("names as long as a file system takes", (z) => `${"l".repeat(250)}${z}.tif`);
named("names of scripts", (z) => `<script>alert(${z})<!--.tif`);
ok("other files beside the slices", {
  files: new Map([
    ...slicesOf(usual),
    [".DS_Store", text("x")],
    ["._label_000.tif", text("x")],
    ["Thumbs.db", text("x")],
    ["notes.txt", text("none")],
    ["labels.csv", text("id,label\n3,soma\n")],
  ]),
});
refused("control characters", /control character/, {
  files: slicesOf(usual, { name: (z) => `s\u001b[2J\n${z}.tif` }),
  at: "s\\u001b[2J\\u000a0.tif",
});
