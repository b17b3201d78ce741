import path from "node:path";
import { InputError } from "../../lib/format/error.ts";
import { type BasicInfo, parseInfo } from "../../lib/format/info.ts";
import { anyJson, objectOf } from "./json.ts";
import { mutateText } from "./mutate.ts";
import { must, type Target, textBound } from "./target.ts";

/** `info` files with faults in fields and in the text; what is read must be what a JSON parser sees there. */
export const info: Target = {
  name: "info",
  weight: 1,
  refuses: (error) => error instanceof InputError,
  prepare(chance) {
    const scale = () => objectOf(chance, scaleFields);
    const scales = chance.once(8)
      ? anyJson(chance)
      : `[${chance.once(10) ? `${scale()},${scale()}` : scale()}]`;
    const made = objectOf(chance, { ...fields, scales: [scales] });
    const text = chance.once(2) ? made : mutateText(chance, made, words);
    return {
      run: () => check(parseInfo(text), JSON.parse(text.replace(/^\uFEFF/, ""))),
      bound: () => textBound(text),
      show: () => JSON.stringify(text),
    };
  },
};

type Json = Record<string, unknown>;

function check(read: BasicInfo, top: Json): void {
  const [scale] = top["scales"] as [Json];
  must(top["type"] === "segmentation", () => "another type was accepted");
  must(same(read.size, scale["size"]), () => `size ${read.size}`);
  must(same(read.resolution, scale["resolution"]), () => `resolution ${read.resolution}`);
  must(same(read.voxelOffset, scale["voxel_offset"] ?? [0, 0, 0]), () => `voxel_offset ${read.voxelOffset}`);
  const winner = Object.hasOwn(scale, "encoding") ? scale["encoding"] : top["encoding"];
  must(read.encoding === winner, () => `encoding ${read.encoding}`);
  must(read.dataType === top["data_type"], () => `data_type ${read.dataType}`);
  must(
    read.block.every((n) => Number.isInteger(n) && n >= 1 && n <= 64),
    () => `block ${read.block}`,
  );
  must(
    read.size.every((n) => Number.isInteger(n) && n > 0),
    () => `size ${read.size}`,
  );
  must(staysInside(read.mesh ?? "mesh"), () => `mesh ${JSON.stringify(read.mesh)} leads out`);
  // It is published again: it must survive being written.
  JSON.stringify([read.extra, read.scaleExtra]);
  must(!("scales" in read.extra) && !("key" in read.scaleExtra), () => "known fields are among the others");
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function staysInside(folder: string): boolean {
  const place = path.posix.join("/data/set", folder);
  const plain = [...folder].every((char) => char >= " " && !"\\\x7f%?#".includes(char));
  return plain && place.startsWith("/data/set/") && !folder.split("/").includes("..");
}

const fields: Readonly<Record<string, readonly string[]>> = {
  "@type": ['"neuroglancer_multiscale_volume"'],
  type: ['"segmentation"', '"segmentation"', '"segmentation"', '"image"'],
  data_type: ['"uint8"', '"uint16"', '"uint32"', '"uint64"', '"float32"'],
  num_channels: ["1", "1", "1", "2"],
  encoding: ['"raw"', '"compressed_segmentation"', '"jpeg"'],
  compressed_segmentation_block_size: ["[8,8,8]", "[1,64,3]", "[0,8,8]"],
  mesh: ['"mesh"', '"a/b c"', '"../mesh"', '"a//b"', '"."', '"/mesh"', '"mesh\\u0000"', '"mésh"'],
};

const scaleFields: Readonly<Record<string, readonly string[]>> = {
  key: ['"8_8_40"', '"../8_8_40"', '""'],
  size: ["[256,256,128]", "[1,1,1]", "[2147483647,1,1]", "[0,1,1]", "[1.5,1,1]"],
  resolution: ["[8,8,40]", "[0.5,1e-3,1e9]", "[8,8]"],
  voxel_offset: ["[0,0,0]", "[-5,7,1e15]", "[1e16,0,0]"],
  chunk_sizes: ["[[64,64,64]]"],
  encoding: ['"raw"', '"compressed_segmentation"'],
};

const words = [
  '"size":',
  '"type":"segmentation"',
  '"scales":[{}]',
  '"encoding":',
  "[1,2,3]",
  "{",
  "}",
  "[",
  "]",
  ",",
  "[[",
];
