import type { Chance } from "../chance.ts";
import { anyJson } from "../json.ts";
import { many, mutateText } from "../mutate.ts";

/** ImageDescriptions of ImageJ, OME-XML and tifffile, right and wrong. */
export function describe(chance: Chance): string {
  const make = chance.one([imagej, ome, shaped]);
  const end = chance.once(10) ? chance.one(words).repeat(many(chance)) + chance.one(["", "x"]) : "";
  return mutateText(chance, make(chance), words) + end;
}

function number(chance: Chance): string {
  return chance.one([
    "0",
    "1",
    "2",
    "3",
    "7",
    "100",
    "65536",
    "4294967296",
    "99999999999999999999",
    "-1",
    "",
    "9".repeat(400),
  ]);
}

function imagej(chance: Chance): string {
  const keys = ["images", "channels", "slices", "frames", "hyperstack", "mode"].filter(() => chance.once(2));
  return `ImageJ=1.53t\n${keys.map((key) => `${key}=${number(chance)}\n`).join("")}`;
}

function ome(chance: Chance): string {
  const sizes = ["SizeX", "SizeY", "SizeZ", "SizeC", "SizeT"].filter(() => chance.once(2));
  const pixels = `<Pixels ${sizes.map((size) => `${size}="${number(chance)}"`).join(" ")}>`;
  const planes = Array.from(
    { length: many(chance) },
    () => `<TiffData IFD="${number(chance)}" FirstZ="${number(chance)}" PlaneCount="1"/>`,
  );
  const end = chance.once(4) ? "<UUID>urn</UUID>" : "";
  return `<?xml version="1.0"?><OME xmlns="x"><Image>${pixels}${planes.join("")}${end}</Pixels></Image></OME>`;
}

function shaped(chance: Chance): string {
  const shape = chance.once(3)
    ? anyJson(chance)
    : `[${[number(chance), number(chance), number(chance)].join(", ")}]`;
  const truncated = chance.once(2) ? `, "truncated": ${chance.one(["true", "false", anyJson(chance)])}` : "";
  return `{"shape": ${shape}${truncated}}`;
}

const words: readonly string[] = [
  "images=2\n",
  "slices=3\n",
  "<Pixels ",
  "<OME ",
  "<ome:Pixels>",
  "<TiffData ",
  'SizeZ="2"',
  "</Pixels>",
  '{"shape": [',
  '"truncated": true',
  "\0",
  "[[",
];
