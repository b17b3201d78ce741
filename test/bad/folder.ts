import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { DataType } from "../../lib/format/type.ts";
import type { Vec3 } from "../../lib/format/vec.ts";
import type { Case, Refusal, Volume } from "./case.ts";

/** Of `case.json`, what is looked at. */
type Told = {
  readonly name: string;
  readonly group: Case["group"];
  readonly expect: "ok" | "error" | "either";
  readonly say: string;
  readonly expected_dtype?: DataType;
};

/** What we do otherwise on purpose: compressed_segmentation of uint8 and uint16 is widened (docs/decisions.md). */
const otherwise: readonly string[] = ["in_cseg_uint16"];

/**
 * Cases that others have made: a folder with one folder for each, in it `input/`, `case.json` and, where it may be
 * converted, `expected.npy`.
 */
export function readCases(root: string): Case[] {
  const names = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return names
    .filter(({ name }) => !otherwise.includes(name))
    .map(({ name }) => readCase(path.join(root, name)))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function readCase(folder: string): Case {
  const told = JSON.parse(readFileSync(path.join(folder, "case.json"), "utf8")) as Told;
  const input = path.join(folder, "input");
  const files = new Map(
    readdirSync(input).map((name) => [name, new Uint8Array(readFileSync(path.join(input, name)))]),
  );
  const volume = told.expected_dtype && readVolume(path.join(folder, "expected.npy"), told.expected_dtype);
  // Which file is at fault is not told in so many words: the words must fit the cause.
  const refusal: Refusal = { files: [], says: new RegExp(told.say || ".", "i") };
  return {
    name: told.name,
    group: told.group,
    files,
    // Without a word from `info` the type is the program's choice; the ids are not.
    ...(told.expect !== "error" &&
      volume && { volume: saysType(files) ? volume : { ...volume, dataType: undefined } }),
    ...(told.expect !== "ok" && { refusal }),
    waits: /^info is not there|^\d+ of \d+ slices/,
  };
}

function saysType(files: ReadonlyMap<string, Uint8Array>): boolean {
  return new TextDecoder().decode(files.get("info")).includes('"data_type"');
}

/** numpy's format 1.0 of an array [z, y, x] in C order, little-endian. */
function readVolume(file: string, dataType: DataType): Volume {
  const bytes = readFileSync(file);
  const header = bytes.toString("latin1", 10, 10 + bytes.readUInt16LE(8));
  const [z, y, x] = (/\((\d+), (\d+), (\d+)\)/.exec(header) ?? []).slice(1).map(Number) as [
    number,
    number,
    number,
  ];
  const size: Vec3 = [x, y, z];
  const ids = new BigUint64Array(x * y * z);
  const step = Number(dataType.slice(4)) / 8;
  const start = 10 + bytes.readUInt16LE(8);
  for (let i = 0; i < ids.length; i++)
    for (let b = step - 1; b >= 0; b--) ids[i] = (ids[i]! << 8n) | BigInt(bytes[start + i * step + b]!);
  return { size, dataType, ids };
}
