import { expect, test } from "vitest";
import { segmentProperties } from "../../lib/format/property.ts";
import { inlineLink, pointAt, stateLink, viewerState } from "../../lib/format/state.ts";

const base = {
  name: "seg",
  url: "http://host/data",
  size: [200, 150, 60],
  resolution: [798, 798, 2000],
  voxelOffset: [100, -200, 3],
  images: [],
} as const;
type State = { layers: { type: string; source: string; segments: string[] }[]; [field: string]: unknown };

test("the state of the specification's form: metres per voxel, centred, ids as text", () => {
  const state = viewerState({ ...base, segments: [{ id: "18446744073709551615", voxels: 5 }] });
  expect(state).toMatchObject({
    dimensions: { x: [7.98e-7, "m"], y: [7.98e-7, "m"], z: [0.000002, "m"] },
    position: [200, -125, 33],
    layers: [
      { type: "segmentation", source: "precomputed://http://host/data", segments: ["18446744073709551615"] },
    ],
    layout: "4panel",
  });
});

test("up to 2,000 segments are all selected, of more the 200 largest, in order of id", () => {
  const make = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ id: String(i + 1), voxels: (i * 7919) % count }));
  const all = viewerState({ ...base, segments: make(2000) }) as State;
  expect(all.layers[0]!.segments).toHaveLength(2000);
  const many = make(2001);
  const some = (viewerState({ ...base, segments: many }) as State).layers[0]!.segments;
  const expected = [...many]
    .sort((a, b) => b.voxels - a.voxels)
    .slice(0, 200)
    .map(({ id }) => id);
  expect(some).toEqual(expected.sort((a, b) => Number(a) - Number(b)));
});

test("segments that were named one by one are all selected, however many", () => {
  const segments = Array.from({ length: 2001 }, (_, i) => ({ id: String(i + 1), voxels: 1 }));
  const state = viewerState({ ...base, segments, named: true }) as State;
  expect(state.layers[0]!.segments).toEqual(segments.map(({ id }) => id));
});

test("the viewer's panel is open on the list of segments, with a column of their table, the largest first", () => {
  const segments = [{ id: "7", voxels: 10, box: [0, 1, 2, 3, 4, 5], centroid: [1, 2, 3] }];
  const state = viewerState({ ...base, segments }) as State;
  expect(state["selectedLayer"]).toMatchObject({ visible: true, layer: "seg" });
  expect(state.layers[0]).toMatchObject({ tab: "segments", segmentQuery: ">voxels" });
  const table = segmentProperties(segments, base) as { inline: { properties: { id: string }[] } };
  expect(table.inline.properties.map(({ id }) => id)).toContain("voxels");
});

test("image layers lie under the labels", () => {
  const state = viewerState({
    ...base,
    segments: [],
    images: ["boss://https://api/x", "precomputed://gs://y"],
  }) as State;
  expect(state.layers.map(({ type, source }) => `${type} ${source}`)).toEqual([
    "image boss://https://api/x",
    "image precomputed://gs://y",
    "segmentation precomputed://http://host/data",
  ]);
});

test("image layers are as in the guide; no two layers have one name", () => {
  const images = ["boss://https://api/x", "precomputed://gs://y"];
  const { layers } = viewerState({ ...base, name: "image 2", segments: [], images }) as State;
  expect(layers[0]).toMatchObject({ opacity: 1, blend: "additive" });
  expect(layers.map((layer) => (layer as unknown as { name: string }).name)).toEqual([
    "image",
    "image 2 below",
    "image 2",
  ]);
});

test("colours of the selected segments, and no others", () => {
  const segments = Array.from({ length: 2001 }, (_, i) => ({ id: String(i + 1), voxels: i }));
  const colors = new Map([
    ["1", "#111111"],
    ["2001", "#222222"],
    ["7777", "#333333"],
  ]);
  expect((viewerState({ ...base, segments, colors }) as State).layers[0]).toMatchObject({
    segmentColors: { "2001": "#222222" },
  });
  const plain = viewerState({ ...base, segments: segments.slice(0, 1), colors: new Map() }) as State;
  expect(plain.layers[0]).not.toHaveProperty("segmentColors");
});

test("a link by state URL is short", () => {
  expect(stateLink("https://viewer/", "https://host/data/state.json")).toBe(
    "https://viewer/#!https://host/data/state.json",
  );
});

test("an inline link holds the whole state, up to 8,000 characters", () => {
  const state = viewerState({ ...base, segments: [{ id: "18446744073709551615", voxels: 1 }] });
  const link = inlineLink("https://viewer/", state)!;
  expect(link.startsWith("https://viewer/#!%7B%22dimensions%22")).toBe(true);
  expect(JSON.parse(decodeURIComponent(link.slice(link.indexOf("#!") + 2)))).toEqual(state);
  const many = Array.from({ length: 1042 }, (_, i) => ({ id: String(2n ** 60n + BigInt(i)), voxels: 1 }));
  expect(inlineLink("https://viewer/", viewerState({ ...base, segments: many }))).toBeUndefined();
});

test("a state nested without end is handed on as it is", () => {
  const layer = '{"type":"segmentation","source":"precomputed://a"}';
  const text = `{"layers":[${layer}],"x":${"[".repeat(20_000)}${"]".repeat(20_000)}}`;
  expect(pointAt(text, "http://b")).toBe(text);
  expect(pointAt(`{"layers":[${layer}]}`, "http://b")).toContain("precomputed://http://b");
});
