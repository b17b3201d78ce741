import type { Vec3 } from "../format/vec.ts";
import type { Layout, Scale } from "./layout.ts";
import { expectThat, type Report, wrong } from "./report.ts";

type Fields = Readonly<Record<string, unknown>>;

/**
 * Checks a published `info` (precomputed specification, "info JSON file") and that its scales fit each other: sizes and
 * offsets of a scale are those of cells that hold the scale before.
 *
 * @returns undefined if it cannot be gone by
 */
export function readInfo(text: string, report: Report): Layout | undefined {
  const expect = (holds: boolean, found: string) =>
    expectThat(report, "info", holds, { at: "info", found: found.slice(0, 300) });
  let info: Fields;
  try {
    info = JSON.parse(text) as Fields;
  } catch {
    expect(false, "is not JSON");
    return undefined;
  }
  if (!expect(isFields(info), "is not an object")) return undefined;
  const type = info["@type"];
  expect(type === undefined || type === "neuroglancer_multiscale_volume", `@type is ${JSON.stringify(type)}`);
  expect(info["type"] === "segmentation", `type is ${JSON.stringify(info["type"])}, not "segmentation"`);
  expect(info["num_channels"] === 1, `num_channels is ${JSON.stringify(info["num_channels"])}, not 1`);
  const dataType = info["data_type"];
  const bits = /^uint(8|16|32|64)$/.exec(String(dataType))?.[1];
  const known = expect(bits !== undefined, `data_type is ${JSON.stringify(dataType)}, no unsigned integer`);
  const list = Array.isArray(info["scales"]) ? (info["scales"] as unknown[]) : [];
  if (!expect(list.length > 0, "has no scales") || !known) return undefined;
  const scales: Scale[] = [];
  for (const [i, one] of list.entries()) {
    const scale = readScale(one, i, { report, before: scales[i - 1], bits: Number(bits) });
    // What can be gone by is judged further.
    if (scale === undefined) break;
    expect(
      scales.every(({ key }) => key !== scale.key),
      `scales[${i}].key ${scale.key} is there twice`,
    );
    scales.push(scale);
  }
  if (scales.length === 0) return undefined;
  const folder = (name: string) => {
    const value = info[name];
    // Some tools write null, or nothing.
    if (value === undefined || value === null || value === "") return undefined;
    if (!expect(typeof value === "string", `${name} is ${JSON.stringify(value)}`)) return undefined;
    return (value as string).replace(/\/+$/, "");
  };
  const [mesh, properties] = [folder("mesh"), folder("segment_properties")];
  return {
    bits: Number(bits) as Layout["bits"],
    scales: scales as unknown as Layout["scales"],
    ...(mesh !== undefined && { mesh }),
    ...(properties !== undefined && { properties }),
  };
}

type Around = { readonly report: Report; readonly before: Scale | undefined; readonly bits: number };

