import { casesOf, usual, usualSlices } from "../make.ts";
import { infoOf, slicesOf, text, volumeOf } from "../volume.ts";

/** What `info` may say and what it may not. */
const { list, ok, refused } = casesOf("info");
export const infos = list;

const no = (name: string, says: RegExp, info: Uint8Array) => refused(name, says, { info, at: "info" });
const top = (name: string, says: RegExp, more: Record<string, unknown>) =>
  no(name, says, infoOf(usual, more));
const scale = (name: string, says: RegExp, more: Record<string, unknown>) =>
  no(name, says, infoOf(usual, {}, more));
const one = { size: usual.size, resolution: [8, 8, 40] };

no("half a JSON", /not JSON/, text('{"type": "segmentation",'));
no("empty", /not JSON/, new Uint8Array(0));
no("a list", /not an object/, text("[]"));
no("null", /not an object/, text("null"));
no("a page of HTML", /not JSON/, text("<html><body>Sign in</body></html>"));
no("not UTF-8", /not JSON|type/, Uint8Array.from([0xff, 0xfe, 0x7b, 0, 0x7d, 0]));
no("200,000 lists in each other", /info/, text("[".repeat(200_000)));
no("200,000 objects in each other", /info/, text(`${'{"a":'.repeat(200_000)}1${"}".repeat(200_000)}`));
no(
  "two megabytes that say nothing",
  /scales/,
  text(`{"type": "segmentation", "pad": "${"x".repeat(2 << 20)}"}`),
);
top("no scales", /scales/, { scales: undefined });
top("no scale", /scales/, { scales: [] });
top("scales that are a number", /scales/, { scales: 3 });
top("a scale that is null", /scales/, { scales: [null] });
top("two scales", /scales/, {
  scales: [one, { size: [23, 17, 6], resolution: [16, 16, 40] }],
});
top("two scales that do not fit each other", /scales/, { scales: [one, { ...one, size: [30, 17, 6] }] });
scale("no size", /size/, { size: undefined });
scale("no resolution", /resolution/, { resolution: undefined });
for (const [what, size] of [
  ["negative", [45, -34, 6]],
  ["zero", [45, 0, 6]],
  ["texts", ["45", "34", "6"]],
  ["two numbers", [45, 34]],
  ["four numbers", [45, 34, 6, 1]],
  ["a fraction", [45.5, 34, 6]],
  ["null", [null, 34, 6]],
  ["10^12", [1e12, 1e12, 1e12]],
  ["10^400, which is infinity", [1, 1, "INFINITY"]],
  ["x and y exchanged", [34, 45, 6]],
  ["z first", [6, 34, 45]],
] as const) {
  no(
    `size: ${what}`,
    /size/,
    text(new TextDecoder().decode(infoOf(usual, {}, { size })).replace('"INFINITY"', "1e400")),
  );
}
scale("resolution: zero", /resolution/, { resolution: [8, 0, 40] });
scale("resolution: negative", /resolution/, { resolution: [8, -8, 40] });
scale("resolution: texts", /resolution/, { resolution: ["8", "8", "40"] });
scale("resolution: finer than a picometre", /resolution/, { resolution: [1e-9, 1e-9, 1e-9] });
scale("resolution: wider than the solar system", /resolution/, { resolution: [1e300, 1e300, 1e300] });
scale("voxel_offset: a fraction", /voxel_offset/, { voxel_offset: [0.5, 0, 0] });
scale("voxel_offset: two numbers", /voxel_offset/, { voxel_offset: [0, 0] });
scale("voxel_offset: where numbers are not exact", /voxel_offset/, { voxel_offset: [2 ** 53 - 2, 0, 0] });
top("encoding: unknown", /encoding.*zip9/, { encoding: "zip9" });
top("encoding: JPEG", /encoding.*jpeg.*lossy/, { encoding: "jpeg" });
top("encoding: a number", /encoding/, { encoding: 5 });
scale("encoding: JPEG in the scale", /encoding.*jpeg/, { encoding: "jpeg" });
scale("sharding", /sharding/, { sharding: { "@type": "neuroglancer_uint64_sharded_v1" } });
for (const block of [
  [8, 0, 8],
  [8, 8],
  [8, 8, 65],
  [8, 8, 2.5],
])
  top(`block size ${block}`, /block/, {
    encoding: "compressed_segmentation",
    compressed_segmentation_block_size: block,
  });
