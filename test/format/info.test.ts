import { expect, test } from "vitest";
import { InputError } from "../../lib/format/error.ts";
import { parseInfo } from "../../lib/format/info.ts";

const guide = {
  encoding: "compressed_segmentation",
  scales: [{ voxel_offset: [0, 0, 0], resolution: [798, 798, 2000], size: [1406, 621, 138] }],
  compressed_segmentation_block_size: [8, 8, 8],
  data_type: "uint64",
  mesh: "mesh",
  type: "segmentation",
  num_channels: 1,
};
const [scale] = guide.scales;
const faultsOf = (info: unknown) => {
  try {
    parseInfo(typeof info === "string" ? info : JSON.stringify(info));
  } catch (error) {
    if (error instanceof InputError) return error.faults.map(({ file, found }) => `${file}: ${found}`);
    throw error;
  }
  return [];
};

test("the guide's basic form", () => {
  expect(parseInfo(JSON.stringify(guide))).toEqual({
    dataType: "uint64",
    encoding: "compressed_segmentation",
    block: [8, 8, 8],
    mesh: "mesh",
    size: [1406, 621, 138],
    resolution: [798, 798, 2000],
    voxelOffset: [0, 0, 0],
    extra: {},
    scaleExtra: {},
  });
});

test("encoding and block size inside the scale win over the top level", () => {
  const inScale = { ...scale, encoding: "raw", compressed_segmentation_block_size: [4, 4, 2] };
  const info = parseInfo(JSON.stringify({ ...guide, scales: [inScale] }));
  expect(info.encoding).toBe("raw");
  expect(info.block).toEqual([4, 4, 2]);
});

test("unknown fields are kept, optional ones may be absent, a byte-order mark is no harm", () => {
  const info = parseInfo(
    `\uFEFF${JSON.stringify({ type: "segmentation", made_by: "me", scales: [{ ...scale, note: 1 }] })}`,
  );
  expect(info.extra).toEqual({ made_by: "me" });
  expect(info.scaleExtra).toEqual({ note: 1 });
  expect(info.dataType).toBeUndefined();
});

test("everything that is wrong is told at once", () => {
  const wrong = {
    ...guide,
    data_type: "float32",
    num_channels: 2,
    mesh: "../escape",
    scales: [
      {
        size: [48, -40, 6],
        resolution: [8, 0, 40],
        voxel_offset: [0.5, 0, 0],
        key: "../../x",
        encoding: "jpeg",
      },
    ],
  };
  expect(faultsOf(wrong)).toEqual([
    "info: num_channels is 2, not 1",
    "info: scales[0].size is [48,-40,6]",
    "info: scales[0].resolution is [8,0,40]",
    "info: scales[0].voxel_offset is [0.5,0,0]",
    'info: scales[0].key "../../x" is no path inside the dataset',
    'info: scales[0].encoding "jpeg": it is lossy and changes ids',
    'info: data_type "float32" is not one of uint8, uint16, uint32, uint64',
    'info: mesh "../escape" is no path inside the dataset',
  ]);
});

test.each([
  ["an image", { ...guide, type: "image" }, /type is "image"/],
  ["an unknown type", { ...guide, type: "banana" }, /banana/],
  ["an unknown encoding", { ...guide, encoding: "zip9" }, /encoding "zip9"/],
  ["two scales", { ...guide, scales: [scale, scale] }, /scales has 2 entries/],
  ["no scales", { ...guide, scales: undefined }, /scales is missing/],
  ["no scale in scales", { ...guide, scales: [] }, /scales has 0 entries/],
  ["sizes as text", { ...guide, scales: [{ ...scale, size: ["48", "40", "6"] }] }, /size is \["48"/],
  ["two sizes", { ...guide, scales: [{ ...scale, size: [48, 40] }] }, /size is \[48,40\]/],
  ["an absurd size", { ...guide, scales: [{ ...scale, size: [1e12, 1e12, 1e12] }] }, /size/],
  ["a block of zero", { ...guide, compressed_segmentation_block_size: [8, 0, 8] }, /block_size is \[8,0,8\]/],
  ["skeletons", { ...guide, skeletons: "skeletons" }, /skeletons are not supported/],
  ["sharding", { ...guide, scales: [{ ...scale, sharding: {} }] }, /sharding is not supported/],
  ["a list", "[]", /not an object/],
  ["nothing", "", /not JSON/],
  ["a page", "<html></html>", /not JSON/],
  ["very deep nesting", "[".repeat(200_000), /info/],
] as const)("refuses %s", (_, info, message) => {
  expect(faultsOf(info).join("\n")).toMatch(message);
});

test("an info nested without end is refused, wherever it is nested", () => {
  const deep = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
  for (const text of [`{"type": ${deep(20_000)}}`, `{"note": ${deep(100)}}`, deep(20_000)]) {
    expect(() => parseInfo(text)).toThrow(/^info: is nested deeper than 100 levels$/);
  }
  expect(() => parseInfo(`{"note": ${deep(99)}}`)).toThrow(/^info: type is missing/);
});