function readScale(value: unknown, index: number, { report, before, bits }: Around): Scale | undefined {
  const faults: string[] = [];
  const at = `scales[${index}]`;
  const fields: Fields = isFields(value) ? value : {};
  const triple = (name: string, given: unknown, fits: (n: number) => boolean): Vec3 => {
    const right =
      Array.isArray(given) && given.length === 3 && given.every((n) => Number.isFinite(n) && fits(n));
    if (!right) faults.push(`${name} is ${JSON.stringify(given)}`);
    return given as Vec3;
  };
  const isCount = (n: number) => Number.isInteger(n) && n > 0;
  const size = triple("size", fields["size"], isCount);
  const resolution = triple("resolution", fields["resolution"], (n) => n > 0);
  const offset = triple("voxel_offset", fields["voxel_offset"] ?? [0, 0, 0], Number.isInteger);
  const sizes = fields["chunk_sizes"];
  const chunk = triple("chunk_sizes[0]", Array.isArray(sizes) ? sizes[0] : sizes, isCount);
  const { key, encoding, sharding } = fields;
  if (typeof key !== "string" || key === "") faults.push(`key is ${JSON.stringify(key)}`);
  if (sharding !== undefined && sharding !== null) faults.push("is sharded, which is not checked");
  const packed = encoding === "compressed_segmentation";
  if (!packed && encoding !== "raw")
    faults.push(
      `encoding is ${JSON.stringify(encoding)}; what is checked is raw and compressed_segmentation`,
    );
  if (packed && bits < 32) faults.push(`encoding is compressed_segmentation, which has no uint${bits}`);
  const given = fields["compressed_segmentation_block_size"];
  const block = packed ? triple("compressed_segmentation_block_size", given, isCount) : ([8, 8, 8] as const);
  const factor = faults.length > 0 ? undefined : factorOf({ size, resolution, offset }, before, faults);
  expectThat(report, "info", faults.length === 0, { at: "info", found: `${at}.${faults[0]}` });
  for (const fault of faults.slice(1)) wrong(report, "info", { at: "info", found: `${at}.${fault}` });
  if (factor === undefined || faults.length > 0) return undefined;
  return {
    key: key as string,
    ...{ size, resolution, offset, chunk, block, factor },
    encoding: encoding as Scale["encoding"],
  };
}

/** How much coarser a scale is, if it lies where the scale before lies. */
function factorOf(
  { size, resolution, offset }: Pick<Scale, "size" | "resolution" | "offset">,
  before: Scale | undefined,
  faults: string[],
): Vec3 | undefined {
  if (before === undefined) return [1, 1, 1];
  const ratios = resolution.map((nm, d) => nm / before.resolution[d]!);
  const factor = ratios.map(Math.round);
  if (ratios.some((ratio, d) => factor[d]! < 1 || Math.abs(ratio / factor[d]! - 1) > 1e-6)) {
    faults.push(
      `resolution is ${resolution.join(" x ")} nm, no multiple of ${before.resolution.join(" x ")}`,
    );
    return undefined;
  }
  const start = factor.map((f, d) => Math.floor(before.offset[d]! / f));
  const end = factor.map((f, d) => Math.ceil((before.offset[d]! + before.size[d]!) / f));
  if (start.some((v, d) => v !== offset[d]))
    faults.push(
      `voxel_offset is ${offset.join(", ")}, and the scale before begins in cell ${start.join(", ")}`,
    );
  if (end.some((v, d) => v - start[d]! !== size[d]))
    faults.push(
      `size is ${size.join(" x ")}, and the scale before has ${end.map((v, d) => v - start[d]!).join(" x ")} cells`,
    );
  return factor as unknown as Vec3;
}

/**
 * Compares a published volume with the basic `info` that its input has: size, place and resolution.
 *
 * @param basic text of the input's `info`
 */
export function compareInfo({ scales: [full] }: Layout, basic: string, report: Report): void {
  let given: Fields = {};
  try {
    const { scales } = JSON.parse(basic.replace(/^\uFEFF/, "")) as { scales?: Fields[] };
    given = scales?.[0] ?? {};
  } catch {
    // The conversion refuses it.
  }
  const pairs = [
    ["size", full.size, given["size"]],
    ["resolution", full.resolution, given["resolution"]],
    ["voxel_offset", full.offset, given["voxel_offset"] ?? [0, 0, 0]],
  ] as const;
  for (const [name, has, asked] of pairs) {
    const same = Array.isArray(asked) && has.every((v, d) => v === asked[d]);
    const found = `scales[0].${name} is ${has.join(", ")}, and the input's info says ${JSON.stringify(asked)}`;
    expectThat(report, "info", same, { at: "info", found });
  }
}

/** Compares the size of a published volume with that of its source: columns, rows, slices. */
export function compareSize({ scales: [full] }: Layout, size: readonly number[], report: Report): void {
  const found = `scales[0].size is ${full.size.join(" x ")}, and the source is ${size.join(" x ")}`;
  const same = full.size.every((v, d) => v === size[d]);
  expectThat(report, "info", same, { at: "info", found });
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