top("data_type: uint128", /data_type.*uint128/, { data_type: "uint128" });
top("data_type: float32", /data_type.*float32/, { data_type: "float32" });
top("data_type: int32", /data_type.*int32/, { data_type: "int32" });
top("num_channels: 2", /num_channels/, { num_channels: 2 });
top("type: image", /type.*image/, { type: "image" });
top("type: unknown", /type.*banana/, { type: "banana" });
top("skeletons", /skeletons/, { skeletons: "skeletons" });
for (const path of [
  "../../escape",
  "/etc",
  "a/../b",
  "a//b",
  ".",
  "a\\..\\b",
  "a\u0000b",
  "n\nn",
  "x".repeat(300),
  "",
]) {
  const what = path.length > 50 ? "300 letters" : JSON.stringify(path);
  scale(`key: ${what}`, /key/, { key: path });
  top(`mesh: ${what}`, /mesh/, { mesh: path });
  top(`segment_properties: ${what}`, /segment_properties/, { segment_properties: path });
}
top("mesh: 200 letters of three bytes", /mesh/, { mesh: "細".repeat(200) });
for (const taken of ["info", "state.json", "8nm", "segment_properties", "provenance.json/a", "8nm/mesh"])
  top(`mesh: the place of ${taken}`, /mesh/, { mesh: taken });
refused("no info", /info/, { info: null, at: "info", waits: /info is not there/ });
refused("named info.json", /info/, {
  files: new Map([...usualSlices, ["info.json", infoOf(usual)]]),
  info: null,
  at: "info",
  waits: /info is not there/,
});

const changed = (name: string, more: Record<string, unknown>, inScale: Record<string, unknown> = {}) =>
  ok(name, { info: infoOf(usual, more, inScale) });
changed("no voxel_offset", {}, { voxel_offset: undefined });
changed("no encoding", { encoding: undefined });
changed("no num_channels", { num_channels: undefined });
changed("no mesh", { mesh: undefined });
changed("resolution with decimals", {}, { resolution: [4.6, 4.6, 47.5] });
changed("voxel_offset", {}, { voxel_offset: [100, 200, 3] });
changed("negative voxel_offset", {}, { voxel_offset: [-10, -20, -3] });
changed("encoding in the scale", { encoding: undefined }, { encoding: "raw" });
changed("unknown fields", { made_by: "someone", nested: { deep: [1, { a: null }] } }, { note: "x" });
changed("fields that JavaScript knows", JSON.parse('{"__proto__": {"type": "image"}, "constructor": 1}'));
changed("a mesh folder in a folder", { mesh: "meshes/first try" });
ok("a byte-order mark", { info: text(`\ufeff${new TextDecoder().decode(infoOf(usual))}`) });
const untyped = volumeOf("uint32");
ok("no data_type", { volume: untyped, info: infoOf(untyped, { data_type: undefined, encoding: undefined }) });
const wide = volumeOf("uint64");
ok("a wider type than the slices have", {
  volume: wide,
  files: usualSlices,
  info: infoOf(wide, { encoding: "compressed_segmentation" }),
});
const widened = volumeOf("uint32");
ok("compressed_segmentation of uint16: widened", {
  volume: widened,
  files: slicesOf(usual),
  info: infoOf(usual, { encoding: "compressed_segmentation", compressed_segmentation_block_size: [8, 8, 8] }),
});
ok("compressed_segmentation without a block size", {
  volume: widened,
  files: slicesOf(usual),
  info: infoOf(widened, { encoding: "compressed_segmentation" }),
});
