import { casesOf, usual, usualSlices, victim, withFiles } from "../make.ts";
import { writeTiff } from "../tiff.ts";
import { infoOf, pageOf, slicesOf, stackFile, usualName, volumeOf } from "../volume.ts";

/** Slices that do not make the volume that `info` tells of. */
const { list, refused } = casesOf("stack");
export const stacks = list;

const slice = usualSlices.get(victim)!;
const { values, ...page } = pageOf(usual, 3);
const sized = (width: number, height: number) =>
  writeTiff([{ ...page, width, height, values: values.slice(0, width * height) }]);

refused("one slice is narrower", /44.*width/, { files: withFiles({ [victim]: sized(44, 34) }) });
refused("one slice is lower", /33.*height/, { files: withFiles({ [victim]: sized(45, 33) }) });
const turned = volumeOf("uint16", (x, y) => BigInt(x + y), [34, 45, 6]);
refused("all slices are turned", /45 x 34.*34 x 45/, { files: slicesOf(turned), at: "info" });
const few = withFiles({ [usualName(5)]: undefined });
refused("a slice too few", /6.*5/, { files: few, at: "info", waits: /5 of 6 slices/ });
refused("a slice too many", /5.*6|5 slices.*more/, {
  info: infoOf({ ...usual, size: [45, 34, 5] }),
  at: "info",
});
refused("a slice is missing", /number 2 is missing/, {
  files: withFiles({ [usualName(2)]: undefined }),
  at: victim,
  waits: /5 of 6 slices/,
});
refused("a slice is missing, though info counts as many", /number 2 is missing/, {
  files: withFiles({ [usualName(2)]: undefined }),
  info: infoOf({ ...usual, size: [45, 34, 5] }),
});
refused("a number twice, padded and not", /duplicate/, {
  files: withFiles({ "label_3.tif": slice }),
  at: [victim, "label_3.tif"],
});
refused("a number twice, with two extensions", /duplicate/, {
  files: withFiles({ "label_003.tiff": slice }),
  at: [victim, "label_003.tiff"],
});
refused("every number twice", /duplicate/, {
  files: new Map(
    [...usualSlices].flatMap(([name, bytes]) => [
      [name, bytes],
      [`${name}f`, bytes],
    ]),
  ),
  at: ["label_000.tiff", "label_002.tiff"],
});
refused("another image beside the slices", /overview\.tif|more than a number/, {
  files: withFiles({ "overview.tif": slice }),
  at: "overview.tif",
});
refused("two numbers vary", /more than one number/, {
  files: new Map([...usualSlices].map(([, bytes], z) => [`s${z}_t${z % 2}.tif`, bytes])),
  at: "s1_t1.tif",
});
refused("no slices", /no slices/, { files: new Map(), at: "input", waits: /0 of 6 slices/ });
refused("a stack of pages beside another TIFF", /overview\.tif|more than a number/, {
  files: { "overview.tif": slice, "stack.tif": stackFile(usual) },
  at: "stack.tif",
  waits: /2 of 6 slices.*stack\.tif.*only TIFF/,
});
refused("two stacks of pages", /6 pages/, {
  files: { "part_0.tif": stackFile(usual), "part_1.tif": stackFile(usual) },
  at: "part_0.tif",
  waits: /2 of 6 slices.*part_0\.tif has several pages/,
});
refused("a stack that has a page too few", /6.*5/, {
  files: { "all.tif": stackFile({ ...usual, size: [45, 34, 5] }) },
  at: "info",
});
